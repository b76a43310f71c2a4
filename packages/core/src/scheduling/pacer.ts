import { mustBeObject, mustHaveMethods } from '../foreign-values.js'
import { type Clock, monotonicClock, settlingClock } from './clock.js'
import { Pace } from './pace.js'

/** A vendor call that waits for its turn. */
export interface PacedCall {
  /** The name of the calls that the cloud counts together: `volcengine cn-beijing attach`. */
  readonly action: string
  /** 1 for the first send. Retries have their turn before first sends. */
  readonly attempt: number
  /** Aborted if the call must not be sent any more: also at the deadline. */
  readonly signal: AbortSignal
}

/** The answer to a paced call, reduced to what concerns the rate. */
export interface PacedAnswer {
  /** `refused`: for its rate. `unanswered`: the cloud did not tell. */
  readonly kind: 'admitted' | 'refused' | 'unanswered'
  /** The time that the cloud asks to wait, in milliseconds, at most 60,000. */
  readonly retryAfterMs?: number
}

/** The turn of one call. */
export interface Turn {
  /** Ends the turn. Called once, after the call. */
  end(answer: PacedAnswer): void
}

/**
 * Decides when vendor calls are sent, so that a cloud refuses few of them for their rate. `createPacer` makes one for one
 * process; another implementation may share the rate between processes. If it rejects or throws, the call is sent
 * at once.
 */
export interface Pacer {
  /** Waits for the turn of a call. Resolves with undefined if the signal is aborted first. */
  waitForTurn(call: PacedCall): Promise<Turn | undefined>
}

/** Options of {@link createPacer}. */
export interface PacerOptions {
  /** Time; for tests. Default: this machine's. */
  readonly clock?: Clock | undefined
}

/**
 * Makes a pacer for one process. It learns the rate of each action from the refusals of the cloud. Services of one account
 * that are given the same pacer share the rate. By default each service has its own pacer.
 */
export function createPacer(options: PacerOptions = {}): Pacer {
  mustBeObject(options, 'The options of createPacer')
  const { clock = monotonicClock } = options
  mustHaveMethods(clock, 'The option clock', 'now', 'sleep')
  const queues = new Map<string, ActionQueue>()
  const settling = settlingClock(clock)
  return {
    waitForTurn: ({ action, attempt, signal }) => {
      let queue = queues.get(action)
      if (queue === undefined) queues.set(action, (queue = new ActionQueue(settling)))
      return queue.wait(attempt > 1, signal)
    },
  }
}

interface WaitingCall {
  begin(): void
}

/** The calls of one action that wait for their turn. */
class ActionQueue {
  readonly #clock: Clock
  readonly #pace = new Pace()
  readonly #first = new Set<WaitingCall>()
  readonly #repeats = new Set<WaitingCall>()
  /** Ends the wait for the next turn. */
  #timer: AbortController | undefined
  #timerAt = Infinity

  constructor(clock: Clock) {
    this.#clock = clock
  }

  wait(isRepeat: boolean, signal: AbortSignal): Promise<Turn | undefined> {
    if (signal.aborted) return Promise.resolve(undefined)
    if (this.#first.size + this.#repeats.size === 0 && this.#isFree()) return Promise.resolve(this.#turn())
    const queue = isRepeat ? this.#repeats : this.#first
    return new Promise((resolve) => {
      const leave = (): void => {
        queue.delete(waiter)
        resolve(undefined)
        this.#grant()
      }
      const waiter: WaitingCall = {
        begin: () => {
          queue.delete(waiter)
          signal.removeEventListener('abort', leave)
          resolve(this.#turn())
        },
      }
      signal.addEventListener('abort', leave, { once: true })
      queue.add(waiter)
      this.#grant()
    })
  }

  #turn(): Turn {
    const call = this.#pace.send(this.#clock.now())
    return {
      end: ({ kind, retryAfterMs = 0 }) => {
        const now = this.#clock.now()
        if (kind === 'admitted') this.#pace.admit(call, now)
        else if (kind === 'refused') this.#pace.refuse(call, now)
        else this.#pace.lose()
        if (retryAfterMs > 0) this.#pace.pauseUntil(now + retryAfterMs)
        this.#grant()
      },
    }
  }

  /** True if the next call can begin at once. */
  #isFree(): boolean {
    const at = this.#pace.nextAt()
    return at !== undefined && at <= this.#clock.now()
  }

  /** Starts calls until one has to wait for some time or for the end of another call. */
  #grant(): void {
    for (;;) {
      const [next] = this.#repeats.size > 0 ? this.#repeats : this.#first
      const at = next && this.#pace.nextAt()
      if (next === undefined || at === undefined) return this.#stopTimer()
      if (at > this.#clock.now()) return this.#wakeAt(at)
      next.begin()
    }
  }

  #wakeAt(time: number): void {
    if (this.#timerAt === time) return
    this.#stopTimer()
    const timer = new AbortController()
    this.#timer = timer
    this.#timerAt = time
    void this.#clock.sleep(time - this.#clock.now(), timer.signal).then(() => {
      if (this.#timer !== timer) return
      this.#stopTimer()
      this.#grant()
    })
  }

  #stopTimer(): void {
    this.#timer?.abort('not needed')
    this.#timer = undefined
    this.#timerAt = Infinity
  }
}
