import type { Limit } from '../contract/capabilities.js'
import type { CallContext, CallFailure, ItemFailure, ItemVerdict } from '../contract/key-pair-driver.js'
import type { Result } from '../result.js'
import { type Failure, endedFailure, noOutcome } from '../errors/failures.js'
import { sendOnce } from './call.js'
import type { Operation } from './operation.js'
import { chunksOf, forEachAtATime } from './chunks.js'

/** The result of one item of a batched call. */
export type ItemResult =
  | {
      readonly kind: 'done'
      readonly changed: boolean
      /** True if a stop, start or reboot is over. */
      readonly isOver?: boolean
      /** The id of the work that the cloud goes on with. */
      readonly task?: string
    }
  | { readonly kind: 'failed'; readonly failure: Failure }
  | { readonly kind: 'unknown'; readonly failure: Failure }

/** A change of many items: how it is sent, how it is seen, and what a refusal means. */
export interface BatchCall {
  readonly call: 'attach' | 'detach' | 'delete' | 'stop' | 'start' | 'reboot'
  readonly limit: Limit
  readonly bytesOf: (id: string) => number
  /** True if each resend needs a read back first, even after a definite refusal. */
  readonly readBackBeforeResend: boolean
  /** Returns a transient failure if the items have to be read back before they are sent, because time has passed. */
  check?(ids: readonly string[]): CallFailure | undefined
  /** Sends the items once. Called for each attempt, through `sendOnce`. */
  send(ids: readonly string[], context: CallContext): Promise<Result<readonly ItemVerdict[], CallFailure>>
  /**
   * Reads the cloud, and returns a result for each item whose change is seen. The others are left out: an unseen change
   * proves nothing.
   */
  readBack(ids: readonly string[]): Promise<ReadonlyMap<string, ItemResult>>
  /**
   * Looks whether what the cloud said to have done is done, on a cloud whose success does not mean that. Gets the tasks of
   * the items by id, and returns the failure of each item that is not done.
   */
  confirm?(accepted: ReadonlyMap<string, string | undefined>): Promise<ReadonlyMap<string, ItemFailure>>
  /**
   * Explains the definite refusal of one item: returns its result, or a transient failure after which it is sent
   * again. An item is doubted if an earlier send was not answered.
   */
  explainRefusal(id: string, failure: ItemFailure, doubted: boolean): Promise<ItemResult | ItemFailure>
}

/** The results of the items of a change. All items that were not sent before its end share one result. */
interface BatchResults {
  of(id: string): ItemResult
}

/**
 * Sends a change of many items in as few calls as the limit allows, several at a time, and returns the result of each
 * item. A failed call hides no other one.
 */
export async function sendInBatches(
  operation: Operation,
  ids: readonly string[],
  change: BatchCall,
): Promise<BatchResults> {
  const work: BatchProgress = { operation, change, results: new Map(), unanswered: new Map(), refusals: new Map() }
  const chunks = chunksOf(ids, change.limit, change.bytesOf)
  operation.expectCalls(chunks.length)
  await forEachAtATime(chunks, operation.context.concurrency, (chunk) => sendChunk(work, chunk))
  const stop = operation.ended()
  const unsent: ItemResult = stop ? { kind: 'failed', failure: endedFailure(stop, 'none') } : lost
  return { of: (id) => work.results.get(id) ?? unsent }
}

const lost: ItemResult = { kind: 'unknown', failure: noOutcome }

interface BatchProgress {
  readonly operation: Operation
  readonly change: BatchCall
  readonly results: Map<string, ItemResult>
  /** Items with a send without a definite answer, and its failure. */
  readonly unanswered: Map<string, Failure>
  /** The latest transient refusal of each item. */
  readonly refusals: Map<string, Failure>
}

/** The items of a chunk that have no result after one call. */
interface SendResult {
  /** Refused or left out, but sent before without an answer: only a read back can tell. They are not resent. */
  readonly undecided: ReadonlyMap<string, Failure>
  /** Parts to be sent apart, because the call was refused for some of its items. */
  readonly parts: readonly (readonly string[])[]
  /** The last failure after which the rest may be resent; absent if it may not. */
  readonly transient?: Failure
}

