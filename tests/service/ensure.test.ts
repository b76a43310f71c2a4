import { md5Fingerprint } from '@cloud-keypair/core'
import { sameFingerprint } from '@cloud-keypair/core/driver'
import type { Fault } from '@cloud-keypair/core/testing'
import { describe, expect, test } from 'vitest'
import { settingOf, variantNames } from './variant.js'
import { rsaKey } from '../support/rsa-keys.js'

const keys = [rsaKey(), rsaKey(1)]
const [key, otherKey] = keys.map(({ publicKey }) => publicKey)
if (key === undefined || otherKey === undefined) throw new Error('There are two keys')
const deploy = { name: 'deploy', publicKey: key.line }

describe.each(variantNames)('ensure, on a cloud of the variant "%s"', (variant) => {
  const comparable = (): boolean => {
    const { publicKey = true, fingerprint = 'md5' } = settingOf(variant).traits
    return publicKey || fingerprint !== 'opaque'
  }

  test('imports a missing key pair, and changes nothing in a second run', async () => {
    const { service, world, mutations } = settingOf(variant)
    const first = (await service.ensure(deploy))._unsafeUnwrap()
    expect(first).toMatchObject({ ...deploy, changed: true, verified: comparable(), duplicates: [] })
    expect(await mutations()).toEqual(['import'])
    const before = await world.snapshot()
    const again = (await service.ensure({ ...deploy, publicKey: `${key.line} a comment` }))._unsafeUnwrap()
    expect(again).toEqual({ ...first, changed: false })
    expect(await mutations()).toEqual([])
    expect(await world.snapshot()).toEqual(before)
  })

  test('a namesake with another key is a conflict with both fingerprints, and is left alone', async () => {
    const { service, world, mutations } = settingOf(variant)
    await world.seedKeyPairs([{ name: 'deploy', publicKey: otherKey.line }])
    const before = await world.snapshot()
    const ensured = await service.ensure(deploy)
    if (comparable()) {
      const error = ensured._unsafeUnwrapErr()
      expect(error).toMatchObject({ code: 'conflict', outcome: 'none', details: { expected: md5Fingerprint(key) } })
      expect(error.code === 'conflict' && sameFingerprint(error.details.actual, otherKey)).toBe('same')
    } else {
      expect(ensured._unsafeUnwrap()).toMatchObject({ verified: false, changed: false })
    }
    expect(await mutations()).toEqual([])
    expect(await world.snapshot()).toEqual(before)
  })

  test('ten callers at once all get the same key pair, which is the only one if names are unique', async () => {
    const { service, world, traits } = settingOf(variant)
    const all = await Promise.all(Array.from({ length: 10 }, () => service.ensure(deploy)))
    const ensured = all.map((one) => one._unsafeUnwrap())
    expect(new Set(ensured.map(({ id }) => id)).size).toBe(1)
    const { keyPairs } = await world.snapshot()
    expect(keyPairs.length === 1 || traits.uniqueNames === false).toBe(true)
    const again = (await service.ensure(deploy))._unsafeUnwrap()
    expect([again.id, again.changed, again.duplicates.length]).toEqual([ensured[0]?.id, false, keyPairs.length - 1])
  })

  test('updates metadata, or names the fields that the cloud does not keep', async () => {
    const { service, world, driver, mutations } = settingOf(variant)
    const wanted = { description: 'new', tags: { team: 'a', old: null }, group: 'project' }
    await world.seedKeyPairs([{ ...deploy, description: 'old', tags: { old: '1', kept: '2' }, group: 'project' }])
    const fields = ['description', 'tags', 'group'] as const
    const canChange = (field: (typeof fields)[number]): boolean =>
      ['any-time', 'after-creation'].includes(driver.capabilities[field])
    for (const field of fields) {
      const ensured = await service.ensure({ ...deploy, [field]: wanted[field] })
      const support = driver.capabilities[field]
      if (canChange(field) || (support === 'at-creation' && field === 'group')) {
        expect(ensured._unsafeUnwrap().changed).toBe(field !== 'group')
        expect(await mutations()).toHaveLength(field === 'tags' ? 2 : field === 'group' ? 0 : 1)
        expect((await service.ensure({ ...deploy, [field]: wanted[field] }))._unsafeUnwrap().changed).toBe(false)
      } else {
        const error = ensured._unsafeUnwrapErr()
        expect(error).toMatchObject({ code: 'unsupported', outcome: 'none' })
        expect(error.message).toContain(field)
      }
      expect(await mutations()).toEqual([])
    }
    const [there] = (await world.snapshot()).keyPairs
    expect(there?.description).toBe(canChange('description') ? 'new' : 'old')
    expect(there?.tags).toEqual(canChange('tags') ? { team: 'a', kept: '2' } : { old: '1', kept: '2' })
  })

  const unanswered: readonly Fault[] = [
    { on: 'import', kind: 'reset', commit: true },
    { on: 'import', kind: 'reset', commit: false },
    { on: 'import', kind: 'silence', commit: true },
    { on: 'import', kind: 'server-error', commit: true },
    { on: 'import', kind: 'garbled', how: 'html', commit: true },
    { on: 'import', kind: 'late', afterMs: 30_000 },
  ]

  test.each(unanswered)('an import without an answer ends with one key pair: %j', async (fault) => {
    const { service, world } = settingOf(variant)
    await world.fault(fault)
    const ensured = await service.ensure(deploy)
    await world.settle()
    const { length } = (await world.snapshot()).keyPairs
    if (ensured.isOk()) expect(length).toBe(1)
    else expect([ensured.error.outcome, length <= 1]).toEqual(['unknown', true])
    const again = (await service.ensure(deploy))._unsafeUnwrap()
    expect(again.duplicates).toEqual([])
    expect((await world.snapshot()).keyPairs).toHaveLength(1)
  })

  test('lagging reads cause no second key pair, and no conflict', async () => {
    const { service, world } = settingOf(variant)
    await world.setReadLag(4_000)
    const all = await Promise.all([service.ensure(deploy), service.ensure(deploy)])
    const [first, second] = all.map((one) => one._unsafeUnwrap())
    expect(second?.id).toBe(first?.id)
  })
})

