import { expect, test } from 'vitest'
import type { PacedCall, PacedAnswer, Pacer } from '../../src/scheduling/pacer.js'
import { err, ok } from '../../src/result.js'
import { createKeyPairService } from '../../src/service/create-service.js'
import { stubDriver } from '../stub-driver.js'

const throttled = { code: 'throttled', message: 'no', outcome: 'none', transient: true, scope: 'call' } as const

test('a pacer gets each call, and the kind of its answer', async () => {
  const told: (Pick<PacedCall, 'action' | 'attempt'> | PacedAnswer)[] = []
  const pacer: Pacer = {
    waitForTurn: async ({ action, attempt }) => {
      told.push({ action, attempt })
      return { end: (answer) => void told.push(answer) }
    },
  }
  let calls = 0
  const driver = stubDriver({
    doDescribeKeyPairs: async () => {
      calls += 1
      return calls === 1 ? err({ ...throttled, retryAfterMs: 90_000 }) : ok({ items: [{ name: 'deploy', id: 'k' }] })
    },
  })
  const clock = { now: Date.now, sleep: (ms: number) => (ms < 1e6 ? Promise.resolve() : new Promise<void>(() => {})) }
  const service = createKeyPairService(driver, { pacer, testing: { clock }, attemptTimeoutMs: 2e6 })
  expect((await service.get({ id: 'k' }, { deadlineMs: 3e6 }))._unsafeUnwrap().name).toBe('deploy')
  expect(told).toEqual([
    { action: 'stub here lookup', attempt: 1 },
    { kind: 'refused', retryAfterMs: 60_000 },
    { action: 'stub here lookup', attempt: 2 },
    { kind: 'admitted' },
  ])
})

test('a pacer that fails delays no call, and its error is a warning', async () => {
  const warnings: string[] = []
  const note = ({ message }: Error): void => void warnings.push(message)
  process.on('warning', note)
  const pacer: Pacer = { waitForTurn: () => Promise.reject(new Error('Redis is away')) }
  const found = await createKeyPairService(stubDriver(), { pacer }).get({ name: 'deploy' })
  await new Promise((resolve) => setImmediate(resolve))
  process.off('warning', note)
  expect(found.isOk()).toBe(true)
  expect(warnings).toEqual([expect.stringContaining('pacer')])
})

test('a pacer that never answers is waited for until the deadline and no longer', async () => {
  const pacer: Pacer = { waitForTurn: () => new Promise(() => {}) }
  const result = await createKeyPairService(stubDriver(), { pacer }).get({ name: 'deploy' }, { deadlineMs: 20 })
  expect(result._unsafeUnwrapErr()).toMatchObject({ code: 'timeout', outcome: 'none' })
})
