import { type AbortListeners, createAbortController, whenAborted } from '../abort.js'
import type { InstanceCapabilities } from '../contract/capabilities.js'
import type { AnyBatch, KeyPairError } from '../contract/error.js'
import type { KeyPairDriver, KeyPairStoreDriver } from '../contract/key-pair-driver.js'
import type { OperationOptions, ProgressEvent } from '../contract/options.js'
import { endedFailure, type EndReason, type Failure, internalError, type Subject } from '../errors/failures.js'
import { type asPartial, itemErrorsOf, type MakeItemError, operationError } from '../errors/to-error.js'
import type { KeyPairGenerator } from '../key-material/generate.js'
import { err, ok, type Result } from '../result.js'
import { backoffMs } from '../scheduling/backoff.js'
import type { Random, TimerClock } from '../scheduling/clock.js'
import type { InstanceLocks } from '../scheduling/instance-locks.js'
import type { Pacer } from '../scheduling/pacer.js'
import type { CallEvent } from './events.js'
import { callOrWarn } from './listeners.js'
import type { ServiceLife } from './service-life.js'
import type { UnlistedKeyPairs } from './unlisted-key-pairs.js'

/** A channel of events, as its publisher sees it. */
interface Published<Event> {
  readonly hasSubscribers: boolean
  publish(event: Event): void
}

/** The parts of a service that every operation uses. */
export interface ServiceContext {
  readonly driver: KeyPairStoreDriver
  readonly clock: TimerClock
  readonly random: Random
  readonly newToken: () => string
  readonly generateKeyPair: KeyPairGenerator
  readonly concurrency: number
  readonly pacer: Pacer
  readonly attemptTimeoutMs: number
  readonly abortListeners: AbortListeners
  readonly life: ServiceLife
  readonly unlisted: UnlistedKeyPairs
  /** The channels that vendor calls and progress are published on. */
  readonly callChannel: { readonly start: Published<CallEvent>; readonly asyncEnd: Published<CallEvent> }
  readonly progressChannel: Published<ProgressEvent>
  /** Makes the error of an operation of which an earlier step changed something. In a dry run, none did. */
  readonly asPartial: typeof asPartial
}

/** One public call while it runs: its deadline, its signal, its one retry budget. */
export interface Operation {
  readonly context: ServiceContext
  readonly driver: KeyPairStoreDriver
  readonly subject: Subject
  /** Aborted when no new work may start. */
  readonly signal: AbortSignal
  /** Asked before each change, if the caller gives a permission. Its parts and its repairs have the same one. */
  readonly gate: Gate | undefined
  /** Returns the reason that no new work may start, or undefined while new work may start. */
  ended(): EndReason | undefined
  /** Adds the retries of further expected calls to the budget. */
  expectCalls(calls: number): void
  /**
   * Takes one retry and waits for its turn. False if there is no budget or no time left for it. A cloud that says that
   * it is still at work (`busy`), or was asked too often (`throttled`), is waited for as long as there is time.
   */
  waitToRetry(attempt: number, after?: Pick<Failure, 'code' | 'retryAfterMs'>): Promise<boolean>
  /** Waits while the cloud works. False if the operation ended meanwhile. */
  sleep(ms: number): Promise<boolean>
  /** Waits for something that is not a vendor call. The failure of the operation's end, if that comes first. */
  raceWithEnd<T>(work: Promise<T>): Promise<Result<T, Failure>>
  readonly itemError: MakeItemError
}

/** An operation of a service that binds key pairs to instances. */
export interface ServiceOperation extends Operation {
  readonly driver: KeyPairDriver
  /** The locks of the instances that operations of this service change. */
  readonly locks: InstanceLocks
}

/** An operation on instances, on a cloud that was found to bind key pairs to them. */
export interface InstanceOperation extends ServiceOperation {
  readonly instances: InstanceCapabilities
}

const initialRetries = 6
const retriesPerCall = 2

interface OperationLimits {
  readonly signal?: AbortSignal | undefined
  /** Aborted when the service is closed. Not given for a part, which its operation ends, and not for a repair. */
  readonly closing?: AbortSignal
  readonly deadlineMs: number
  readonly gate?: Gate | undefined
  /** Returns the reason of the abort if the caller did not abort. */
  endedBy?(): EndReason | undefined
}

