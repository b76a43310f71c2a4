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

/** Reads a batch. Undefined if the answer is none. ECS has the results in a `Result`, ENS does not. */
export function readBatch(answer: unknown): Batch | undefined {
  const items = parse(nested, answer)?.Results.Result ?? parse(flat, answer)?.Results
  const head = parse(counts, answer)
  return items === undefined || head === undefined ? undefined : { ...head, items }
}

export function isDone({ Code, Success }: BatchItem): boolean {
  return String(Success) === 'true' && String(Code) === '200'
}

/** Returns the place of the code of a failed item, as a value of the variant `itemCode`. */
export function formOf({ Code, Message }: BatchItem): 'text' | 'number' | 'number-and-sentence' {
  if (!/^\d+$/.test(String(Code))) return 'text'
  return isCode(Message) ? 'number' : 'number-and-sentence'
}

/** Returns the code of a failed item; empty if there is none. */
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

/** Returns the verdicts of an attach or a detach on each instance. */
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
