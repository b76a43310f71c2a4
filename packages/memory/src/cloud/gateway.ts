import { setImmediate } from 'node:timers/promises'
import { type Clock, err, type Result } from '@cloud-keypair/core'
import type { CallContext } from '@cloud-keypair/core/driver'
import type { FaultyCall, ReceivedCall } from '@cloud-keypair/core/testing'
import { limitsOf } from '../capabilities.js'
import type { MemoryLimits, MemoryTraits } from '../traits.js'
import type { Answer, RefusedCall } from './answer.js'
import { Faults, type Strike } from './fault-queue.js'
import * as refusals from './refusals.js'
import { Schedule } from './schedule.js'
import { type AskedByToken, TokenMemory } from './tokens.js'

/** One thing that a call is about. */
export interface CallItem {
  /** The id of its verdict. */
  readonly key: string
  /** Its name in messages. */
  readonly label: string
}

/** The time of a call, and its fault. */
export interface Moment {
  readonly now: number
  readonly requestId: string
  /** The time of the world that a read shows. */
  readonly seenAt: number
  readonly fault: Strike | undefined
  /** Calls a function `ms` later; with `Infinity`, once the world is settled. */
  later(ms: number, run: (at: number) => void): void
}

/** An action of the cloud's interface. */
export interface Action<Body, T> {
  readonly name: string
  readonly mutating: boolean
  /** The limit of its number of items. */
  readonly limit?: 'change' | 'powerChange' | 'read' | 'lookup' | 'delete'
  /** True if the answer is a verdict on each item, so that single items can go wrong. */
  readonly judgesItems?: true
  /** Returns the name of the call for faults and the record. */
  callOf(body: Body): FaultyCall
  itemsOf(body: Body): readonly CallItem[]
  /** True if the call asks for a stop by force. Default: never. */
  isForced?(body: Body): boolean
  perform(body: Body, moment: Moment): Result<T, RefusedCall>
  /** Returns the answer to a repeated call whose first one succeeded. */
  replayed?(value: T): T
}

/** Sends one call to the cloud. */
export type Send<Body, T> = (body: Body, context: CallContext) => Promise<Answer<T>>

// Longer than any delay.
const enoughMs = 600_000

/** The items of calls between two turns of the event loop: they take some milliseconds. A call counts as several. */
const workInATurn = 500
const workOfACall = 25

/** The gateway of the cloud, which every call passes: limits, tokens, faults and the record. */
export class Gateway {
  readonly faults: Faults = new Faults()
  readonly received: ReceivedCall[] = []
  readLagMs = 0
  readonly #clock: Clock
  readonly #traits: MemoryTraits
  readonly #limits: MemoryLimits
  readonly #schedule = new Schedule()
  readonly #asked: AskedByToken = new Map()
  #requests = 0
  #work = 0
  #turn: Promise<void> | undefined
  #aheadMs = 0

  constructor(clock: Clock, traits: MemoryTraits) {
    this.#clock = clock
    this.#traits = traits
    this.#limits = limitsOf(traits)
  }

  /** Returns the time, after all changes that are due. */
  now(): number {
    const now = this.#clock.now() + this.#aheadMs
    this.#schedule.catchUp(now)
    return now
  }

  /** Lets enough time pass for every pending change. */
  settle(): void {
    this.#aheadMs += enoughMs
    this.#schedule.settle(this.now())
  }

