import { VirtualClock } from '@cloud-keypair/conformance'
import { createPacer, type Pacer } from '@cloud-keypair/core'
import { createKeyPairService, type KeyPairDriver } from '@cloud-keypair/core/driver'
import { createMemoryCloud } from '@cloud-keypair/memory'
import { expect, test } from 'vitest'

interface Load {
  /** Services that attach at the same time. */
  readonly services: number
  /** Calls of each service: one instance a call. */
  readonly calls: number
  readonly ratePerSecond: number
  readonly burst: number
  readonly latencyMs: number
  readonly pacerOf?: (clock: VirtualClock) => Pacer
}

interface Measured {
  /** The part of the calls that the bucket lets through that was used. */
  readonly used: number
  /** Refused calls for each 100 admitted. */
  readonly refused: number
}

/** Attaches through a token bucket, in virtual time. Each item must succeed. */
async function measure({ services, calls, ratePerSecond, burst, latencyMs, pacerOf }: Load): Promise<Measured> {
  const clock = new VirtualClock()
  const { driver, world } = createMemoryCloud({ clock, traits: { limits: { change: 1 } } })
  const slow = driverWithLatency(driver, clock, latencyMs)
  const pacer = pacerOf?.(clock)
  let random = 1
  const chance = () => (random = (random * 16_807) % 2_147_483_647) / 2_147_483_647
  const options = { pacer, testing: { clock, random: chance } }
  await world.seedKeyPairs([{ name: 'deploy' }])
  const idsOf = (service: number): string[] => Array.from({ length: calls }, (_, index) => `i-${service}-${index}`)
  const all = Array.from({ length: services }, (_, index) => idsOf(index))
  await world.seedInstances(all.flat().map((id) => ({ id })))
  await world.fault({ on: 'attach', kind: 'bucket', ratePerSecond, burst })
  const startedAt = clock.now()
  const attached = await Promise.all(
    all.map((ids) => createKeyPairService(slow, options).attach({ name: 'deploy' }, ids)),
  )
  for (const result of attached) expect(result._unsafeUnwrap().succeeded).toHaveLength(calls)
  const admitted = services * calls
  const sent = (await world.calls()).filter(({ call }) => call === 'attach').length
  const idealMs = ((admitted - burst) / ratePerSecond) * 1000
  return { used: idealMs / (clock.now() - startedAt), refused: ((sent - admitted) / admitted) * 100 }
}

function driverWithLatency(driver: KeyPairDriver, clock: VirtualClock, latencyMs: number): KeyPairDriver {
  return {
    ...driver,
    doAttachKeyPair: async (request, context) => {
      await clock.sleep(latencyMs / 2, context.signal)
      const answer = await driver.doAttachKeyPair(request, context)
      await clock.sleep(latencyMs / 2, context.signal)
      return answer
    },
  }
}

test.each([
  [5, 50],
  [5, 200],
  [20, 20],
  [20, 100],
])('one service uses 0.95 of 20 calls/s, with 4 refused of 100: burst %i, %i ms', async (burst, latencyMs) => {
  const { used, refused } = await measure({ services: 1, calls: 600, ratePerSecond: 20, burst, latencyMs })
  expect(used).toBeGreaterThanOrEqual(0.95)
  expect(refused).toBeLessThanOrEqual(4)
})

test.each([
  [5, 50],
  [20, 50],
])('four services use 0.9 of 20 calls/s, with 15 refused of 100: burst %i, %i ms', async (burst, latencyMs) => {
  const { used, refused } = await measure({ services: 4, calls: 300, ratePerSecond: 20, burst, latencyMs })
  expect(used).toBeGreaterThanOrEqual(0.9)
  expect(refused).toBeLessThanOrEqual(15)
})

test.each([
  [5, 50],
  [20, 50],
])('four services use 0.85 of 2 calls/s, and no item fails: burst %i, %i ms', async (burst, latencyMs) => {
  const { used } = await measure({ services: 4, calls: 100, ratePerSecond: 2, burst, latencyMs })
  expect(used).toBeGreaterThanOrEqual(0.85)
})

test('four services with one pacer share a rate as one service does', async () => {
  const load = { services: 4, calls: 150, ratePerSecond: 20, burst: 5, latencyMs: 50 }
  const { used, refused } = await measure({ ...load, pacerOf: (clock) => createPacer({ clock }) })
  expect(used).toBeGreaterThanOrEqual(0.95)
  expect(refused).toBeLessThanOrEqual(4)
})
