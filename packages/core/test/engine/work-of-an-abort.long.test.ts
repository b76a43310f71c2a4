import { VirtualClock } from '@cloud-keypair/conformance'
import { expect, test } from 'vitest'
import type { KeyPairDriver } from '../../src/contract/key-pair-driver.js'
import { ok } from '../../src/result.js'
import { createKeyPairService } from '../../src/service/create-service.js'
import { inFull } from '../../../../tests/support/in-full.js'
import { stubDriver } from '../stub-driver.js'

const modes = ['next-restart', 'now'] as const

interface AfterAbort {
  readonly failed: number
  /** The CPU time between the abort and the result, in microseconds. */
  readonly cpu: number
  /** The turns of the event loop between the abort and the result. */
  readonly turns: number
}

/** Attaches to many instances, and aborts in the first call that changes something. */
async function attachAborted(count: number, takeEffect: (typeof modes)[number]): Promise<AfterAbort> {
  const abort = new AbortController()
  let turns = 0
  let since = process.cpuUsage()
  let next: NodeJS.Immediate | undefined
  const turn = (): void => {
    turns += 1
    next = setImmediate(turn)
  }
  const doAttachKeyPair: KeyPairDriver['doAttachKeyPair'] = async ({ instanceIds }) => {
    if (abort.signal.aborted) return ok([])
    abort.abort()
    turn()
    since = process.cpuUsage()
    return ok(instanceIds.map((id) => ({ id, ok: true })))
  }
  const ids = Array.from({ length: count }, (_, index) => `i-${index}`)
  const service = createKeyPairService(stubDriver({ doAttachKeyPair }), { testing: { clock: new VirtualClock() } })
  const result = await service.attach({ name: 'deploy' }, ids, {
    takeEffect,
    signal: abort.signal,
    deadlineMs: Infinity,
  })
  clearImmediate(next)
  const { user, system } = process.cpuUsage(since)
  const error = result._unsafeUnwrapErr()
  if (error.code !== 'incomplete') throw error
  return { failed: error.details.batch.failed.length, cpu: user + system, turns }
}

/**
 * Returns how the CPU time grows from the first count to the second: the ratio of the least times of several runs, as the
 * others also collect the garbage of earlier tests. Ends as soon as the ratio is small enough: more runs could not tell more.
 */
async function growthOfCpu(counts: readonly [number, number], takeEffect: (typeof modes)[number]): Promise<number> {
  let [few, many] = [Infinity, Infinity]
  for (let run = 0; run < 12 && !(many / few <= mostGrowth); run += 1) {
    few = Math.min(few, (await attachAborted(counts[0], takeEffect)).cpu)
    many = Math.min(many, (await attachAborted(counts[1], takeEffect)).cpu)
  }
  return many / few
}

// Work that grows with the square of the instances would grow to the sixteenfold.
const mostGrowth = 8

test.each(modes)('the work after an abort grows with the instances, not with their square: %s', async (takeEffect) => {
  const count = inFull ? 25_000 : 10_000
  expect(await growthOfCpu([count, 4 * count], takeEffect)).toBeLessThanOrEqual(mostGrowth)
})

test.each(modes)('the event loop turns after every 500 items of an aborted operation: %s', async (takeEffect) => {
  const { turns, failed } = await attachAborted(100_000, takeEffect)
  expect(failed).toBeGreaterThan(99_900)
  expect(turns).toBeGreaterThanOrEqual(failed / 500)
})
