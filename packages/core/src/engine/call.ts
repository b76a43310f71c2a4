import { whenAborted } from '../abort.js'
import type { CallContext, CallFailure, CallTrace } from '../contract/key-pair-driver.js'
import { attemptTimeout, endedFailure, internalError } from '../errors/failures.js'
import { err, type Result } from '../result.js'
import { maxHintMs } from '../scheduling/backoff.js'
import type { PacedAnswer, PacedCall, Pacer, Turn } from '../scheduling/pacer.js'
import { type CallEvent, completeEvent } from './events.js'
import type { Operation, ServiceContext } from './operation.js'
import { callListener, warnOf } from './listeners.js'
import { graceMs } from './time-limits.js'

interface VendorCall<T> {
  /** The name of the call in events. */
  readonly call: string
  readonly mutating: boolean
  readonly items?: number
  readonly attempt: number
  /** The failure after which the call is sent again. */
  readonly after?: CallFailure | undefined
  readonly token?: string
  /** Is asked once the call has its turn. If it returns a failure, nothing is sent, and that is the result. */
  readonly check?: (() => CallFailure | undefined) | undefined
  send(context: CallContext): Promise<Result<T, CallFailure>>
}

/**
 * Sends one call once, if it may be sent, and tells its events. Settles soon after the operation is stopped, whatever the
 * driver does.
 */
export async function sendOnce<T>(operation: Operation, spec: VendorCall<T>): Promise<Result<T, CallFailure>> {
  const { context, gate } = operation
  const { start, asyncEnd } = context.callChannel
  const stoppedBefore = operation.ended()
  if (stoppedBefore !== undefined) return err(endedFailure(stoppedBefore, 'none'))
  const turn = await waitForTurn(context, spec, operation.signal)
  const stoppedMeanwhile = operation.ended()
  if (stoppedMeanwhile !== undefined) {
    turn?.end({ kind: 'unanswered' })
    // The deadline came because the cloud takes no more calls: that is what failed.
    const isThrottled = stoppedMeanwhile === 'timeout' && spec.after?.code === 'throttled'
    return err(isThrottled ? spec.after : endedFailure(stoppedMeanwhile, 'none'))
  }
  const isForbidden = spec.mutating && gate?.isOpen() === false
  const refused = isForbidden ? endedFailure('not-allowed', 'none') : spec.check?.()
  if (refused !== undefined) {
    turn?.end({ kind: 'unanswered' })
    return err(refused)
  }

  const event: CallEvent = {
    provider: context.driver.provider,
    operation: operation.subject.operation,
    call: spec.call,
    mutating: spec.mutating,
    attempt: spec.attempt,
    ...(spec.items !== undefined && { items: spec.items }),
  }
  const startedAt = context.clock.now()
  if (start.hasSubscribers) start.publish(event)
  const result = (await sendWithTimeout(operation, spec, event)).mapErr((failure) =>
    spec.mutating ? failure : ({ ...failure, outcome: 'none' } as const),
  )
  turn?.end(answerOf(result))
  completeEvent(event, { durationMs: context.clock.now() - startedAt })
  if (result.isErr()) {
    const { code, outcome, vendor } = result.error
    completeEvent(event, {
      ...(vendor?.httpStatus !== undefined && { httpStatus: vendor.httpStatus }),
      ...(vendor?.requestId !== undefined && { requestId: vendor.requestId }),
      failure: { code, outcome, ...(vendor?.code !== undefined && { vendorCode: vendor.code }) },
    })
  }
  if (asyncEnd.hasSubscribers) asyncEnd.publish(event)
  return result
}

