import { VirtualClock } from '@cloud-keypair/conformance'
import { createKeyPairService, type KeyPairDriver } from '@cloud-keypair/core/driver'
import { createMemoryCloud } from '@cloud-keypair/memory'
import { expect, it } from 'vitest'

/** Attaches to many instances, and returns the most calls, and the most items of calls, between two turns of the event loop. */
async function attachMany(count: number, itemsInACall: number) {
  const clock = new VirtualClock()
  const { driver, world } = createMemoryCloud({ clock, traits: { limits: { change: itemsInACall } } })
  const ids = Array.from({ length: count }, (_, index) => `i-${index}`)
  await world.seedKeyPairs([{ name: 'deploy' }])
  await world.seedInstances(ids.map((id) => ({ id })))
  const most = { calls: 0, items: 0 }
  let since = { calls: 0, items: 0 }
  const note = (items: number): void => {
    since = { calls: since.calls + 1, items: since.items + items }
    most.calls = Math.max(most.calls, since.calls)
    most.items = Math.max(most.items, since.items)
  }
  const noting: KeyPairDriver = {
    ...driver,
    doDescribeInstances: async (request, context) => {
      const answer = await driver.doDescribeInstances(request, context)
      note(request.kind === 'exact' ? request.instanceIds.length : 0)
      return answer
    },
    doAttachKeyPair: async (request, context) => {
      const answer = await driver.doAttachKeyPair(request, context)
      note(request.instanceIds.length)
      return answer
    },
  }
  let next: NodeJS.Immediate | undefined
  const turn = (): void => {
    since = { calls: 0, items: 0 }
    next = setImmediate(turn)
  }
  turn()
  const attached = await createKeyPairService(noting, { testing: { clock } }).attach({ name: 'deploy' }, ids)
  clearImmediate(next)
  expect(attached.isOk()).toBe(true)
  return most
}

it('lets the event loop turn between calls, however many are made at once', async () => {
  expect((await attachMany(400, 1)).calls).toBeLessThanOrEqual(25)
})

it('lets the event loop turn after every few hundred items', async () => {
  expect((await attachMany(2_000, 100)).items).toBeLessThanOrEqual(800)
})
