import { ok } from '@cloud-keypair/core'
import { createKeyPairService, type ItemVerdict, type KeyPairDriver } from '@cloud-keypair/core/driver'
import { describe, expect, it } from 'vitest'
import { clouds, instancesOf, rolloutOf } from './rollout.js'

const seeds = [
  { id: 'i-1', keyPair: 'old' },
  { id: 'i-2', keyPair: 'old' },
] as const
const ids = seeds.map(({ id }) => id)
const refused: ItemVerdict = {
  id: 'i-2',
  ok: false,
  failure: { code: 'permission-denied', message: 'no', transient: false },
}

/** Attaches with restarts on a cloud that reboots some instances, and whose answer lists failures only. */
async function attachWith(rebooted: readonly string[], verdicts: readonly ItemVerdict[], powerChangeMs: number) {
  const { driver, world, clock } = await rolloutOf({ ...clouds['volcengine-like'], powerChangeMs }, seeds)
  const tersely: KeyPairDriver = {
    ...driver,
    doRebootInstances: async (request, context) => {
      const instanceIds = request.instanceIds.filter((id) => rebooted.includes(id))
      if (instanceIds.length > 0) await driver.doRebootInstances({ ...request, instanceIds }, context)
      return ok(verdicts)
    },
  }
  const service = createKeyPairService(tersely, { testing: { clock, random: () => 0.5 } })
  const before = clock.now()
  const result = await service.attach({ name: 'new' }, ids, { takeEffect: 'now', maxUnavailable: 2 })
  const tookMs = clock.now() - before
  const batch = result.isOk() ? result.value : undefined
  const error = result.isErr() && result.error.code === 'incomplete' ? result.error.details.batch : undefined
  const items = (batch ?? error)?.items ?? []
  return { items, tookMs, instances: await instancesOf(world), leftStopped: (batch ?? error)?.leftStopped }
}

describe('an answer to a reboot that lists failures only', () => {
  it('costs no more than the reboot if nothing failed', async () => {
    const { items, tookMs, instances } = await attachWith(ids, [], 5_000)
    expect(items.map((item) => item.status)).toEqual(['succeeded', 'succeeded'])
    expect(tookMs).toBeLessThan(30_000)
    expect(instances).toEqual(['i-1 running new/new', 'i-2 running new/new'])
  })

  it('fails the instance that it lists, and no other', async () => {
    const { items, tookMs } = await attachWith(['i-1'], [refused], 5_000)
    expect(items.map((item) => (item.status === 'succeeded' ? item.effect : item.error.code))).toEqual([
      'now',
      'permission-denied',
    ])
    expect(tookMs).toBeLessThan(30_000)
  })

  it('does not make a success of an instance that was not seen to restart', async () => {
    const { items, tookMs, instances, leftStopped } = await attachWith(['i-1'], [], 5_000)
    expect(items.map(({ status }) => status)).toEqual(['succeeded', 'failed'])
    expect(items[1]).toMatchObject({ error: { code: 'invalid-response', outcome: 'partial' } })
    expect(tookMs).toBeLessThan(60_000)
    expect(instances[1]).toBe('i-2 running new/old')
    expect(leftStopped).toEqual([])
  })
})

describe('a power change that is over with its answer', () => {
  it.each(Object.keys(clouds))('is not waited for: %s', async (cloud) => {
    const { service, world, clock } = await rolloutOf({ ...clouds[cloud], powerChangeMs: 0 }, seeds)
    const before = clock.now()
    expect((await service.attach({ name: 'new' }, ids, { takeEffect: 'now' })).isOk()).toBe(true)
    expect(clock.now() - before).toBe(0)
    expect(await instancesOf(world)).toEqual(['i-1 running new/new', 'i-2 running new/new'])
  })
})