async function sendWithTimeout<T>(
  { context, signal: stopping, ended }: Operation,
  spec: VendorCall<T>,
  event: CallEvent,
): Promise<Result<T, CallFailure>> {
  const ending = new AbortController()
  const end = (): void => ending.abort()
  stopping.addEventListener('abort', end)
  const cancelTimeout = context.clock.after(context.attemptTimeoutMs, end)
  const sent = catchThrown(() =>
    spec.send({
      signal: ending.signal,
      token: context.driver.capabilities.idempotencyToken ? (spec.token ?? '') : '',
      trace: (entry: CallTrace) => completeEvent(event, entry),
    }),
  )
  try {
    const inTime = await Promise.race([sent, whenAborted(ending.signal)])
    if (inTime !== undefined) return inTime
    const atTheEnd = await withinGrace(context, sent)
    if (atTheEnd !== undefined && (atTheEnd.isOk() || atTheEnd.error.vendor !== undefined)) return atTheEnd
    const outcome = atTheEnd === undefined ? 'unknown' : atTheEnd.error.outcome
    const why = ended()
    return err(why === undefined ? attemptTimeout(outcome) : endedFailure(why, outcome))
  } finally {
    cancelTimeout()
    stopping.removeEventListener('abort', end)
  }
}

/** Waits a little for the result of an aborted call. */
async function withinGrace<T>({ clock }: ServiceContext, sent: Promise<T>): Promise<T | undefined> {
  let cancel = (): void => {}
  const isOver = new Promise<undefined>((resolve) => (cancel = clock.after(graceMs, () => resolve(undefined))))
  try {
    return await Promise.race([sent, isOver])
  } finally {
    cancel()
  }
}

/** Catches a throw. A driver promises not to throw, but a throw must not end the operation. */
async function catchThrown<T>(send: () => Promise<Result<T, CallFailure>>): Promise<Result<T, CallFailure>> {
  try {
    return await send()
  } catch (thrown) {
    return err(internalError(thrown))
  }
}

// Reads of one kind are one action of a cloud, in any operation.
const countedWith = new Map([
  ['list', 'lookup'],
  ['list-instances', 'read-instances'],
])

/**
 * Waits for the turn of a call. Undefined if the signal is aborted first, or if the pacer fails: then the call has no
 * turn.
 */
function waitForTurn(
  { driver, pacer }: ServiceContext,
  { call, attempt }: { readonly call: string; readonly attempt: number },
  signal: AbortSignal,
): Promise<Turn | undefined> {
  const { region, endpoint } = driver.location
  const action = `${driver.provider} ${region || endpoint} ${countedWith.get(call) ?? call}`
  return new Promise((resolve) => {
    let isOver = false
    const settle = (given: Turn | undefined): void => {
      const turn = given && endingSafely(given)
      if (isOver) return turn?.end({ kind: 'unanswered' })
      isOver = true
      signal.removeEventListener('abort', leave)
      resolve(turn)
    }
    const leave = (): void => settle(undefined)
    signal.addEventListener('abort', leave, { once: true })
    askPacer(pacer, { action, attempt, signal }).then(settle, (thrown: unknown) => {
      warnOf('The pacer', thrown)
      leave()
    })
  })
}

/** Returns the turn with an end that never fails: by then the cloud has answered, and the answer must not be lost. */
function endingSafely(turn: Turn): Turn {
  return { end: (answer) => callListener('Turn.end', () => turn.end(answer)) }
}

async function askPacer(pacer: Pacer, call: PacedCall): Promise<Turn | undefined> {
  return pacer.waitForTurn(call)
}

/** Reduces the result of a call to what concerns the rate. */
function answerOf(result: Result<unknown, CallFailure>): PacedAnswer {
  if (result.isOk()) return { kind: 'admitted' }
  const { code, vendor, retryAfterMs } = result.error
  const kind = code === 'throttled' ? 'refused' : vendor === undefined ? 'unanswered' : 'admitted'
  const isHint = code === 'throttled' || code === 'unavailable'
  return { kind, ...(isHint && retryAfterMs !== undefined && { retryAfterMs: Math.min(retryAfterMs, maxHintMs) }) }
}
