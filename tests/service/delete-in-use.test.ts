import { createKeyPairService, createKeyPairStore, type KeyPairDriver } from '@cloud-keypair/core/driver'
import { describe, expect, test } from 'vitest'
import { clouds, rolloutOf } from './rollout.js'
import { type Setting, settingOf, variantNames } from './variant.js'

const ids = ['i-1', 'i-2', 'i-3']

/** Makes a cloud in which three instances have a key pair, in a power state that allows changes. */
async function inUse(variant: string): Promise<Setting> {
  const setting = settingOf(variant)
  const { world, driver } = setting
  const instances = driver.capabilities.instances
  const power = instances !== false && instances.power.includes('running') ? 'running' : 'stopped'
  await world.seedKeyPairs([{ name: 'deploy' }, { name: 'other' }])
  await world.seedInstances([
    ...ids.map((id) => ({ id, power, keyPair: 'deploy' }) as const),
    { id: 'i-other', keyPair: 'other' },
  ])
  return setting
}

/** Returns the key pair as the cloud lists it: a reference on every cloud. */
async function deployOf({ service }: Setting) {
  for await (const keyPair of service.list({ namePattern: 'deploy' })) return keyPair._unsafeUnwrap()
  throw new Error('The key pair is there')
}

const names = async ({ world }: Setting) => (await world.snapshot()).keyPairs.map(({ name }) => name)
const bound = async ({ world }: Setting) =>
  Object.fromEntries((await world.snapshot()).instances.map((instance) => [instance.id, instance.bound]))

describe.each(variantNames)('a key pair in use, on a cloud of the variant "%s"', (variant) => {
  test('is detached from every instance and then deleted with ifInUse detach', async () => {
    const setting = await inUse(variant)
    const keyPair = await deployOf(setting)
    const deleted = (await setting.service.delete(keyPair, { ifInUse: 'detach' }))._unsafeUnwrap()
    expect(deleted.changed).toBe(true)
    expect(deleted.detached?.map(({ id }) => id)).toEqual(ids)
    expect(deleted.hint).toContain('login')
    expect(await names(setting)).toEqual(['other'])
    expect(await bound(setting)).toEqual({ 'i-1': null, 'i-2': null, 'i-3': null, 'i-other': 'other' })
  })

  test('stays if one detach failed, and the error names the instance', async () => {
    const setting = await inUse(variant)
    const keyPair = await deployOf(setting)
    await setting.world.fault({ on: 'detach', kind: 'items', ids: ['i-2'], as: 'strange', times: Infinity })
    const error = (await setting.service.delete(keyPair, { ifInUse: 'detach' }))._unsafeUnwrapErr()
    expect(error).toMatchObject({ code: 'incomplete', outcome: 'partial' })
    expect(error.message).toContain('not deleted')
    expect(error.code === 'incomplete' && error.details.batch.failed.map(({ id }) => id)).toEqual(['i-2'])
    expect(await names(setting)).toEqual(['deploy', 'other'])
    expect((await setting.mutations()).includes('delete')).toBe(false)
  })

  test('is deleted in use if the cloud can, else in use, or unsupported without a request', async () => {
    const setting = await inUse(variant)
    const keyPair = await deployOf(setting)
    await setting.world.forgetCalls()
    const deleted = await setting.service.delete(keyPair, { ifInUse: 'delete-anyway' })
    const { refusesInUse } = setting.driver.capabilities.delete
    if (refusesInUse === true) {
      expect(deleted._unsafeUnwrapErr()).toMatchObject({ code: 'unsupported', outcome: 'none' })
      expect(await setting.world.calls()).toEqual([])
    } else if (refusesInUse === 'undocumented' && deleted.isErr()) {
      expect(deleted.error).toMatchObject({ code: 'in-use', outcome: 'none', details: { more: false } })
      expect(await names(setting)).toEqual(['deploy', 'other'])
    } else {
      expect(deleted._unsafeUnwrap()).toEqual({ id: keyPair.id, status: 'succeeded', changed: true })
      expect(await names(setting)).toEqual(['other'])
      expect((await bound(setting))['i-1']).toBe('deploy')
    }
  })
})

test('of many, each key pair is detached and deleted alone', async () => {
  const setting = await inUse('ecs-like')
  await setting.world.fault({ on: 'detach', kind: 'items', ids: ['i-other'], as: 'strange', times: Infinity })
  const references = [{ name: 'other' }, { name: 'deploy' }, { name: 'none' }]
  const deleted = await setting.service.deleteMany(references, { ifInUse: 'detach' })
  const error = deleted._unsafeUnwrapErr()
  const items = error.code === 'incomplete' ? error.details.batch.items : []
  expect(items.map(({ status }) => status)).toEqual(['failed', 'succeeded', 'succeeded'])
  expect(items[0]).toMatchObject({ id: 'other', error: { code: 'incomplete', outcome: 'none' } })
  expect(await names(setting)).toEqual(['other'])
})

