import { callListener } from '../engine/listeners.js'
import type { Operation } from '../engine/operation.js'
import type { ProgressEvent } from '../contract/options.js'

/** Reports the step that starts on instances, or their end. A wait has a time. */
export type TellProgress = (step: ProgressEvent['step'], instanceIds: readonly string[], waitMs?: number) => void

/** The progress of an operation: one count for the whole, even if an instance is changed several times. */
export interface Progress {
  /** Adds instances to the total. */
  expect(instanceIds: readonly string[]): void
  readonly tell: TellProgress
}

/**
 * Tells the listener and the channel, and counts. A throw of a listener must not end an operation that may have to
 * repair.
 */
export function progressOf(
  { context: { progressChannel }, subject: { provider, operation } }: Operation,
  listener: ((event: ProgressEvent) => void) | undefined,
): Progress {
  const expected = new Set<string>()
  const finished = new Set<string>()
  const tell: TellProgress = (step, instanceIds, waitMs) => {
    if (instanceIds.length === 0) return
    if (step === 'finished') for (const id of instanceIds) finished.add(id)
    const counts = { finished: finished.size, total: expected.size }
    const wait = waitMs === undefined ? {} : { waitMs }
    // The list is copied, as a listener may change it.
    const event: ProgressEvent = { provider, operation, step, instanceIds: [...instanceIds], ...wait, ...counts }
    progressChannel.publish(event)
    if (listener !== undefined) callListener('onProgress', () => listener(event))
  }
  const expect = (instanceIds: readonly string[]): void => {
    for (const id of instanceIds) expected.add(id)
  }
  return { expect, tell }
}