/**
 * Sends one chunk until each of its items has a result or nothing more may be sent. An unanswered call is sent
 * again with the same token while its items are the same. After a definite answer the token is a new one:
 * a cloud may replay a refusal by its token.
 */
async function sendChunk(work: BatchProgress, ids: readonly string[]): Promise<void> {
  const { operation, change, results } = work
  if (operation.ended() !== undefined)
    return giveUp(
      work,
      ids.filter((id) => work.unanswered.has(id)),
      undefined,
    )
  let pending = ids
  let token = operation.context.newToken()
  let after: CallFailure | undefined
  for (let attempt = 0; ; attempt += 1) {
    const sent = pending
    const result = await sendOnce(operation, {
      call: change.call,
      mutating: true,
      items: sent.length,
      attempt: attempt + 1,
      after,
      token,
      check: () => change.check?.(sent),
      send: (context) => change.send(sent, context),
    })
    const round = result.isOk()
      ? await takeVerdicts(work, sent, await confirmed(change, result.value))
      : await takeFailure(work, sent, result.error)
    operation.expectCalls(round.parts.length)
    for (const part of round.parts) await sendChunk(work, part)
    const repeatable = sent.some((id) => !results.has(id) && !round.undecided.has(id))
    const again = repeatable && round.transient !== undefined && (await operation.waitToRetry(attempt, round.transient))
    await settleByReadBack(work, sent, round.undecided)
    pending = sent.filter((id) => !results.has(id))
    if (pending.length === 0) return
    if (!again) return giveUp(work, pending, round.transient)
    after = result.isErr() ? result.error : undefined
    const unanswered = result.isErr() && result.error.outcome === 'unknown'
    if (!unanswered || pending.length < sent.length) token = operation.context.newToken()
  }
}

/** Returns the verdicts as they are, with those of items that prove not to be done turned into refusals. */
async function confirmed(change: BatchCall, verdicts: readonly ItemVerdict[]): Promise<readonly ItemVerdict[]> {
  const accepted = new Map(verdicts.flatMap((verdict) => (verdict.ok ? [[verdict.id, verdict.task]] : [])))
  const failures = accepted.size === 0 ? undefined : await change.confirm?.(accepted)
  if (failures === undefined) return verdicts
  return verdicts.map((verdict) => {
    const failure = verdict.ok ? failures.get(verdict.id) : undefined
    return failure === undefined ? verdict : { id: verdict.id, ok: false, failure }
  })
}

async function takeVerdicts(
  work: BatchProgress,
  sent: readonly string[],
  verdicts: readonly ItemVerdict[],
): Promise<SendResult> {
  const byId = new Map<string, ItemVerdict[]>(sent.map((id) => [id, []]))
  for (const verdict of verdicts) byId.get(verdict.id)?.push(verdict)
  const undecided = new Map<string, Failure>()
  let transient: Failure | undefined
  for (const id of sent) {
    const own = byId.get(id) ?? []
    const refused = own.find((verdict) => !verdict.ok)
    if (own.length === 0 || (refused !== undefined && own.some((verdict) => verdict.ok))) {
      markUnanswered(work, [id], missingVerdict)
      undecided.set(id, missingVerdict)
    } else if (refused === undefined || refused.ok) {
      const isOver = own.every((verdict) => verdict.ok && verdict.isOver === true)
      const task = own.find((verdict) => verdict.ok)?.task
      work.results.set(id, {
        kind: 'done',
        changed: true,
        ...(isOver && { isOver }),
        ...(task !== undefined && { task }),
      })
    } else if (refused.failure.outcome === 'unknown') {
      markUnanswered(work, [id], refused.failure)
      if (refused.failure.transient) transient = refused.failure
      else undecided.set(id, refused.failure)
    } else {
      transient = (await takeRefusal(work, id, refused.failure, undecided)) ?? transient
    }
  }
  return { undecided, parts: [], ...(transient && { transient }) }
}

