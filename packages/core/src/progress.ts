import { channel, type Channel } from 'node:diagnostics_channel'
import type { Subject } from './failure.js'
import type { ProgressEvent } from './take-effect.js'

const progressChannel: Channel = channel('cloud-keypair:progress')

/** Says what begins on which instances, or that they have come to their end. */
export type TellProgress = (step: ProgressEvent['step'], instanceIds: readonly string[]) => void

/** Tells the listener and the channel, and counts. What a listener throws must not end an operation that owes repairs. */
export function progressOf(
  { provider, operation }: Subject,
  total: number,
  listener: ((event: ProgressEvent) => void) | undefined,
): TellProgress {
  let finished = 0
  return (step, instanceIds) => {
    if (instanceIds.length === 0) return
    if (step === 'finished') finished += instanceIds.length
    const event: ProgressEvent = { provider, operation, step, instanceIds, finished, total }
    progressChannel.publish(event)
    try {
      listener?.(event)
    } catch (thrown) {
      process.nextTick(() => {
        throw thrown
      })
    }
  }
}