  /** Opens an action to callers. */
  open<Body, T>(action: Action<Body, T>): Send<Body, T> {
    const tokens = new TokenMemory<T>(this.#asked, this.#traits.tokenFailure === 'forgotten')
    return async (body, context) => {
      const { signal } = context
      const { length } = action.itemsOf(body)
      for (let turn = this.#turnBefore(length); turn !== undefined; turn = this.#turnBefore(length)) await turn
      if (signal.aborted) return err({ kind: 'aborted', sent: false })
      const now = this.now()
      const requestId = this.#nextRequestId()
      context.trace({ action: action.name, requestId })
      const token = action.mutating && this.#traits.idempotencyToken ? context.token : undefined
      const fault = this.#receive(action, body, token)
      const refuse = (refusal: RefusedCall): Answer<T> => err({ kind: 'refused', refusal, requestId })
      const answered = (result: Result<T, RefusedCall>): Answer<T> => result.orElse(refuse)

      const request = `${action.name} ${JSON.stringify(body)}`
      const recalled = token === undefined ? undefined : tokens.recall(token, request)?.map(action.replayed ?? same)
      const begin = (): void => {
        if (token !== undefined && recalled === undefined) tokens.begin(token, request)
      }
      const work = (at: number): Result<T, RefusedCall> => {
        if (recalled !== undefined) return recalled
        begin()
        const later: Moment['later'] = (ms, run) => this.#schedule.add(at + ms, run)
        const result = this.#perform(action, body, { now: at, requestId, seenAt: at - this.readLagMs, fault, later })
        if (token !== undefined) tokens.finish(token, result)
        return result
      }

      switch (fault?.kind) {
        case 'throttled':
          return refuse({
            ...refusals.tooManyRequests,
            ...(fault.retryAfterMs !== undefined && { retryAfterMs: fault.retryAfterMs }),
          })
        case 'denied':
          return refuse({ ...refusals.noPermission, ...(fault.message !== undefined && { message: fault.message }) })
        case 'no-stock':
          return refuse(refusals.noStock)
        case 'full':
          return refuse(refusals.keyPairLimit)
        case 'busy':
          return refuse(refusals.operationInProgress)
        case 'server-error':
          if (fault.commit) work(now)
          return refuse(refusals.internalError)
        case 'reset':
          if (fault.commit) work(now)
          return err({ kind: 'lost' })
        case 'garbled':
          if (fault.commit) work(now)
          return err({ kind: 'garbled' })
        case 'silence':
          if (fault.commit) work(now)
          return silence(signal)
        case 'late':
          begin()
          this.#schedule.add(now + fault.afterMs, work)
          return silence(signal)
        case 'slow': {
          const result = work(now)
          await this.#clock.sleep(fault.overMs, signal)
          return signal.aborted ? err({ kind: 'aborted', sent: true }) : answered(result)
        }
        case 'expired':
        case 'echo':
        case 'items':
        case 'hangs':
        case 'omits':
        case 'foreign':
        case 'repeats':
        case 'contradicts':
        case 'fails-late':
        case 'short':
        case undefined:
          return answered(work(now))
      }
    }
  }

  /**
   * Returns the turn of the event loop that a call of so many items has to wait for, as each call of another cloud does: an
   * abort or a timer may wait for that turn. Undefined if the call may be made now.
   */
  #turnBefore(items: number): Promise<void> | undefined {
    if (this.#turn !== undefined) return this.#turn
    if (this.#work < workInATurn) {
      this.#work += items + workOfACall
      return undefined
    }
    this.#work = 0
    this.#turn = setImmediate().then(() => (this.#turn = undefined))
    return this.#turn
  }

  #nextRequestId(): string {
    this.#requests += 1
    return `request-${this.#requests}`
  }

  /** Records a call, and returns its fault. */
  #receive<Body, T>(action: Action<Body, T>, body: Body, token: string | undefined): Strike | undefined {
    const call = action.callOf(body)
    const items = action.itemsOf(body)
    this.received.push({
      call,
      mutating: action.mutating,
      items: items.map(({ label }) => label),
      ...(action.isForced?.(body) && { forced: true }),
      ...(token !== undefined && { token }),
    })
    const judged = action.judgesItems ? items.flatMap(({ key, label }) => [key, label]) : []
    return this.faults.take({ call, judged }, this.now())
  }

  #perform<Body, T>(action: Action<Body, T>, body: Body, moment: Moment): Result<T, RefusedCall> {
    const items = action.itemsOf(body)
    const most = action.limit === undefined ? Infinity : this.#limits[action.limit]
    if (items.length > most) return err(refusals.invalidRequest(`${action.name} takes ${most} items.`))
    const bytes = Buffer.byteLength(items.map(({ label }) => label).join(''))
    if (items.length > 1 && bytes > this.#limits.bytes) {
      return err(refusals.invalidRequest(`The items of a call may come to ${this.#limits.bytes} bytes.`))
    }
    return action.perform(body, moment)
  }
}

function same<T>(value: T): T {
  return value
}

/** Waits until the caller gives up. */
function silence(signal: AbortSignal): Promise<Answer<never>> {
  return new Promise((resolve) => {
    const end = (): void => resolve(err({ kind: 'aborted', sent: true }))
    if (signal.aborted) end()
    else signal.addEventListener('abort', end, { once: true })
  })
}
