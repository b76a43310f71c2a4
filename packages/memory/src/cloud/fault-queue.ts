import type { FaultyCall } from '@cloud-keypair/core/testing'
import type { MemoryFault, RateLimit } from '../world.js'

/** A call, as the faults see it. */
export interface FaultTarget {
  readonly call: FaultyCall
  /** The ids of its items that get a verdict each. */
  readonly judged: readonly string[]
}

/** A fault that strikes a call. A bucket that is empty throttles. */
export type Strike = Exclude<MemoryFault, RateLimit>

interface Waiting {
  readonly fault: Strike
  skip: number
  times: number
}

interface Bucket {
  readonly limit: RateLimit
  tokens: number
  countedAt: number
}

/** The faults to come, the first that was given first. */
export class Faults {
  readonly #waiting: Waiting[] = []
  readonly #buckets: Bucket[] = []

  add(fault: MemoryFault, now: number): void {
    if (fault.kind === 'bucket') this.#buckets.push({ limit: fault, tokens: fault.burst, countedAt: now })
    else this.#waiting.push({ fault, skip: fault.skip ?? 0, times: fault.times ?? 1 })
  }

  clear(): void {
    this.#waiting.length = 0
    this.#buckets.length = 0
  }

  /** Takes the fault that strikes this call, if there is one. */
  take(target: FaultTarget, now: number): Strike | undefined {
    for (const bucket of this.#buckets) {
      if (actionOf(bucket.limit.on) === actionOf(target.call) && !drawToken(bucket, now))
        return { on: target.call, kind: 'throttled' }
    }
    for (const entry of this.#waiting) {
      if (entry.times <= 0 || !matches(entry.fault, target)) continue
      if (entry.skip <= 0) {
        entry.times -= 1
        return entry.fault
      }
      entry.skip -= 1
    }
    return undefined
  }
}

function matches(fault: Strike, { call, judged }: FaultTarget): boolean {
  if (fault.on !== call) return false
  return 'ids' in fault ? fault.ids.some((id) => judged.includes(id)) : true
}

function drawToken(bucket: Bucket, now: number): boolean {
  const { ratePerSecond, burst } = bucket.limit
  bucket.tokens = Math.min(burst, bucket.tokens + ((now - bucket.countedAt) / 1000) * ratePerSecond)
  bucket.countedAt = now
  if (bucket.tokens < 1) return false
  bucket.tokens -= 1
  return true
}

function actionOf(call: FaultyCall): FaultyCall {
  if (call === 'list') return 'lookup'
  return call === 'list-instances' ? 'read-instances' : call
}
