import { VirtualClock } from '@cloud-keypair/conformance'
import type { Clock } from '@cloud-keypair/core'
import { createKeyPairService } from '@cloud-keypair/core/driver'
import { createMemoryCloud, memoryVariants } from '@cloud-keypair/memory'
import { expect, test } from 'vitest'

const hourMs = 3_600_000
const ids = ['i-1', 'i-2']

/** A cloud that stops and starts instances in 20 seconds, and a service whose clock can be set back. */
async function withClock() {
  const virtual = new VirtualClock()
  let offMs = 0
  const sleeps: number[] = []
  const clock: Clock = {
    now: () => virtual.now() + offMs,
    sleep: (ms, signal) => {
      sleeps.push(ms)
      return virtual.sleep(ms, signal)
    },
  }
  const traits = { ...memoryVariants['ens-like'], powerChangeMs: 20_000 }
  const { driver, world } = createMemoryCloud({ traits, clock: virtual })
  await world.seedKeyPairs([{ name: 'old' }, { name: 'new' }])
  await world.seedInstances(ids.map((id) => ({ id, keyPair: 'old' })))
  const setBack = (ms: number): void => {
    offMs = -ms
  }
  return { keyPairs: createKeyPairService(driver, { testing: { clock } }), world, virtual, setBack, sleeps }
}

test.each(['stopping', 'attaching', 'starting'])('a clock that is set back while %s delays nothing', async (when) => {
  const { keyPairs, world, virtual, setBack } = await withClock()
  const start = virtual.now()
  const attached = await keyPairs.attach({ name: 'new' }, ids, {
    takeEffect: 'now',
    onProgress: ({ step }) => {
      if (step === when) setBack(hourMs)
    },
  })
  expect(attached.isOk()).toBe(true)
  expect(virtual.now() - start).toBeLessThan(hourMs / 6)
  expect((await world.snapshot()).instances).toMatchObject(ids.map((id) => ({ id, power: 'running', bound: 'new' })))
})

test('a clock is not asked to sleep for ever, which a timer of Node.js takes for no time', async () => {
  const { keyPairs, sleeps } = await withClock()
  const options = { takeEffect: 'now', deadlineMs: Infinity } as const
  expect((await keyPairs.attach({ name: 'new' }, ids, options)).isOk()).toBe(true)
  expect(sleeps.length).toBeGreaterThan(0)
  expect(sleeps.filter((ms) => !Number.isFinite(ms))).toEqual([])
})
