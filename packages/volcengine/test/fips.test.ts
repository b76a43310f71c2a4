import crypto from 'node:crypto'
import { syncBuiltinESMExports } from 'node:module'
import type { KeyPairService } from '@cloud-keypair/core'
import { createKeyPairService } from '@cloud-keypair/core/driver'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { envelope, startCloud, type Cloud } from './support/cloud.js'
import { rsaKey } from '../../../tests/support/rsa-keys.js'

const { privateKey, publicKey } = rsaKey()
const md5 = crypto.createHash('md5').update(publicKey.blob).digest('hex')
const keyPair = { KeyPairName: 'deploy', KeyPairId: 'kp-1', FingerPrint: md5 }

beforeAll(() => {
  const { createHash } = crypto
  // The error of Node.js in FIPS mode.
  vi.spyOn(crypto, 'createHash').mockImplementation((algorithm, options) => {
    if (algorithm === 'md5') throw new Error('error:0308010C:digital envelope routines::unsupported')
    return createHash(algorithm, options)
  })
  syncBuiltinESMExports()
})
afterAll(() => {
  vi.restoreAllMocks()
  syncBuiltinESMExports()
})

const listed = { body: envelope('DescribeKeyPairs', { KeyPairs: [keyPair], NextToken: '' }) }
const notListed = { body: envelope('DescribeKeyPairs', { KeyPairs: [], NextToken: '' }) }

function serviceOf({ driver }: Cloud): KeyPairService {
  return createKeyPairService(driver, { testing: { random: () => 0 } })
}

test('without MD5 the private key that the cloud generated is kept, unverified', async () => {
  await using cloud = await startCloud({
    body: envelope('CreateKeyPair', { ...keyPair, PrivateKey: privateKey.reveal() }),
  })
  const created = (await serviceOf(cloud).createInCloud({ name: 'deploy' }))._unsafeUnwrap()
  expect(created.privateKey.reveal()).toBe(privateKey.reveal())
  expect([created.publicKey, created.verified]).toEqual([publicKey.line, false])
})

test('without MD5 an import, a create and an ensure succeed, unverified', async () => {
  const imported = { body: envelope('ImportKeyPair', keyPair) }
  await using importing = await startCloud([imported, listed])
  const stored = await serviceOf(importing).import({ name: 'deploy', publicKey: publicKey.line })
  expect(stored._unsafeUnwrap()).toMatchObject({ id: 'kp-1', verified: false })

  await using creating = await startCloud([notListed, imported, listed])
  const made = await serviceOf(creating).create({ name: 'deploy', save: async () => {}, bits: 2048 })
  expect(made._unsafeUnwrap()).toMatchObject({ id: 'kp-1', verified: false })

  await using ensuring = await startCloud([notListed, imported, listed])
  const ensured = await serviceOf(ensuring).ensure({ name: 'deploy', publicKey: publicKey.line })
  expect(ensured._unsafeUnwrap()).toMatchObject({ id: 'kp-1', verified: false, changed: true })
})
