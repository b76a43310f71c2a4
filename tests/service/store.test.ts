import { canAttach, collect, type KeyPairService, type KeyPairStore } from '@cloud-keypair/core'
import {
  createKeyPairService,
  createKeyPairStore,
  type KeyPairDriver,
  type KeyPairStoreDriver,
} from '@cloud-keypair/core/driver'
import { createMemoryCloud, type MemoryCloud } from '@cloud-keypair/memory'
import { expect, test } from 'vitest'
import { rsaKey } from '../support/rsa-keys.js'

const { publicKey } = rsaKey()

/**
 * Makes a cloud like AWS EC2: an instance gets its key pair at its creation, shows only the name, and keeps it. A key
 * pair in use can be deleted.
 */
function cloudWithoutAttach(): { readonly driver: KeyPairStoreDriver; readonly world: MemoryCloud['world'] } {
  const { driver, world } = createMemoryCloud({ traits: { showsKeyPairId: false, refusesInUse: false } })
  return { driver: { ...driver, capabilities: { ...driver.capabilities, instances: false } }, world }
}

/** Attaches if the cloud can, as an application may do. */
async function attachedOn(store: KeyPairStore): Promise<string> {
  if (!canAttach(store)) return 'cannot'
  const attached = await store.attach({ name: 'deploy' }, ['i-1'])
  return attached.match(
    () => 'attached',
    ({ code }) => code,
  )
}

test('a cloud without attach has every operation on key pairs', async () => {
  const { driver, world } = cloudWithoutAttach()
  const store = createKeyPairStore(driver)
  const saved: string[] = []
  const created = await store.create({ name: 'made', bits: 2048, save: async (key) => void saved.push(key.reveal()) })
  expect(created._unsafeUnwrap()).toMatchObject({ name: 'made', verified: true })
  expect(saved).toHaveLength(1)

  const imported = (await store.import({ name: 'deploy', publicKey: publicKey.line }))._unsafeUnwrap()
  expect(imported.verified).toBe(true)
  const updated = await store.update(imported, { description: 'new', tags: { team: 'a' } })
  expect(updated._unsafeUnwrap()).toMatchObject({ description: 'new', tags: { team: 'a' } })
  const listed = (await collect(store.list({ namePattern: 'd*' }), { max: 10 }))._unsafeUnwrap()
  expect(listed).toMatchObject([{ name: 'deploy', description: 'new' }])
  expect((await store.get({ name: 'made' })).isOk()).toBe(true)

  await world.seedInstances([{ id: 'i-1', keyPair: 'deploy' }, { id: 'i-2' }])
  const usages = (await collect(store.usages({ name: 'deploy' }), { max: 10 }))._unsafeUnwrap()
  expect(usages).toEqual([{ instanceId: 'i-1', power: 'running', matchedBy: 'name' }])
  const refused = (await store.delete({ name: 'deploy' }))._unsafeUnwrapErr()
  expect(refused).toMatchObject({ code: 'in-use', details: { instanceIds: ['i-1'] } })
  expect((await store.deleteMany([{ name: 'made' }, { name: 'none' }])).isOk()).toBe(true)
  expect((await world.snapshot()).keyPairs.map(({ name }) => name)).toEqual(['deploy'])
})

test('canAttach narrows a store to a service only if its cloud can attach', async () => {
  const { driver, world } = createMemoryCloud()
  await world.seedKeyPairs([{ name: 'deploy' }])
  await world.seedInstances([{ id: 'i-1' }])
  const unable: KeyPairDriver = { ...driver, capabilities: { ...driver.capabilities, instances: false } }
  expect(await attachedOn(createKeyPairService(driver))).toBe('attached')
  expect(await attachedOn(createKeyPairStore(driver))).toBe('cannot')
  expect(await attachedOn(createKeyPairStore(cloudWithoutAttach().driver))).toBe('cannot')
  expect(await attachedOn(createKeyPairService(unable))).toBe('cannot')
  const { rotate: _, ...partly } = createKeyPairService(driver)
  expect(canAttach(partly)).toBe(false)
  const refused = await createKeyPairService(unable).attach({ name: 'deploy' }, ['i-1'])
  expect(refused._unsafeUnwrapErr().code).toBe('unsupported')
})

test('a store instead of a service does not compile', () => {
  const { driver } = cloudWithoutAttach()
  // @ts-expect-error A store lacks attach and detach.
  const service: KeyPairService = createKeyPairStore(driver)
  // @ts-expect-error So does its driver.
  const made: KeyPairService = createKeyPairService(driver)
  expect([canAttach(service), canAttach(made)]).toEqual([false, false])
})
