import { type KeyPair, md5Fingerprint } from '@cloud-keypair/core'
import { sameFingerprint } from '@cloud-keypair/core/driver'
import { describe, expect, test } from 'vitest'
import { type Setting, settingOf, variantNames } from './variant.js'
import { rsaKey } from '../support/rsa-keys.js'

const keys = [rsaKey(), rsaKey(1)]
const [key, otherKey] = keys.map(({ publicKey }) => publicKey)
if (key === undefined || otherKey === undefined) throw new Error('There are two keys')

/** Returns the key pair as the cloud lists it: a reference on every cloud. */
async function seeded({ service, world }: Setting): Promise<KeyPair> {
  await world.seedKeyPairs([{ name: 'deploy', publicKey: key?.line }, { name: 'other' }])
  for await (const keyPair of service.list({ namePattern: 'deploy' })) return keyPair._unsafeUnwrap()
  throw new Error('The key pair is there')
}

const isComparable = ({ traits: { publicKey = true, fingerprint = 'md5' } }: Setting): boolean =>
  publicKey || fingerprint !== 'opaque'
const names = async ({ world }: Setting) => (await world.snapshot()).keyPairs.map(({ name }) => name)

describe.each(variantNames)('a delete with a public key, on a cloud of the variant "%s"', (variant) => {
  test('deletes the key pair, and sends nothing in a second run', async () => {
    const setting = settingOf(variant)
    const keyPair = await seeded(setting)
    const deleted = await setting.service.delete(keyPair, { publicKey: key.line })
    if (!isComparable(setting)) {
      expect(deleted._unsafeUnwrapErr()).toMatchObject({ code: 'unsupported', outcome: 'none' })
      return expect(await setting.mutations()).toEqual([])
    }
    const id = keyPair.id ?? 'deploy'
    expect(deleted._unsafeUnwrap()).toEqual({ id, status: 'succeeded', changed: true })
    expect(await setting.mutations()).toEqual(['delete'])
    const again = (await setting.service.delete(keyPair, { publicKey: key.line }))._unsafeUnwrap()
    expect(again).toEqual({ id, status: 'succeeded', changed: false })
    expect(await setting.mutations()).toEqual([])
    expect(await names(setting)).toEqual(['other'])
  })

  test('deletes no key pair that has another key, or may have', async () => {
    const setting = settingOf(variant)
    const keyPair = await seeded(setting)
    const comparable = isComparable(setting)
    const refused = await setting.service.delete(keyPair, { publicKey: otherKey.line })
    const error = refused._unsafeUnwrapErr()
    expect([error.code, error.outcome]).toEqual([comparable ? 'conflict' : 'unsupported', 'none'])
    if (error.code === 'conflict') {
      expect(error.details.expected).toBe(md5Fingerprint(otherKey))
      expect(sameFingerprint(error.details.actual, key)).toBe('same')
    }
    expect(await setting.mutations()).toEqual([])
    const deleted = await setting.service.delete(keyPair, { publicKey: key.line })
    expect(deleted.isOk()).toBe(comparable)
  })

  test('ten callers at once all succeed, with and without the key', async () => {
    const setting = settingOf(variant)
    const keyPair = await seeded(setting)
    const byKey = isComparable(setting) ? { publicKey: key.line } : {}
    const callers = Array.from({ length: 10 }, (_, index) => (index % 2 === 0 ? byKey : {}))
    const all = await Promise.all(callers.map((options) => setting.service.delete(keyPair, options)))
    expect(all.map((one) => one.isOk())).toEqual(all.map(() => true))
    expect(await names(setting)).toEqual(['other'])
  })
})

test('of several namesakes all that have the key are deleted, and without a key it is a conflict', async () => {
  const setting = settingOf('names repeat')
  const { service, world, mutations } = setting
  const twin = { name: 'deploy', publicKey: key.line }
  await world.seedKeyPairs([twin, { name: 'deploy', publicKey: otherKey.line }, twin])
  expect((await service.delete({ name: 'deploy' }))._unsafeUnwrapErr().code).toBe('conflict')
  expect(await mutations()).toEqual([])
  const gone = (await service.delete({ name: 'deploy' }, { publicKey: key.line }))._unsafeUnwrap()
  expect(gone).toEqual({ id: 'deploy', status: 'succeeded', changed: true })
  expect((await world.snapshot()).keyPairs.map(({ publicKey }) => publicKey)).toEqual([otherKey.line])
})

test('one of several that is in use stays, and the batch names it', async () => {
  const { service, world } = settingOf('names repeat')
  const twin = { name: 'deploy', publicKey: key.line }
  await world.seedKeyPairs([twin])
  await world.seedInstances([{ id: 'i-1', keyPair: 'deploy' }])
  await world.seedKeyPairs([twin])
  const error = (await service.delete({ name: 'deploy' }, { publicKey: key.line }))._unsafeUnwrapErr()
  expect(error).toMatchObject({ code: 'incomplete', outcome: 'partial' })
  expect(error.code === 'incomplete' && error.details.batch.failed).toMatchObject([
    { id: 'kp-1', error: { code: 'in-use', details: { instanceIds: ['i-1'] } } },
  ])
  const byKey = { publicKey: key.line } as const
  const alone = (await service.delete({ name: 'deploy' }, byKey))._unsafeUnwrapErr()
  expect(alone).toMatchObject({ code: 'in-use', outcome: 'none' })
  await world.seedKeyPairs([twin])
  const gone = (await service.delete({ name: 'deploy' }, { ...byKey, ifInUse: 'detach' }))._unsafeUnwrap()
  expect(gone).toMatchObject({ id: 'deploy', changed: true, detached: [{ id: 'i-1' }] })
  expect(gone.hint).toContain('login')
  expect((await world.snapshot()).keyPairs).toEqual([])
})

test('a bad public key is refused before anything is sent', async () => {
  const { service, world } = settingOf('usual')
  const bad = await service.delete({ name: 'deploy' }, { publicKey: 'none' })
  expect(bad._unsafeUnwrapErr().code).toBe('invalid-argument')
  expect(await world.calls()).toEqual([])
})
