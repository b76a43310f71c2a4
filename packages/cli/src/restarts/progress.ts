import type { ProgressEvent } from '@cloud-keypair/core'

/** The step of an instance, and when it began. */
interface Begun {
  readonly step: ProgressEvent['step']
  readonly waitMs: number | undefined
  readonly since: number
}

/** The progress of an operation with restarts. */
export interface Progress {
  readonly finished: number
  readonly total: number
  /** The instances that are worked on, in the order in which they came. */
  readonly underWay: ReadonlyMap<string, Begun>
}

/** Follows the events of an operation. */
export interface ProgressTracker {
  take(event: ProgressEvent): void
  now(): Progress
  /** Returns the instances that may be stopped if the operation ended now. */
  mayBeStopped(): readonly string[]
}

export function trackProgress(now: () => number): ProgressTracker {
  const underWay = new Map<string, Begun>()
  let finished = 0
  let total = 0
  return {
    take: (event) => {
      finished = event.finished
      total = event.total
      for (const id of event.instanceIds) {
        if (event.step === 'finished') underWay.delete(id)
        else underWay.set(id, { step: event.step, waitMs: event.waitMs, since: now() })
      }
    },
    now: () => ({ finished, total, underWay }),
    mayBeStopped: () => [...underWay].filter(([, { step }]) => step !== 'checking').map(([id]) => id),
  }
}
