import { generateKeyPair, type KeyPair, md5Fingerprint, sameFingerprint } from '@cloud-keypair/core'
import { describe, expect, test } from 'vitest'
import { type Setting, settingOf, variantNames } from './variant.js'

const keys = await Promise.all([generateKeyPair({ bits: 2048 }), generateKeyPair({ bits: 2048 })])
const [key, otherKey] = keys.map(({ publicKey }) => publicKey)
if (key === undefined || otherKey === undefined) throw new Error('There are two keys')

/** The key pair as the cloud lists it: a reference on every cloud. */
async function seeded({ service, world }: Setting): Promise<KeyPair> {
  await world.seedKeyPairs([{ name: 'deploy', publicKey: key?.line }, { name: 'other' }])
  for await (const keyPair of service.list({ namePattern: 'deploy' })) return keyPair._unsafeUnwrap()
  throw new Error('The key pair is there')
}

const names = async ({ world }: Setting) => (await world.snapshot()).keyPairs.map(({ name }) => name)

describe.each(variantNames)('ensureAbsent, on a cloud of the variant "%s"', (variant) => {
  test('deletes what is there, and asks for nothing when it runs again', async () => {
    const setting = settingOf(variant)
    const keyPair = await seeded(setting)
    const first = (await setting.service.ensureAbsent(keyPair))._unsafeUnwrap()
    const id = keyPair.id ?? 'deploy'
    expect(first).toEqual({ changed: true, deleted: [{ id, status: 'succeeded', changed: true }] })
    expect(await setting.mutations()).toEqual(['delete'])
    expect((await setting.service.ensureAbsent(keyPair))._unsafeUnwrap()).toEqual({ changed: false, deleted: [] })
    expect(await setting.mutations()).toEqual([])
    expect(await names(setting)).toEqual(['other'])
  })

  test('deletes nothing that has another key than the one given, or may have', async () => {
    const setting = settingOf(variant)
    const keyPair = await seeded(setting)
    const { publicKey = true, fingerprint = 'md5' } = setting.traits
    const comparable = publicKey || fingerprint !== 'opaque'
    const refused = await setting.service.ensureAbsent(keyPair, { publicKey: otherKey.line })
    const error = refused._unsafeUnwrapErr()
    expect([error.code, error.outcome]).toEqual([comparable ? 'conflict' : 'unsupported', 'none'])
    if (error.code === 'conflict') {
      expect(error.details.expected).toBe(md5Fingerprint(otherKey))
      expect(sameFingerprint(error.details.actual, key)).toBe('same')
    }
    expect(await setting.mutations()).toEqual([])
    const deleted = await setting.service.ensureAbsent(keyPair, { publicKey: key.line })
    expect(deleted.isOk()).toBe(comparable)
  })

  test('ten callers at once all succeed', async () => {
    const setting = settingOf(variant)
    const keyPair = await seeded(setting)
    const all = await Promise.all(Array.from({ length: 10 }, () => setting.service.ensureAbsent(keyPair)))
    expect(all.map((one) => one.isOk())).toEqual(all.map(() => true))
    expect(await names(setting)).toEqual(['other'])
  })
})

test('where names repeat, all that have the key are deleted, and without a key it is a conflict', async () => {
  const setting = settingOf('names repeat')
  const { service, world, mutations } = setting
  const twin = { name: 'deploy', publicKey: key.line }
  await world.seedKeyPairs([twin, { name: 'deploy', publicKey: otherKey.line }, twin])
  expect((await service.ensureAbsent({ name: 'deploy' }))._unsafeUnwrapErr().code).toBe('conflict')
  expect(await mutations()).toEqual([])
  const gone = (await service.ensureAbsent({ name: 'deploy' }, { publicKey: key.line }))._unsafeUnwrap()
  expect(gone.deleted.map(({ id }) => id)).toEqual(['kp-1', 'kp-3'])
  expect((await world.snapshot()).keyPairs.map(({ publicKey }) => publicKey)).toEqual([otherKey.line])
})

test('one of several that is in use stays, and the batch says which', async () => {
  const { service, world } = settingOf('names repeat')
  const twin = { name: 'deploy', publicKey: key.line }
  await world.seedKeyPairs([twin])
  await world.seedInstances([{ id: 'i-1', keyPair: 'deploy' }])
  await world.seedKeyPairs([twin])
  const error = (await service.ensureAbsent({ name: 'deploy' }, { publicKey: key.line }))._unsafeUnwrapErr()
  expect(error).toMatchObject({ code: 'incomplete', outcome: 'partial' })
  expect(error.code === 'incomplete' && error.details.batch.failed).toMatchObject([
    { id: 'kp-1', error: { code: 'in-use', details: { instanceIds: ['i-1'] } } },
  ])
  const alone = (await service.ensureAbsent({ name: 'deploy' }))._unsafeUnwrapErr()
  expect(alone).toMatchObject({ code: 'in-use', outcome: 'none' })
  const gone = (await service.ensureAbsent({ name: 'deploy' }, { ifInUse: 'detach' }))._unsafeUnwrap()
  expect(gone.deleted).toMatchObject([{ id: 'kp-1', detached: [{ id: 'i-1' }] }])
})

test('what is no public key is refused before anything is sent', async () => {
  const { service, world } = settingOf('usual')
  const bad = await service.ensureAbsent({ name: 'deploy' }, { publicKey: 'none' })
  expect(bad._unsafeUnwrapErr().code).toBe('invalid-argument')
  expect(await world.calls()).toEqual([])
})
