import { setTimeout } from 'node:timers/promises'
import { ok, type Result } from '@cloud-keypair/core'
import { Redis } from 'ioredis'
import { failed, type FleetError } from './fleet-error.js'
import type { Claim, FleetStore, Held, Holding, RunRecord, StoredEvent } from './fleet-store.js'
import {
  fieldsOf,
  fromJson,
  parseOutcome,
  parsePlace,
  parseRequest,
  parseRun,
  parseState,
  parseTexts,
  recordOf,
} from './parse-records.js'
import { type Place, placeId } from './place.js'
import { readDurability } from './redis-durability.js'
import type { PlaceOutcome, RunReport, RunState } from './run.js'
import { type ScriptName, scripts } from './scripts.js'
import { thrownMessage } from './thrown-message.js'

const answerWithinMs = 5_000
const eventsAtOnce = 500
const pollMs = 200
const polls = 5

/** The records of a fleet in Redis. */
export class RedisStore implements FleetStore {
  readonly #redis: Redis
  readonly #prefix: string
  #connectionProblem: string | undefined

  constructor(connection: string, prefix: string) {
    this.#prefix = prefix
    this.#redis = new Redis(connection, { commandTimeout: answerWithinMs, maxRetriesPerRequest: null })
    // A lost connection is made again, and a command that gets no answer rejects.
    this.#redis.on('error', (error) => (this.#connectionProblem = thrownMessage(error)))
    this.#redis.on('ready', () => (this.#connectionProblem = undefined))
  }

