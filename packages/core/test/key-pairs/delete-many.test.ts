import { VirtualClock } from '@cloud-keypair/conformance'
import { createMemoryCloud, memoryVariants } from '@cloud-keypair/memory'
import { expect, test } from 'vitest'
import type { KeyPairDriver } from '../../src/contract/key-pair-driver.js'
import { ok } from '../../src/result.js'
import { createKeyPairService } from '../../src/service/create-service.js'
import { stubDriver } from '../stub-driver.js'

const names = (count: number): readonly { readonly name: string }[] =>
  Array.from({ length: count }, (_, index) => ({ name: `key-${index}` }))

/** Counts how often names are read while key pairs are deleted. */
async function readsOf(count: number): Promise<number> {
  let reads = 0
  const counted = (name: string): { readonly name: string; readonly id: string } => ({
    get name() {
      reads += 1
      return name
    },
    id: `kp-${name}`,
  })
  const driver = stubDriver({
    doDescribeKeyPairs: async (request) =>
      ok({
        items:
          request.kind === 'exact'
            ? request.keyPairs.map((handle) => counted(handle.by === 'name' ? handle.name : ''))
            : [],
      }),
  })
  const deleted = await createKeyPairService(driver).deleteMany(names(count))
  expect(deleted._unsafeUnwrap().succeeded).toHaveLength(count)
  return reads
}

test('the work of deleteMany grows with the number of key pairs, not with its square', async () => {
  const [few, many] = [await readsOf(400), await readsOf(4_000)]
  expect(many).toBeLessThanOrEqual(few * 11)
})

test('the event loop turns while many key pairs are deleted', async () => {
  let turns = 0
  const turn = (): void => {
    turns += 1
    next = setImmediate(turn)
  }
  let next = setImmediate(turn)
  await createKeyPairService(stubDriver({ doDescribeKeyPairs: async () => ok({ items: [] }) })).deleteMany(
    names(20_000),
  )
  clearImmediate(next)
  expect(turns).toBeGreaterThan(20)
})

interface Guarded {
  readonly driver: KeyPairDriver
  readonly clock: VirtualClock
  readonly lookedAt: number[]
  readonly deletedAt: number[]
}

/** Makes a cloud that deletes key pairs in use, as Alibaba Cloud ENS does. */
async function guarded(count: number, deleteMs: number, onDelete: (nth: number) => void = () => {}): Promise<Guarded> {
  const clock = new VirtualClock()
  const { driver, world } = createMemoryCloud({ clock, traits: memoryVariants['ens-like'] ?? {} })
  await world.seedKeyPairs(names(count))
  await world.seedInstances([{ id: 'i-1', keyPair: 'key-1', power: 'stopped' }])
  const lookedAt: number[] = []
  const deletedAt: number[] = []
  return {
    clock,
    lookedAt,
    deletedAt,
    driver: {
      ...driver,
      doDescribeInstances: (request, context) => {
        if (request.kind === 'bound') lookedAt.push(clock.now())
        return driver.doDescribeInstances(request, context)
      },
      doDeleteKeyPairs: async (keyPairs, context) => {
        deletedAt.push(clock.now())
        onDelete(deletedAt.length)
        await clock.sleep(deleteMs, context.signal)
        return driver.doDeleteKeyPairs(keyPairs, context)
      },
    },
  }
}

test('one look serves many deletes if only our check protects key pairs in use, and no delete comes 3 s after it', async () => {
  const { driver, clock, lookedAt, deletedAt } = await guarded(300, 200)
  const deleted = (await createKeyPairService(driver, { testing: { clock } }).deleteMany(names(300)))._unsafeUnwrapErr()
  const batch = deleted.code === 'incomplete' ? deleted.details.batch : undefined
  expect(batch?.succeeded).toHaveLength(299)
  expect(batch?.failed).toMatchObject([{ id: 'key-1', error: { code: 'in-use', details: { instanceIds: ['i-1'] } } }])
  expect(lookedAt.length).toBeLessThanOrEqual(10)
  for (const at of deletedAt) expect(lookedAt.some((look) => look <= at && at - look <= 3_000)).toBe(true)
})

test('a key pair that comes into use while others are deleted is not deleted', async () => {
  const cloud = await guarded(60, 2_000, (nth) => {
    if (nth !== 4) return
    void createKeyPairService(cloud.driver, { testing: { clock: cloud.clock } }).attach({ name: 'key-59' }, ['i-1'])
  })
  const service = createKeyPairService(cloud.driver, { testing: { clock: cloud.clock } })
  await service.detach({ name: 'key-1' }, ['i-1'])
  const error = (await service.deleteMany(names(60)))._unsafeUnwrapErr()
  const batch = error.code === 'incomplete' ? error.details.batch : undefined
  expect(batch?.failed).toMatchObject([{ id: 'key-59', error: { code: 'in-use' } }])
})