test('a key pair is imported with its metadata, and tags to remove are not sent', async () => {
  const { service, world, mutations } = settingOf('usual')
  const wanted = { description: 'new', tags: { team: 'a', old: null }, group: 'project' }
  const ensured = (await service.ensure({ ...deploy, ...wanted }))._unsafeUnwrap()
  expect(ensured).toMatchObject({ description: 'new', tags: { team: 'a' }, group: 'project', changed: true })
  expect(await mutations()).toEqual(['import'])
  expect((await world.snapshot()).keyPairs).toMatchObject([{ description: 'new', tags: { team: 'a' } }])
})

test('of several namesakes one that has the key is returned, and the others are left alone', async () => {
  const { service, world, mutations } = settingOf('names repeat')
  await world.seedKeyPairs([{ name: 'deploy' }, deploy, deploy, { name: 'deploy' }])
  const ensured = (await service.ensure(deploy))._unsafeUnwrap()
  expect([ensured.id, ensured.duplicates.map(({ id }) => id)]).toEqual(['kp-2', ['kp-3']])
  expect(await mutations()).toEqual([])
})

test('a bad name or key is refused before anything is sent', async () => {
  const { service, world } = settingOf('usual')
  expect((await service.ensure({ ...deploy, name: 'a*' }))._unsafeUnwrapErr().code).toBe('invalid-argument')
  expect((await service.ensure({ ...deploy, publicKey: 'none' }))._unsafeUnwrapErr().code).toBe('invalid-argument')
  expect(() => void Reflect.apply(service.ensure, undefined, [{ ...deploy, tags: { a: 1 } }])).toThrow(TypeError)
  expect(await world.calls()).toEqual([])
})