  async create(run: Omit<RunRecord, 'state'>): Promise<RunRecord> {
    const { id, request, placesAtOnce, failedPlaces, total } = run
    const pairs = parseTexts(await this.#eval('create', id, JSON.stringify(request), placesAtOnce, failedPlaces, total))
    return recordOf(id, fieldsOf(pairs))
  }

  async reserve(
    run: string,
    places: readonly Place[],
  ): Promise<{ readonly run: string; readonly place: string } | undefined> {
    const given = places.flatMap((place) => [placeId(place), JSON.stringify(place)])
    const [holder, place] = parseTexts(await this.#eval('reserve', run, ...given))
    return holder === undefined || place === undefined ? undefined : { run: holder, place }
  }

  async open(run: string): Promise<void> {
    await this.#eval('open', run)
  }

  async read(run: string): Promise<RunRecord | undefined> {
    const fields = await this.#redis.hgetall(this.#key('run', run))
    return Object.keys(fields).length === 0 ? undefined : recordOf(run, fields)
  }

  async report(run: string): Promise<Result<RunReport, FleetError>> {
    const fields = await this.#redis.hgetall(this.#key('run', run))
    if (Object.keys(fields).length === 0)
      return failed('not-found', `There is no run ${run}`, 'Check the id of the run.')
    const order = await this.#redis.lrange(this.#key('run', run, 'order'), 0, -1)
    const places = await this.#redis.hgetall(this.#key('run', run, 'places'))
    const ends = await this.#redis.hgetall(this.#key('run', run, 'ends'))
    const starts = await this.#redis.hgetall(this.#key('run', run, 'starts'))
    const { state, reason, total, succeeded, failed: failures, cancelled, request } = parseRun(fields)
    return ok({
      id: run,
      state,
      ...(reason !== '' && { reason }),
      request: parseRequest(request),
      total,
      succeeded,
      failed: failures,
      cancelled,
      places: order.map((id) => ({
        place: parsePlace(places[id]),
        ...(ends[id] !== undefined && { outcome: parseOutcome(ends[id]) }),
        starts: Number(starts[id] ?? 0),
      })),
    })
  }

  live(): Promise<readonly string[]> {
    return this.#redis.smembers(`${this.#prefix}runs`)
  }

  async claim(run: string, place: string, leaseMs: number): Promise<Claim> {
    const [kind, fence, starts, state, text, ...checkpoint] = parseTexts(await this.#eval('claim', run, place, leaseMs))
    switch (kind) {
      case 'ended':
      case 'gone':
      case 'paused':
      case 'wait':
      case 'held':
        return { kind }
      default:
        return {
          kind: 'claimed',
          fence: Number(fence),
          starts: Number(starts),
          state: parseState(state),
          place: parsePlace(text),
          checkpoint,
        }
    }
  }

  async beat({ run, place, fence }: Holding, leaseMs: number): Promise<Held> {
    return heldOf(await this.#eval('beat', run, place, fence, leaseMs))
  }

  async save(
    { run, place, fence }: Holding,
    line: string,
    isWhole: boolean,
    { done, total }: { readonly done: number; readonly total: number },
  ): Promise<Held> {
    return heldOf(await this.#eval('save', run, place, fence, line, isWhole ? 1 : 0, done, total))
  }

  async settle({ run, place, fence }: Holding, outcome: PlaceOutcome): Promise<Held> {
    return heldOf(await this.#eval('settle', run, place, fence, JSON.stringify(outcome), outcome.status))
  }

  async giveBack({ run, place, fence }: Holding): Promise<void> {
    await this.#eval('giveBack', run, place, fence)
  }

  async move(
    run: string,
    to: 'running' | 'paused' | 'cancelled',
    reason: string,
    unbegun: PlaceOutcome,
  ): Promise<RunState | undefined> {
    const from = await this.#eval('move', run, to, reason, JSON.stringify(unbegun))
    return from === null ? undefined : parseState(from)
  }

  async holderOf(place: Place): Promise<string | undefined> {
    return (await this.#redis.hget(this.#key('place', placeId(place)), 'run')) ?? undefined
  }

  checkpointOf(run: string, place: Place): Promise<readonly string[]> {
    return this.#redis.lrange(this.#key('run', run, `checkpoint:${placeId(place)}`), 0, -1)
  }

  async release(run: string, place: Place, outcome: PlaceOutcome): Promise<'free' | 'held'> {
    const answer = await this.#eval('release', placeId(place), run, JSON.stringify(outcome))
    return answer === 'held' ? 'held' : 'free'
  }

  async cursor(run: string): Promise<Pick<StoredEvent, 'cursor' | 'number'>> {
    const [last] = await this.#redis.xrevrange(this.#key('run', run, 'events'), '+', '-', 'COUNT', 1)
    return last === undefined ? { cursor: '0-0', number: 0 } : { cursor: last[0], number: Number(last[1][1]) }
  }

  async events(run: string, cursor: string): Promise<readonly StoredEvent[]> {
    for (let poll = 0; poll < polls; poll += 1) {
      const entries = await this.#redis.xrange(
        this.#key('run', run, 'events'),
        `(${cursor}`,
        '+',
        'COUNT',
        eventsAtOnce,
      )
      if (entries.length > 0) {
        return entries.map(([at, [, number, , event]]) => ({
          cursor: at,
          number: Number(number),
          value: fromJson(event),
        }))
      }
      await setTimeout(pollMs)
    }
    return []
  }

  async reserveTurn(action: string): Promise<number> {
    return Number(await this.#eval('reserveTurn', action))
  }

  async slowDown(action: string, retryAfterMs: number, wasRefused: boolean): Promise<void> {
    await this.#eval('slowDown', action, retryAfterMs, wasRefused ? 1 : 0)
  }

  durability(): ReturnType<FleetStore['durability']> {
    return readDurability(this.#redis)
  }

  connectionProblem(): string | undefined {
    return this.#connectionProblem
  }

  async close(): Promise<void> {
    this.#redis.disconnect()
  }

  #key(...parts: readonly string[]): string {
    return this.#prefix + parts.join(':')
  }

  #eval(name: ScriptName, ...given: readonly (string | number)[]): Promise<unknown> {
    return this.#redis.eval(scripts[name], 1, `${this.#prefix}runs`, this.#prefix, ...given)
  }
}

function heldOf(answer: unknown): Held {
  return answer === 'lost' || answer === 'gone' ? answer : parseState(answer)
}