test('running instances are not detached if the cloud requires stopped ones, and nothing is deleted', async () => {
  const setting = await inUse('ens-like')
  await setting.world.seedInstances([{ id: 'i-2', keyPair: 'deploy' }])
  const error = (await setting.service.delete({ name: 'deploy' }, { ifInUse: 'detach' }))._unsafeUnwrapErr()
  expect(error.code === 'incomplete' && error.details.batch.failed).toMatchObject([
    { id: 'i-2', error: { code: 'instance-state' } },
  ])
  expect(await names(setting)).toEqual(['deploy', 'other'])
})

test('a stale name on instances does not make a missing key pair one in use', async () => {
  const setting = await inUse('names dangle')
  expect((await setting.service.delete({ name: 'deploy' }, { ifInUse: 'delete-anyway' })).isOk()).toBe(true)
  for (const ifInUse of ['refuse', 'detach', 'delete-anyway'] as const) {
    expect((await setting.service.delete({ name: 'deploy' }, { ifInUse }))._unsafeUnwrap().changed).toBe(false)
  }
  expect((await bound(setting))['i-1']).toBe('deploy')
})

test('a cloud without detach deletes in use, or refuses', async () => {
  const setting = await inUse('names dangle')
  const { driver } = setting
  const store = createKeyPairStore({ ...driver, capabilities: { ...driver.capabilities, instances: false } })
  expect((await store.delete({ name: 'deploy' }, { ifInUse: 'detach' }))._unsafeUnwrapErr().code).toBe('unsupported')
  expect((await store.delete({ name: 'deploy' }, { ifInUse: 'refuse' }))._unsafeUnwrapErr().code).toBe('in-use')
  expect((await store.delete({ name: 'deploy' }, { ifInUse: 'delete-anyway' })).isOk()).toBe(true)
  const misuse = (): void => void Reflect.apply(store.delete, undefined, [{ name: 'deploy' }, { ifInUse: 'force' }])
  expect(misuse).toThrow(TypeError)
})

test('only a detach that changed an instance has the hint that it may have no login left', async () => {
  const { service, world } = await inUse('usual')
  await world.seedInstances([{ id: 'i-4' }])
  const hintOf = async (id: string) => (await service.detach({ name: 'deploy' }, [id]))._unsafeUnwrap().hint
  expect(await hintOf('i-4')).toBe(undefined)
  expect(await hintOf('i-1')).toContain('login')
  const incomplete = (await service.detach({ name: 'deploy' }, ['i-2', 'i-none']))._unsafeUnwrapErr()
  expect(incomplete.code === 'incomplete' && incomplete.details.batch.hint).toContain('login')
  expect((await service.attach({ name: 'deploy' }, ['i-4']))._unsafeUnwrap().hint).toBe(undefined)
  expect((await service.delete({ name: 'none' }, { ifInUse: 'detach' }))._unsafeUnwrap().hint).toBe(undefined)
})

// The test of the largest age of that look is in packages/core/test/key-pairs/delete-many.test.ts.
test('the users of several key pairs are read in one look just before the deletes, if the cloud does not guard them', async () => {
  const { driver, world, clock } = await rolloutOf(clouds['ens-like, replaces'] ?? {}, [
    { id: 'i-1', power: 'stopped' },
  ])
  const looked: string[] = []
  const watched: KeyPairDriver = {
    ...driver,
    doDescribeInstances: async (request, context) => {
      const { keyPairs } = await world.snapshot()
      looked.push(`${request.kind} of ${keyPairs.length}`)
      return driver.doDescribeInstances(request, context)
    },
  }
  const deleted = await createKeyPairService(watched, { testing: { clock } }).deleteMany([
    { name: 'old' },
    { name: 'new' },
  ])
  expect(deleted.isOk()).toBe(true)
  expect(looked).toEqual(['bound of 3'])
})

test('an error of one of several key pairs names only that one', async () => {
  const { service, world } = await rolloutOf(clouds['ens-like, replaces'] ?? {}, [{ id: 'i-1', keyPair: 'old' }])
  await world.fault({ on: 'read-instances', kind: 'denied', times: Infinity })
  const deleted = await service.deleteMany([{ name: 'old' }, { name: 'new' }], { ifInUse: 'detach' })
  const error = deleted._unsafeUnwrapErr()
  const [held] = error.code === 'incomplete' ? error.details.batch.failed : []
  expect(held?.error.message).toContain('deleteMany "old" failed')
})

test('a silent delete that the lists show late is told as a delete, and one in use as refused', async () => {
  const { service, world } = await rolloutOf({ deletesSilently: true }, [{ id: 'i-1', keyPair: 'new' }])
  await world.setReadLag(600_000)
  expect((await service.delete({ name: 'old' }))._unsafeUnwrap().changed).toBe(true)
  const used = (await service.delete({ name: 'new' }))._unsafeUnwrapErr()
  expect(used).toMatchObject({ code: 'in-use', outcome: 'none' })
  expect((await world.snapshot()).keyPairs.map(({ name }) => name)).toEqual(['new', 'other'])
})
