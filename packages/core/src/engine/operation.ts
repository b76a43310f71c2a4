import { setMaxListeners } from 'node:events'
import { backoffMs } from './retry.js'
import type { Clock, Random } from './clock.js'
import type { CallContext, CallFailure, CallTrace, KeyPairStoreDriver } from '../contract/driver.js'
import { callChannel, type CallEvent } from './call-events.js'
import { errorOf, type FailureDetails, type Reason, type Subject } from './to-error.js'
import type { AnyBatch, KeyPairError } from '../contract/error.js'
import type { KeyPairGenerator } from '../key-material/generate.js'
import { err, type Result } from '../result.js'

/** What a service is made of; every operation works over one. */
export interface ServiceContext {
  readonly driver: KeyPairStoreDriver
  readonly clock: Clock
  readonly random: Random
  readonly newToken: () => string
  readonly generateKeyPair: KeyPairGenerator
  readonly concurrency: number
  readonly attemptTimeoutMs: number
  /** Waits while a cloud gets on with its work; resolves early when the signal is aborted. */
  rest(ms: number, signal: AbortSignal): Promise<void>
  /** Whether nothing of it reaches a cloud: then nothing is published. */
  readonly isRehearsal: boolean
}

export interface CallSpec<T> {
  /** What the call does, for events. */
  readonly call: string
  readonly mutating: boolean
  readonly items?: number
  readonly attempt: number
  readonly token?: string
  send(context: CallContext): Promise<Result<T, CallFailure>>
}

/** Why no new work may start. */
export type Stop = 'aborted' | 'timeout'

/** One public call while it runs: its deadline, its signal, its one retry budget. */
export interface Operation {
  readonly context: ServiceContext
  readonly subject: Subject
  /** Aborted when no new work may start. */
  readonly signal: AbortSignal
  /** Why no new work may start; undefined while it may. */
  stopped(): Stop | undefined
  /** Adds to the retry budget what a further planned call brings. */
  plan(calls: number): void
  /** Makes one vendor call, once. Settles soon after the operation is stopped, whatever the driver does. */
  call<T>(spec: CallSpec<T>): Promise<Result<T, CallFailure>>
  /** Takes one retry from the budget without waiting. False where none is left. */
  takeRetry(): boolean
  /**
   * Takes one retry and waits for its turn. False where there is no budget or no time left for it. A cloud that says
   * that it is still at work (`busy`) is waited for as long as there is time.
   */
  pause(attempt: number, after?: Pick<CallFailure, 'code' | 'retryAfterMs'>): Promise<boolean>
  /** Waits for the cloud to get on with its work. False where the operation was stopped meanwhile. */
  wait(ms: number): Promise<boolean>
  /** Waits for something that is not a vendor call; undefined where the operation was stopped first. */
  during<T>(work: Promise<T>): Promise<{ readonly value: T } | undefined>
  error(failure: Reason, known: FailureDetails): KeyPairError<never>
}

const initialRetries = 6
const retriesPerCall = 2
// What was waited for has come. A signal without a reason of its own makes an error with a stack, each time.
const over = 'over'
// How long a driver that was told to stop may take to say whether its request was sent.
const graceMs = 20

export interface OperationLimits {
  readonly signal?: AbortSignal | undefined
  readonly deadlineMs: number
  /** Why the signal was aborted, where it was not the caller. */
  stoppedBy?(): Stop | undefined
}

/** Runs a part of an operation in a time of its own, which the operation's end cuts short. */
export function within<T, B extends AnyBatch>(
  { context, subject, signal, stopped }: Operation,
  deadlineMs: number,
  body: (part: Operation) => Promise<Result<T, KeyPairError<B>>>,
): Promise<Result<T, KeyPairError<B>>> {
  return runOperation(context, subject, { signal, deadlineMs, stoppedBy: stopped }, body)
}

/**
 * Runs the body of a public call under its deadline and the caller's signal. Whatever the body or the
 * driver throws is a defect; it comes back as an error value all the same.
 */
export async function runOperation<T, B extends AnyBatch>(
  context: ServiceContext,
  subject: Subject,
  options: OperationLimits,
  body: (operation: Operation) => Promise<Result<T, KeyPairError<B>>>,
): Promise<Result<T, KeyPairError<B>>> {
  const stopping = new AbortController()
  const finished = new AbortController()
  setMaxListeners(0, stopping.signal)
  const deadlineAt = context.clock.now() + options.deadlineMs
  let stop: Stop | undefined
  const stopFor = (reason: Stop): void => {
    stop ??= reason
    stopping.abort()
  }
  const abort = (): void => stopFor(options.stoppedBy?.() ?? 'aborted')
  if (options.signal?.aborted) abort()
  if (options.signal !== undefined) {
    // Any number of operations may share a signal; that is no leak, and Node.js would print that it is.
    setMaxListeners(0, options.signal)
    options.signal.addEventListener('abort', abort)
  }
  void context.clock.sleep(options.deadlineMs, finished.signal).then(() => {
    if (!finished.signal.aborted) stopFor('timeout')
  })

  let retries = initialRetries
  const takeRetry = (): boolean => {
    if (retries <= 0) return false
    retries -= 1
    return true
  }
  const operation: Operation = {
    context,
    subject,
    signal: stopping.signal,
    stopped: () => stop,
    plan: (calls) => {
      retries += calls * retriesPerCall
    },
    call: (spec) => callOnce(context, subject.operation, spec, stopping.signal, () => stop),
    takeRetry,
    pause: async (attempt, after) => {
      const delay = backoffMs(attempt, context.random, after?.retryAfterMs)
      if (stop !== undefined || context.clock.now() + delay >= deadlineAt) return false
      if (after?.code !== 'busy' && !takeRetry()) return false
      await context.clock.sleep(delay, stopping.signal)
      return stop === undefined
    },
    wait: async (ms) => {
      await context.rest(ms, stopping.signal)
      return stop === undefined
    },
    during: (work) => Promise.race([work.then((value) => ({ value })), whenAborted(stopping.signal)]),
    error: (failure, known) => errorOf(subject, failure, known),
  }
  try {
    return await body(operation)
  } catch (thrown) {
    return err(errorOf(subject, defect(thrown), { outcome: 'unknown' }))
  } finally {
    finished.abort(over)
    options.signal?.removeEventListener('abort', abort)
  }
}