/** Gives a refused item its end, unless it was sent before without an answer. A transient failure comes back. */
async function takeRefusal(
  work: BatchProgress,
  id: string,
  failure: ItemFailure,
  undecided: Map<string, Failure>,
): Promise<ItemFailure | undefined> {
  const { change, unanswered, results, refusals } = work
  const end = failure.transient ? failure : await change.explainRefusal(id, failure, unanswered.has(id))
  if (!('kind' in end)) {
    refusals.set(id, end)
    if (end.outcome === 'unknown') markUnanswered(work, [id], end)
    return end
  }
  if (end.kind === 'failed' && unanswered.has(id)) undecided.set(id, end.failure)
  else results.set(id, end)
  return undefined
}

async function takeFailure(work: BatchProgress, sent: readonly string[], failure: CallFailure): Promise<SendResult> {
  const undecided = new Map<string, Failure>()
  if (failure.outcome === 'unknown') {
    markUnanswered(work, sent, failure)
    return { undecided, parts: [], ...(failure.transient && { transient: failure }) }
  }
  if (failure.transient) return { undecided, parts: [], transient: failure }
  const stop = work.operation.ended()
  if (stop !== undefined && failure.code === endedFailure(stop, 'none').code) return { undecided, parts: [] }

  const ofItems = failure.scope === 'items' || sent.length === 1
  const { refused, parts } = ofItems ? splitRefused(sent, failure) : { refused: sent, parts: [] }
  let transient: Failure | undefined
  for (const id of refused) {
    if (ofItems) transient = (await takeRefusal(work, id, failure, undecided)) ?? transient
    else if (work.unanswered.has(id)) undecided.set(id, failure)
    else work.results.set(id, { kind: 'failed', failure })
  }
  return { undecided, parts, ...(transient && { transient }) }
}

/**
 * Parts a call that was refused because of some of its items. Those that the vendor names are taken out, and the rest is
 * sent again. If it names none, each half is sent by itself. A split is progress and costs no retry: with each, there is
 * less to judge.
 */
function splitRefused(
  sent: readonly string[],
  failure: CallFailure,
): { refused: readonly string[]; parts: readonly (readonly string[])[] } {
  const named = new Set(failure.culprits)
  const culprits = sent.filter((id) => named.has(id))
  const rest = sent.filter((id) => !named.has(id))
  if (culprits.length > 0) return { refused: culprits, parts: rest.length === 0 ? [] : [rest] }
  if (sent.length === 1) return { refused: sent, parts: [] }
  const half = Math.ceil(sent.length / 2)
  return { refused: [], parts: [sent.slice(0, half), sent.slice(half)] }
}

/** Reads back the items that may have changed. Undecided items whose change the read does not show end as unknown. */
async function settleByReadBack(
  { operation, change, results, unanswered }: BatchProgress,
  sent: readonly string[],
  undecided: ReadonlyMap<string, Failure>,
): Promise<void> {
  const doubtful = sent.filter((id) => !results.has(id) && (change.readBackBeforeResend || unanswered.has(id)))
  if (doubtful.length > 0 && operation.ended() === undefined) {
    for (const [id, end] of await change.readBack(doubtful)) results.set(id, end)
  }
  for (const [id, failure] of undecided) if (!results.has(id)) results.set(id, { kind: 'unknown', failure })
}

function giveUp(
  { operation, results, unanswered, refusals }: BatchProgress,
  ids: readonly string[],
  transient: Failure | undefined,
): void {
  const stop = operation.ended()
  const cutOff = stop && endedFailure(stop, 'unknown')
  for (const id of ids) {
    const doubted = unanswered.get(id)
    // The items that were not sent before the end share one result, which is not stored for each.
    const isUnsent = stop !== undefined && (stop !== 'timeout' || transient === undefined)
    if (isUnsent && doubted === undefined) continue
    const failure = (doubted && cutOff) ?? doubted ?? refusals.get(id) ?? transient
    if (failure !== undefined) results.set(id, { kind: doubted === undefined ? 'failed' : 'unknown', failure })
  }
}

function markUnanswered({ unanswered }: BatchProgress, ids: readonly string[], failure: Failure): void {
  for (const id of ids) unanswered.set(id, failure)
}

const missingVerdict: ItemFailure = {
  code: 'invalid-response',
  message: "the cloud's answer has no clear verdict for this item",
  transient: false,
}
