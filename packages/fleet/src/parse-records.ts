import * as v from 'valibot'
import type { RunRecord } from './fleet-store.js'
import type { AttachPlace, Place } from './place.js'
import type { PlaceOutcome, RunRequest, RunState } from './run.js'

const texts = v.array(v.string())
const optionalText = v.optional(v.string())

const place = v.object({
  provider: v.string(),
  account: optionalText,
  region: optionalText,
  instanceIds: v.optional(texts),
})

const request = v.variant('operation', [
  v.object({
    operation: v.literal('rotate'),
    from: v.string(),
    to: v.string(),
    publicKey: v.string(),
    maxUnavailable: v.number(),
  }),
  v.object({
    operation: v.literal('attach'),
    keyPair: v.string(),
    takeEffect: v.picklist(['now', 'next-restart']),
    maxUnavailable: v.number(),
  }),
  v.object({ operation: v.literal('audit') }),
])

const state = v.picklist(['submitting', 'running', 'paused', 'cancelled', 'finished'])

const count = v.pipe(v.string(), v.regex(/^\d+$/), v.transform(Number))
const none = v.optional(count, '0')

const record = v.object({
  state,
  reason: v.optional(v.string(), ''),
  request: v.string(),
  placesAtOnce: count,
  failedPlaces: count,
  total: count,
  succeeded: none,
  failed: none,
  cancelled: none,
})

const outcome = v.variant('status', [
  v.looseObject({ status: v.literal('succeeded'), changed: v.number(), pendingRestart: texts }),
  v.object({ status: v.picklist(['failed', 'cancelled']), code: v.string(), message: v.string(), leftStopped: texts }),
])

/** The fields of a run in Redis. */
export interface StoredRun {
  readonly state: RunState
  readonly reason: string
  readonly request: string
  readonly placesAtOnce: number
  readonly failedPlaces: number
  readonly total: number
  readonly succeeded: number
  readonly failed: number
  readonly cancelled: number
}

/** Thrown for what Redis holds and no fleet wrote. */
class NotOurs extends Error {
  constructor(what: string) {
    super(`Redis holds something else in place of ${what}`)
  }
}

export function parsePlace(text: unknown): Place | AttachPlace {
  return parsed('a place', place, fromJson(text))
}

export function parseRequest(text: unknown): RunRequest {
  return parsed('the request of a run', request, fromJson(text))
}

export function parseState(value: unknown): RunState {
  return parsed('the state of a run', state, value)
}

export function parseRun(fields: Readonly<Record<string, string>>): StoredRun {
  return parsed('a run', record, fields)
}

/** Returns the fields that a script answered with: names and values in turn. */
export function fieldsOf(pairs: readonly string[]): Readonly<Record<string, string>> {
  const fields: Record<string, string> = {}
  for (let index = 0; index < pairs.length; index += 2) fields[pairs[index] ?? ''] = pairs[index + 1] ?? ''
  return fields
}

/** Returns the run of this id that the fields hold. */
export function recordOf(id: string, fields: Readonly<Record<string, string>>): RunRecord {
  const { state, reason, request, placesAtOnce, failedPlaces, total } = parseRun(fields)
  return { id, state, reason, request: parseRequest(request), placesAtOnce, failedPlaces, total }
}

/** Returns the outcome of a place as it was written. */
export function parseOutcome(text: unknown): PlaceOutcome {
  const value = fromJson(text)
  if (!isOutcome(value)) throw new NotOurs('the outcome of a place')
  return value
}

function isOutcome(value: unknown): value is PlaceOutcome {
  return v.is(outcome, value)
}

export function parseTexts(value: unknown): readonly string[] {
  return parsed('a list', texts, value)
}

function parsed<S extends v.GenericSchema>(what: string, schema: S, value: unknown): v.InferOutput<S> {
  const result = v.safeParse(schema, value)
  if (!result.success) throw new NotOurs(what)
  return result.output
}

export function fromJson(text: unknown): unknown {
  try {
    const value: unknown = JSON.parse(String(text))
    return value
  } catch {
    return undefined
  }
}
