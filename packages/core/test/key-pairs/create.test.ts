import { inspect } from 'node:util'
import { expect, test } from 'vitest'
import { createKeyPairService } from '../../src/service/create-service.js'
import { md5Fingerprint } from '../../src/key-material/fingerprint.js'
import type { SavePrivateKey } from '../../src/contract/options.js'
import { err, ok } from '../../src/result.js'
import { denied, stubDriver } from '../stub-driver.js'
import { rsaKey } from '../../../../tests/support/rsa-keys.js'

const { privateKey, publicKey } = rsaKey()
const save = Object.assign(() => Promise.reject(new Error('nothing is to be saved')), { load: async () => privateKey })

/** Creates with a saved key while the cloud lists a key pair of the name with this fingerprint. */
async function resumed(fingerprint: string): Promise<string> {
  const items = [{ name: 'deploy', id: 'kp-1', fingerprint }]
  const service = createKeyPairService(stubDriver({ doDescribeKeyPairs: async () => ok({ items }) }))
  const result = await service.create({ name: 'deploy', save })
  return result.match(
    ({ verified }) => `verified ${verified}`,
    ({ code, outcome, message }) => `${code} ${outcome}: ${message}`,
  )
}

test('a saved key is used if the cloud has it', async () => {
  expect(await resumed(md5Fingerprint(publicKey) ?? '')).toBe('verified true')
})

test('only a key pair with a different key is reported as different', async () => {
  expect(await resumed('0'.repeat(32))).toMatch(/^already-exists none: .*does not have the key that was saved/)
  expect(await resumed('ab'.repeat(20))).toMatch(/^already-exists none: .*does not tell whether it has the key/)
})

test.each([
  ['as it is', privateKey.reveal()],
  ['in JSON', JSON.stringify(privateKey.reveal())],
  ['cut short', privateKey.reveal().slice(0, 700)],
  ['without its armour', privateKey.reveal().replaceAll(/-----.*-----|\n/g, '')],
])('a saved key that cannot be loaded is in no error, quoted %s', async (_, quoted) => {
  const load = () => Promise.reject(new Error(`the vault cannot read ${quoted}`))
  const result = await createKeyPairService(stubDriver()).create({
    name: 'deploy',
    save: Object.assign(async () => {}, { load }),
  })
  const error = result._unsafeUnwrapErr()
  expect(error).toMatchObject({ code: 'storage', outcome: 'none' })
  expect(error.message).toMatch(/the vault cannot read "?\[secret\]/)
  const lines = privateKey.reveal().split('\n').slice(1, 8)
  const shown = inspect(error, { depth: Infinity }) + JSON.stringify(error)
  expect(lines.filter((line) => shown.includes(line))).toEqual([])
})

test('a rejection that cannot be shown is a failure to save too', async () => {
  const failing = () => Promise.reject(Object.create(null))
  const driver = stubDriver({ doDescribeKeyPairs: async () => ok({ items: [] }) })
  const error = (
    await createKeyPairService(driver).create({ name: 'deploy', save: failing, bits: 2048 })
  )._unsafeUnwrapErr()
  expect(error).toMatchObject({ code: 'storage', outcome: 'none' })
})

test('a refused import says how to go on with the private key, by what its storage can do', async () => {
  const driver = stubDriver({
    doDescribeKeyPairs: async () => ok({ items: [] }),
    doImportKeyPair: async () => err(denied),
  })
  const hintOf = async (storage: SavePrivateKey): Promise<string | undefined> =>
    (await createKeyPairService(driver).create({ name: 'deploy', save: storage, bits: 2048 }))._unsafeUnwrapErr().hint
  const load = async (): Promise<undefined> => undefined
  expect(await hintOf(async () => {})).toContain("with ifFileExists: 'reuse', or give its public key to ensure.")
  expect(await hintOf(Object.assign(async () => {}, { load }))).toMatch(
    /saved\. Run the operation again to go on with it\.$/,
  )
})
