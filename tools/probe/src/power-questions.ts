import { between, is, notAsked, other, type Answer } from './answer.js'
import { awaitPower, bring, refusalIn } from './instance.js'
import type { Question } from './question.js'
import type { Timing } from './observations.js'

/** Asks for the duration of a stop and a start. */
export const powerChangeMs: Question<number> = {
  what: 'stops and starts the instance',
  async *ask(context) {
    const { timings } = context.notes
    const has = (change: Timing['change']): boolean => timings.some((timing) => timing.change === change)
    if (!has('stop') || !has('start')) {
      yield* bring(context, 'running')
      yield* bring(context, 'stopped')
      yield* bring(context, 'running')
    }
    return timeOf(timings)
  },
}

function timeOf(timings: readonly Timing[]): Answer<number> {
  const above = Math.max(...timings.map((timing) => timing.above))
  const upTo = Math.min(...timings.map((timing) => timing.upTo))
  const evidence = timings.slice(0, 2).map(({ reply }) => reply)
  if (above < upTo) return between(above, upTo, ...evidence)
  const each = timings.map((timing) => `a ${timing.change} ${timing.above} to ${timing.upTo} ms`)
  return other(`it varies: ${each.join(', ')}`, ...evidence)
}

/** Asks for the StoppedMode of a stop without one. */
export const defaultStoppedMode: Question<'KeepCharging' | 'StopCharging'> = {
  what: 'stops the instance without saying in which mode, which may give its capacity back',
  async *ask(context) {
    yield* bring(context, 'running')
    const reply = yield* context.call(context.vendorApi.stop(context.instanceId, undefined, context.newToken()))
    const refused = refusalIn(context, reply)
    if (refused !== undefined) return notAsked(`a stop without a mode is refused: ${refused}`)
    const seen = yield* awaitPower(context, 'stopped', reply)
    if (seen === undefined) return notAsked('the stop does not end')
    const { stoppedMode } = seen
    if (stoppedMode === 'KeepCharging' || stoppedMode === 'StopCharging') return is(stoppedMode, reply)
    return other(`StoppedMode is "${stoppedMode}"`, reply)
  },
}
