import type { Clock } from '@cloud-keypair/core'
import type { CallFailure } from '@cloud-keypair/core/driver'
import type { Journal } from './journal.js'
import type { ProbeContext } from './probe-context.js'
import type { Notes } from './observations.js'
import { halt, type Script } from './script.js'
import { within } from './time-limit.js'
import type { Reply, Request, Send, Taken } from './wire.js'

/** The largest cost of a script. */
export interface Bounds {
  readonly calls: number
  readonly ms: number
  /**
   * True if a change without a definite answer is sent again: for those that bear it. Otherwise it halts, as what is
   * seen after it proves nothing.
   */
  readonly persists: boolean
}

/** The time that a call has, in milliseconds. */
const callMs = 60_000

/** Codes that are about who asks: they say nothing of the cloud. */
const isDenied = /^(?:Forbidden|NoPermission|AccessDenied|Unauthorized|Lack\w*Policy)|RequestForbid/

/** The number of sends of a call. */
const maxSends = 7

/** The input of {@link createCalls}. */
export interface CallParts {
  readonly send: Send
  readonly urlLength: () => number
  readonly clock: Clock
  readonly signal: AbortSignal
  readonly journal: Journal
  readonly notes: Notes
  readonly bounds: Bounds
}

/** Makes what calls and what waits, within bounds. */
export function createCalls({
  send,
  urlLength,
  clock,
  signal,
  journal,
  notes,
  bounds,
}: CallParts): Pick<ProbeContext, 'call' | 'sleep'> {
  const startedAt = clock.now()
  let calls = 0

  async function* check(): Script<void> {
    if (signal.aborted) yield* halt('it was interrupted', 'question')
    if (calls > bounds.calls) yield* halt(`it took more than ${bounds.calls} calls`, 'question')
    if (clock.now() - startedAt > bounds.ms) {
      yield* halt(`it took more than ${Math.round(bounds.ms / 60_000)} minutes`, 'question')
    }
  }

  async function* sleep(ms: number): Script<void> {
    yield* check()
    await clock.sleep(ms, signal)
    yield* check()
  }

  async function* call(request: Request): Script<Reply> {
    const { creates } = request
    if (creates !== undefined) journal.begin(creates)
    let sureOfNothing = true
    for (let sends = 1; ; sends += 1) {
      yield* check()
      calls += 1
      const sentAt = clock.now()
      const sent = await within(clock, callMs, signal, (until) => send(request, until))
      const head = { action: request.action, urlLength: urlLength(), sentAt, answeredAt: clock.now() }
      const reply = sent.match(
        (taken) => takenReply(head, taken),
        (failure) => refusedReply(head, failure),
      )
      if (reply !== undefined) {
        if (creates !== undefined && (reply.taken || sureOfNothing))
          journal.settle(creates, reply.taken ? 'made' : 'refused')
        notes.replies.push(reply)
        if (isDenied.test(reply.code)) {
          yield* halt(`no permission for ${request.action} (${reply.code})`, 'question')
        }
        return reply
      }
      const failure = sent.isErr() ? sent.error : undefined
      if (failure?.outcome === 'unknown') {
        sureOfNothing = false
        notes.unanswered.push(request.action)
      }
      yield* check()
      const again = bounds.persists || !request.mutating || failure?.outcome === 'none'
      if (failure?.code === 'unauthenticated' || failure?.code === 'invalid-argument') {
        yield* halt([failure.message, failure.hint ?? ''].join('. '), 'question')
      }
      if (!again) yield* halt(`${request.action} was not definitely answered`, 'attempt')
      if (sends >= maxSends) yield* halt(`${request.action} was not answered: ${failure?.message ?? ''}`, 'attempt')
      yield* sleep(Math.max(1000 * 2 ** (sends - 1), Math.min(failure?.retryAfterMs ?? 0, 60_000)))
    }
  }

  return { call, sleep }
}

type Head = Pick<Reply, 'action' | 'urlLength' | 'sentAt' | 'answeredAt'>

function takenReply(head: Head, { value: result, vendor }: Taken): Reply {
  return { ...head, taken: true, requestId: vendor.requestId ?? '', code: '', result }
}

/** Statuses that say enough without a code of the vendor's: what was sent is too long. */
const tooLong: readonly number[] = [413, 414, 431]

/**
 * Returns the reply of a refusal. Undefined if the cloud did not judge the call: throttled, failed, in progress, or
 * unclear.
 */
function refusedReply(head: Head, { code: meaning, outcome, vendor }: CallFailure): Reply | undefined {
  const { httpStatus: status, code = '', message = '', requestId = '' } = vendor ?? {}
  if (status === undefined || status >= 500 || (code === '' && !tooLong.includes(status))) return undefined
  if (meaning === 'throttled' || meaning === 'unavailable' || meaning === 'invalid-response') return undefined
  if (meaning === 'busy' && outcome === 'unknown') return undefined
  return { ...head, taken: false, status, message, requestId, code }
}
