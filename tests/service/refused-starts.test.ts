import { err, ok } from '@cloud-keypair/core'
import {
  type CallFailureCode,
  createKeyPairService,
  type ItemVerdict,
  type KeyPairDriver,
  type PowerRequest,
} from '@cloud-keypair/core/driver'
import { describe, expect, it } from 'vitest'
import { clouds, rolloutOf } from './rollout.js'

const repairDeadlineMs = 300_000
const cutOff = {
  code: 'aborted',
  message: 'the signal was aborted',
  outcome: 'unknown',
  transient: false,
  scope: 'call',
} as const

/** Attaches with a restart on a cloud that refuses the first starts of `i-1`, alone or beside others. */
async function attachWith(code: CallFailureCode, times: number, how: 'verdict' | 'call', sendMs = 0) {
  const { driver, clock, world } = await rolloutOf(clouds['ens-like, replaces'] ?? {}, [
    { id: 'i-1', keyPair: 'old' },
    { id: 'i-2', keyPair: 'old' },
  ])
  let refusals = 0
  const refused = { code, message: 'the cloud refuses it', transient: false } as const
  const doStartInstances: KeyPairDriver['doStartInstances'] = async (request: PowerRequest, context) => {
    if (refusals >= times || !request.instanceIds.includes('i-1')) return driver.doStartInstances(request, context)
    refusals += 1
    await clock.sleep(sendMs, context.signal)
    if (context.signal.aborted) return err(cutOff)
    if (how === 'call') return err({ ...refused, outcome: 'none', scope: 'items' })
    const others = request.instanceIds.filter((id) => id !== 'i-1')
    const started =
      others.length === 0 ? ok([]) : await driver.doStartInstances({ ...request, instanceIds: others }, context)
    return started.map((verdicts): readonly ItemVerdict[] => [...verdicts, { id: 'i-1', ok: false, failure: refused }])
  }
  const service = createKeyPairService({ ...driver, doStartInstances }, { testing: { clock, random: () => 0.5 } })
  const before = clock.now()
  const options = { takeEffect: 'now', maxUnavailable: 2, repairDeadlineMs } as const
  const result = await service.attach({ name: 'new' }, ['i-1', 'i-2'], options)
  return { result, ms: clock.now() - before, world }
}

describe('a start that the cloud refuses in a repair', () => {
  it.each(['not-found', 'instance-unsupported', 'permission-denied'] as const)(
    'definitely, by %s, is not sent again, and its instance is named',
    async (code) => {
      for (const how of ['verdict', 'call'] as const) {
        const { result, ms, world } = await attachWith(code, Infinity, how)
        const error = result._unsafeUnwrapErr()
        if (error.code !== 'incomplete') throw error
        const { failed, leftStopped, succeeded } = error.details.batch
        expect(failed.map((item) => [item.id, item.error.code, item.error.outcome])).toEqual([['i-1', code, 'partial']])
        expect(failed[0]?.error.hint).toContain('start it')
        expect(succeeded.map(({ id }) => id)).toEqual(['i-2'])
        expect(leftStopped).toEqual(['i-1'])
        expect(ms).toBeLessThan(60_000)
        expect((await world.snapshot()).instances.map(({ power }) => power)).toEqual(['stopped', 'running'])
      }
    },
  )

  it.each(['capacity', 'instance-state', 'busy', 'billing', 'quota-exceeded', 'unauthenticated', 'unknown'] as const)(
    'by %s is sent again, because that may pass',
    async (code) => {
      const { result, world } = await attachWith(code, 4, 'verdict')
      expect(result._unsafeUnwrap().items.map(({ status }) => status)).toEqual(['succeeded', 'succeeded'])
      expect((await world.snapshot()).instances.map(({ power }) => power)).toEqual(['running', 'running'])
    },
  )

  it.each([0, 8_500])('and does so to the deadline, of sends of %i ms, is the reason that the item has', async (ms) => {
    const { result } = await attachWith('instance-state', Infinity, 'verdict', ms)
    const error = result._unsafeUnwrapErr()
    if (error.code !== 'incomplete') throw error
    const [item] = error.details.batch.failed
    expect(item?.error).toMatchObject({
      code: 'instance-state',
      message: expect.stringContaining('the cloud refuses it'),
      // The cloud starts what is stopped, whatever it changes.
      details: { power: 'stopped', allowed: [] },
    })
  })
})