async function callOnce<T>(
  context: ServiceContext,
  operation: string,
  spec: CallSpec<T>,
  stopping: AbortSignal,
  stopped: () => Stop | undefined,
): Promise<Result<T, CallFailure>> {
  const stoppedBefore = stopped()
  if (stoppedBefore !== undefined) return err(stopFailure(stoppedBefore, 'none'))

  const event: CallEvent = {
    provider: context.driver.provider,
    operation,
    call: spec.call,
    mutating: spec.mutating,
    attempt: spec.attempt,
    ...(spec.items !== undefined && { items: spec.items }),
  }
  const startedAt = context.clock.now()
  if (callChannel.start.hasSubscribers && !context.isRehearsal) callChannel.start.publish(event)
  const result = (await attempt(context, spec, stopping, stopped, event)).mapErr((failure) =>
    spec.mutating ? failure : ({ ...failure, outcome: 'none' } as const),
  )
  event.durationMs = context.clock.now() - startedAt
  if (result.isErr()) {
    const { code, outcome, vendor } = result.error
    event.failure = { code, outcome, ...(vendor?.code !== undefined && { vendorCode: vendor.code }) }
  }
  if (callChannel.asyncEnd.hasSubscribers && !context.isRehearsal) callChannel.asyncEnd.publish(event)
  return result
}

async function attempt<T>(
  context: ServiceContext,
  spec: CallSpec<T>,
  stopping: AbortSignal,
  stopped: () => Stop | undefined,
  event: CallEvent,
): Promise<Result<T, CallFailure>> {
  const ending = new AbortController()
  const answered = new AbortController()
  const end = (): void => ending.abort()
  stopping.addEventListener('abort', end)
  void context.clock.sleep(context.attemptTimeoutMs, answered.signal).then(() => {
    if (!answered.signal.aborted) end()
  })
  const sent = settled(() =>
    spec.send({
      signal: ending.signal,
      token: context.driver.capabilities.idempotencyToken ? (spec.token ?? '') : '',
      trace: (entry: CallTrace) => Object.assign(event, entry),
    }),
  )
  try {
    const inTime = await Promise.race([sent, whenAborted(ending.signal)])
    if (inTime !== undefined) return inTime
    const atTheEnd = await Promise.race([sent, context.clock.sleep(graceMs, answered.signal)])
    if (atTheEnd !== undefined && (atTheEnd.isOk() || atTheEnd.error.vendor !== undefined)) return atTheEnd
    const outcome = atTheEnd === undefined ? 'unknown' : atTheEnd.error.outcome
    const why = stopped()
    return err(why === undefined ? attemptTimeout(outcome) : stopFailure(why, outcome))
  } finally {
    answered.abort(over)
    stopping.removeEventListener('abort', end)
  }
}

/** A driver promises not to throw. One that does all the same must not take the operation down. */
async function settled<T>(send: () => Promise<Result<T, CallFailure>>): Promise<Result<T, CallFailure>> {
  try {
    return await send()
  } catch (thrown) {
    return err(defect(thrown))
  }
}

function whenAborted(signal: AbortSignal): Promise<undefined> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve(undefined)
    else signal.addEventListener('abort', () => resolve(undefined), { once: true })
  })
}

function defect(thrown: unknown): CallFailure {
  const name = thrown instanceof Error ? thrown.name : typeof thrown
  return {
    code: 'unknown',
    message: `a defect in this library or its adapter threw ${name}`,
    outcome: 'unknown',
    passing: false,
    scope: 'call',
  }
}

/** The failure of work that was not done, or not finished, because the operation was stopped. */
export function stopFailure(stop: Stop, outcome: 'none' | 'unknown'): CallFailure {
  const message = stop === 'aborted' ? 'the signal was aborted' : 'the deadline passed'
  return { code: stop, message, outcome, passing: false, scope: 'call' }
}

function attemptTimeout(outcome: 'none' | 'unknown'): CallFailure {
  return { code: 'timeout', message: 'the cloud did not answer in time', outcome, passing: true, scope: 'call' }
}
