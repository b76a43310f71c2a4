import type { KeyPair, PowerState, VendorError } from '@cloud-keypair/core'
import {
  type CallFailure,
  type DescribeKeyPairsRequest,
  type ItemFailure,
  type ItemVerdict,
  type Page,
  pageCursors,
  refusal,
} from '@cloud-keypair/core/driver'
import { scrub, sentence } from '@cloud-keypair/core/http'
import * as v from 'valibot'
import type { Answer } from './answer.js'
import { secretsOf } from './credentials/keys.js'
import type { Judge } from './errors.js'
import { verdictSchema, type Counts, type WireVerdict } from './schemas.js'

/** Maps the states of both products. `Pending` and `Expired` are `other`. */
export function powerOf(status: string | null | undefined): PowerState {
  switch (status) {
    case 'Running':
      return 'running'
    case 'Stopped':
      return 'stopped'
    case 'Starting':
      return 'starting'
    case 'Stopping':
      return 'stopping'
    default:
      return 'other'
  }
}

/**
 * Makes a page of a list that is paged by number. Its cursor is the number of the next page, and the total tells the numbers
 * of those after it. Uses the page size of the answer, which may be less than the requested one.
 */
export function offsetPageOf<T>(items: readonly T[], { PageNumber, PageSize, TotalCount }: Counts): Page<T> {
  const page = { items, total: TotalCount }
  return items.length === 0 ? page : { ...page, ...pageCursors(PageNumber + 1, Math.ceil(TotalCount / PageSize)) }
}

/** Returns the failure of a look-up that would find other names too: `*` in a name is a wildcard. */
export function lookUpProblem(request: DescribeKeyPairsRequest): CallFailure | undefined {
  const isWild =
    request.kind === 'exact' && request.keyPairs.some((handle) => handle.by === 'name' && handle.name.includes('*'))
  const message = 'the name holds a "*", which stands for any text'
  return isWild ? refusal('invalid-argument', message) : undefined
}

/** Removes the key pairs from a page that the look-up does not name. */
export function onlyThose(request: DescribeKeyPairsRequest, page: Page<KeyPair>): Page<KeyPair> {
  if (request.kind === 'list') return page
  const isNamed = ({ id, name }: KeyPair): boolean =>
    request.keyPairs.some((handle) => (handle.by === 'id' ? handle.id === id : handle.name === name))
  return { ...page, items: page.items.filter(isNamed) }
}

/** Returns the failure of an item. */
function failureOf(entry: WireVerdict, { vendor, as }: Answer<unknown>, judge: Judge): ItemFailure {
  const clean = (text: string): string => scrub(text, secretsOf(as))
  const { Code, Message, Success } = entry
  const said: VendorError = {
    ...vendor,
    ...(Code && { code: clean(Code) }),
    ...(Message && { message: clean(Message) }),
  }
  // Code and flag contradict each other: the outcome is unknown.
  if (Code === '200' || Success === 'true') {
    const message = "the cloud's verdict on it contradicts itself"
    return { code: 'invalid-response', message, outcome: 'unknown', transient: false, vendor: said }
  }
  const { code, transient, outcomeUnknown, hint } = judge.item(clean(Code), sentence(said.message ?? ''))
  const message = sentence(said.message ?? '') || withoutSentence(said.code)
  const failure = { code, message, transient, vendor: said, ...(outcomeUnknown && { outcome: 'unknown' as const }) }
  return { ...failure, ...(hint !== undefined && { hint }) }
}

/**
 * Maps the verdicts of an answer, in its order. The list counts, not FailCount and TotalCount: in the vendor's samples
 * the three disagree. An entry that cannot be read is left out: its item counts as unanswered.
 */
export function verdictsOf(answer: Answer<readonly unknown[]>, judge: Judge): readonly ItemVerdict[] {
  return answer.value.flatMap((entry): readonly ItemVerdict[] => {
    const parsed = v.safeParse(verdictSchema, entry)
    if (!parsed.success) return []
    const { InstanceId: id, Code, Success } = parsed.output
    if (Code === '200' && (Success === undefined || Success === null || Success === 'true')) return [{ id, ok: true }]
    return [{ id, ok: false, failure: failureOf(parsed.output, answer, judge) }]
  })
}

function withoutSentence(code: string | undefined): string {
  return code === undefined ? 'the cloud refused it, and does not say why' : `the cloud refused it with ${code}`
}
