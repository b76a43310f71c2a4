import type { ProgressEvent } from '@cloud-keypair/core'

type Step = ProgressEvent['step']

/** The progress of an operation with restarts. */
export interface Progress {
  readonly finished: number
  readonly total: number
  /** The instances that are worked on, in the order in which they came. */
  readonly underWay: ReadonlyMap<string, { readonly step: Step; readonly since: number }>
}

/** Follows the events of an operation. */
export interface ProgressTracker {
  take(event: ProgressEvent): void
  now(): Progress
  /** Returns the instances that may be stopped if the operation ended now. */
  mayBeStopped(): readonly string[]
}

export function trackProgress(now: () => number): ProgressTracker {
  const underWay = new Map<string, { readonly step: Step; readonly since: number }>()
  let finished = 0
  let total = 0
  return {
    take: (event) => {
      finished = event.finished
      total = event.total
      for (const id of event.instanceIds) {
        if (event.step === 'finished') underWay.delete(id)
        else underWay.set(id, { step: event.step, since: now() })
      }
    },
    now: () => ({ finished, total, underWay }),
    mayBeStopped: () => [...underWay].filter(([, { step }]) => step !== 'checking').map(([id]) => id),
  }
}
