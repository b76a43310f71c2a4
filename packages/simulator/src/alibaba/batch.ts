import type { Circumstances } from '../circumstances.js'
import type { Json, JsonObject } from '../json.js'
import { shuffled, type Random } from '../random.js'
import type { Refusal } from './answer.js'

/** The behaviours that the documents of both products leave open about the results of a batch. */
export interface BatchVariants {
  /**
   * The types of values in a batch. The tables of the ECS pages say that Code, Success, TotalCount and FailCount are
   * strings, and so does the vendor's SDK; their samples have numbers and booleans, and so do the pages of ENS.
   */
  readonly values: 'numbers' | 'strings'
  /**
   * The Code of an item that failed, for which no sample is known: the text of an error code, a number with the error
   * code as Message, or a number with its sentence as Message.
   */
  readonly itemCode: 'text' | 'number' | 'number-and-sentence'
  /**
   * TotalCount of a batch: as many as were given, or the sample's, which is more than there are results
   * (AttachKeyPair of ECS: 2 with one result; DetachKeyPair of ENS: 3 with one result).
   */
  readonly batchTotal: 'items' | 'more'
  /** The order of the results. */
  readonly resultOrder: 'as-given' | 'shuffled'
}

/** One item of a batch, and the reason of its failure. */
export interface BatchItem {
  readonly id: string
  readonly refusal: Refusal | undefined
}

/** Returns the fault of an item. */
export function faultOf({ itemErrors }: Circumstances, id: string): Refusal | undefined {
  const error = itemErrors.get(id)
  return error === undefined ? undefined : { status: 400, error }
}

/** Returns the first fault of the items, for a call that has one verdict for all of them. */
export function firstFault(circumstances: Circumstances, ids: readonly string[]): Refusal | undefined {
  return ids.map((id) => faultOf(circumstances, id)).find((refusal) => refusal !== undefined)
}

/** Returns FailCount, TotalCount and the results of a batch. */
export function batchResult(
  items: readonly BatchItem[],
  { variants, random }: { readonly variants: BatchVariants; readonly random: Random },
): { readonly counts: JsonObject; readonly results: readonly JsonObject[] } {
  const results = items.map(({ id, refusal }) => ({
    ...(refusal === undefined ? { Code: 200, Message: 'successful' } : failure(refusal, variants)),
    InstanceId: id,
    Success: refusal === undefined,
  }))
  const failed = items.filter(({ refusal }) => refusal !== undefined).length
  const total = items.length + (variants.batchTotal === 'more' ? 1 : 0)
  const ordered = variants.resultOrder === 'shuffled' ? shuffled(results, random) : results
  return {
    counts: asWritten({ TotalCount: total, FailCount: failed }, variants),
    results: ordered.map((result) => asWritten(result, variants)),
  }
}

/** Returns the fields with numbers and booleans as such, or as strings. */
export function asWritten(fields: JsonObject, { values }: Pick<BatchVariants, 'values'>): JsonObject {
  return values === 'numbers'
    ? fields
    : Object.fromEntries(Object.entries(fields).map(([key, value]) => [key, text(value)]))
}

function text(value: Json): Json {
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : value
}

function failure({ status, error: { code, message } }: Refusal, { itemCode }: BatchVariants): JsonObject {
  switch (itemCode) {
    case 'text':
      return { Code: code, Message: message }
    case 'number':
      return { Code: status, Message: code }
    case 'number-and-sentence':
      return { Code: status, Message: message }
  }
}