/** Runs a part of an operation under its own deadline, which the operation's end cuts short. */
export function runPart<O extends Operation, T, B extends AnyBatch = never>(
  operation: O,
  deadlineMs: number,
  body: (part: O) => Promise<Result<T, Failure | KeyPairError<B>>>,
): Promise<Result<T, KeyPairError<B>>> {
  const { context, subject, signal, gate, ended } = operation
  const limits = { signal, deadlineMs, gate, endedBy: ended }
  return runOperation(context, subject, limits, (part) => body({ ...operation, ...part }))
}

/**
 * Runs the body of a public call under its deadline and the caller's signal, and makes the error of its failure. A throw of
 * the body or the driver is a defect; it is returned as an error value too.
 */
export async function runOperation<T, B extends AnyBatch = never>(
  context: ServiceContext,
  subject: Subject,
  options: OperationLimits,
  body: (operation: Operation) => Promise<Result<T, Failure | KeyPairError<B>>>,
): Promise<Result<T, KeyPairError<B>>> {
  const stopping = createAbortController()
  const { gate } = options
  const deadlineAt = context.clock.now() + options.deadlineMs
  let stop: EndReason | undefined
  const stopFor = (reason: EndReason): void => {
    stop ??= reason
    stopping.abort()
  }
  const abort = (): void => stopFor(options.endedBy?.() ?? 'aborted')
  const close = (): void => stopFor('closed')
  const endWaits: (() => void)[] = []
  const listenTo = (signal: AbortSignal, end: () => void): void => {
    if (signal.aborted) end()
    endWaits.push(context.abortListeners.onAbort(signal, end))
  }
  const cancelDeadline = context.clock.after(options.deadlineMs, () => stopFor('timeout'))

  let retries = initialRetries
  const takeRetry = (): boolean => {
    if (retries <= 0) return false
    retries -= 1
    return true
  }
  const operation: Operation = {
    context,
    driver: context.driver,
    subject,
    signal: stopping.signal,
    gate,
    ended: () => stop,
    expectCalls: (calls) => {
      retries += calls * retriesPerCall
    },
    waitToRetry: async (attempt, after) => {
      const delay = backoffMs(attempt, context.random, after?.retryAfterMs)
      if (stop !== undefined || context.clock.now() + delay >= deadlineAt) return false
      const costsNoRetry = after?.code === 'busy' || after?.code === 'throttled'
      if (!costsNoRetry && !takeRetry()) return false
      await context.clock.sleep(delay, stopping.signal)
      return stop === undefined
    },
    sleep: async (ms) => {
      await context.clock.sleep(ms, stopping.signal)
      return stop === undefined
    },
    raceWithEnd: async (work) => {
      const first = await Promise.race([work.then((value) => ({ value })), whenAborted(stopping.signal)])
      return first === undefined ? err(endedFailure(stop ?? 'aborted', 'none')) : ok(first.value)
    },
    itemError: itemErrorsOf(subject),
  }
  try {
    if (gate !== undefined) listenTo(gate.closed, () => stopFor('not-allowed'))
    if (options.signal !== undefined) listenTo(options.signal, abort)
    if (options.closing !== undefined) listenTo(options.closing, close)
    return (await body(operation)).mapErr((error) => operationError<B>(subject, error))
  } catch (thrown) {
    return err(operationError(subject, internalError(thrown)))
  } finally {
    cancelDeadline()
    for (const endWait of endWaits) endWait()
  }
}

type MayCall = NonNullable<OperationOptions['mayCall']>

/** The caller's permission to change something. Once it is refused, it stays refused, and the operation ends. */
export class Gate {
  readonly #mayCall: MayCall
  readonly #closing = createAbortController()

  constructor(mayCall: MayCall) {
    this.#mayCall = mayCall
  }

  /** Aborted once the caller refused a call. */
  get closed(): AbortSignal {
    return this.#closing.signal
  }

  /** Asks the caller. Anything but `true` is a refusal, and so is a throw: nobody knows then who owns the instances. */
  isOpen(): boolean {
    if (!this.closed.aborted && callOrWarn('mayCall', this.#mayCall) !== true) this.#closing.abort()
    return !this.closed.aborted
  }
}
