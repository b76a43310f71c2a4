import * as v from 'valibot'
import type { VendorApi } from '../vendor-api.js'
import { parse } from '../parse.js'

const result = v.looseObject({ InstanceId: v.string(), Code: v.unknown(), Message: v.unknown(), Success: v.unknown() })

const counts = v.looseObject({ TotalCount: v.unknown(), FailCount: v.unknown() })

const flat = v.object({ Results: v.array(result) })
const nested = v.object({ Results: v.object({ Result: v.array(result) }) })

/** One item of a batch, its fields as they came. */
export type BatchItem = v.InferOutput<typeof result>

/** The answer to an attach or a detach, its fields as they came. */
export interface Batch {
  readonly TotalCount: unknown
  readonly FailCount: unknown
  readonly items: readonly BatchItem[]
}

/** Undefined where it is none. ECS has the results in a `Result`, ENS has not. */
export function readBatch(answer: unknown): Batch | undefined {
  const items = parse(nested, answer)?.Results.Result ?? parse(flat, answer)?.Results
  const head = parse(counts, answer)
  return items === undefined || head === undefined ? undefined : { ...head, items }
}

export function isDone({ Code, Success }: BatchItem): boolean {
  return String(Success) === 'true' && String(Code) === '200'
}

/** Where the code of an item that failed stands, in the words of the variant `itemCode`. */
export function formOf({ Code, Message }: BatchItem): 'text' | 'number' | 'number-and-sentence' {
  if (!/^\d+$/.test(String(Code))) return 'text'
  return isCode(Message) ? 'number' : 'number-and-sentence'
}

/** The code of an item that failed; empty where none is told. */
export function codeOf(item: BatchItem): string {
  switch (formOf(item)) {
    case 'text':
      return String(item.Code)
    case 'number':
      return String(item.Message)
    case 'number-and-sentence':
      return ''
  }
}

/** What an attach or a detach says of each instance. */
export function verdictsOf(answer: unknown): ReturnType<VendorApi['verdicts']> {
  return readBatch(answer)?.items.map((item) => ({
    id: item.InstanceId,
    ok: isDone(item),
    code: isDone(item) ? '' : codeOf(item),
  }))
}

function isCode(message: unknown): boolean {
  return typeof message === 'string' && /^[A-Za-z][\w.]*$/.test(message)
}
