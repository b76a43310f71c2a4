import { Secret } from '@cloud-keypair/core'
import { usablePrivateKey, type WireDate } from '@cloud-keypair/core/http'
import * as v from 'valibot'

// The vendor's answers: few required fields, any others ignored, and lenient if samples and tables differ: counts, codes
// and flags come as numbers, booleans and texts. No issue of these schemas may leave the
// package as it is, since an issue holds the input.

export type Maybe = string | null | undefined

/** The fields that any answer may have at its top. */
export interface Envelope {
  readonly RequestId?: Maybe
  readonly Code?: Maybe
  readonly Message?: Maybe
  readonly Success?: Maybe
}

/** The position of a page in a list that is paged by offset. */
export interface Counts {
  readonly PageNumber: number
  readonly PageSize: number
  readonly TotalCount: number
}

/** One entry of the results of a call about instances. */
export interface WireVerdict {
  readonly InstanceId: string
  readonly Code: string
  readonly Message?: Maybe
  /** Absent from the answers of power actions. */
  readonly Success?: Maybe
}

export const text: v.GenericSchema<unknown, string> = v.pipe(v.string(), v.nonEmpty())
const scalar: v.GenericSchema<unknown, string> = v.pipe(
  v.union([v.string(), v.number(), v.boolean()]),
  v.transform(String),
)
/** Takes anything, and knows nothing of what is not a text, a number or a flag. */
export const lenient: v.GenericSchema<unknown, Maybe> = v.fallback(v.nullish(scalar), undefined)

const count: v.GenericSchema<unknown, number> = v.pipe(
  v.union([v.number(), v.pipe(v.string(), v.digits(), v.transform(Number))]),
  v.safeInteger(),
  v.minValue(0),
)

/** Takes anything, and knows nothing of what is not a text or a number. */
export const date: v.GenericSchema<unknown, WireDate> = v.fallback(
  v.nullish(v.union([v.string(), v.number()])),
  undefined,
)

/**
 * Makes the schema of a page of a list that is paged by offset: `{ "KeyPairs": { "KeyPair": [ … ] }, "TotalCount": 1, …
 * }`. An empty list may come as an empty text or object in place of the object, or not at all, and no other list may.
 */
export function offsetPage<T>(
  list: string,
  name: string,
  entry: v.GenericSchema<unknown, T>,
): v.GenericSchema<unknown, Counts & { readonly items: readonly T[] }> {
  return v.pipe(
    v.record(v.string(), v.unknown()),
    v.transform(({ PageNumber, PageSize, TotalCount, [list]: holder }) => {
      const isEmpty = Number(TotalCount) === 0 && isNothing(holder)
      return { PageNumber, PageSize, TotalCount, items: isEmpty ? { [name]: [] } : holder }
    }),
    v.object({ PageNumber: count, PageSize: count, TotalCount: count, items: listIn(name, entry) }),
    // Missing entries would count as key pairs that do not exist.
    v.check(({ PageNumber, PageSize, TotalCount, items }) => {
      const before = (PageNumber - 1) * PageSize
      return items.length >= Math.min(PageSize, TotalCount - before)
    }),
  )
}

/** True for a form of an empty list. */
export function isNothing(holder: unknown): boolean {
  if (typeof holder !== 'object') return holder === undefined || holder === ''
  return holder === null || Object.values(holder).every((list) => list === null || list === '')
}

/** Makes the schema of a list in an object: `{ "KeyPair": [ … ] }`. */
export function listIn<T>(name: string, entry: v.GenericSchema<unknown, T>): v.GenericSchema<unknown, readonly T[]> {
  return v.pipe(
    v.record(v.string(), v.unknown()),
    v.transform((holder) => holder[name]),
    v.array(entry),
  )
}

/** Takes any object. */
export const envelopeSchema: v.GenericSchema<unknown, Envelope & Readonly<Record<string, unknown>>> = v.looseObject({
  RequestId: lenient,
  Code: lenient,
  Message: lenient,
  Success: lenient,
})

/** An answer that says no more than that the call was taken. */
export const acknowledgedSchema: v.GenericSchema<unknown, { readonly RequestId: string }> = v.object({
  RequestId: text,
})

export const verdictSchema: v.GenericSchema<unknown, WireVerdict> = v.object({
  InstanceId: text,
  Code: scalar,
  Message: lenient,
  Success: v.nullish(scalar),
})

/** The private key becomes a {@link Secret} here, before anything else sees it. */
export const privateKey: v.GenericSchema<unknown, Secret> = v.pipe(
  text,
  v.transform((body) => new Secret(usablePrivateKey(body))),
)
