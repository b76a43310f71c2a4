import type { BatchVariants } from '@cloud-keypair/simulator'
import { is, notAsked, other, type Answer } from '../answer.js'
import { attachInPassing, refusedWhere } from '../binding-questions.js'
import { attach, shared } from '../key-pairs.js'
import type { ProbeContext } from '../probe-context.js'
import type { Question } from '../question.js'
import type { Script } from '../script.js'
import type { Reply } from '../wire.js'
import { codeOf, formOf, isDone, readBatch } from './batch.js'

/** Detaches a key pair that is bound nowhere from instances that aren't there. */
async function* detachFromNowhere(
  context: ProbeContext,
): Script<{ readonly ids: readonly string[]; readonly reply: Reply }> {
  const first = yield* shared(context, 'first')
  const ids = Array.from({ length: 9 }, () => context.madeUpInstanceId())
  return { ids, reply: yield* context.call(context.vendorApi.detach(first, ids, context.newToken())) }
}

/** The types of values in a batch. */
export const values: Question<BatchVariants['values']> = {
  what: 'attaches a key pair',
  async *ask(context) {
    const reply = yield* attach(context, yield* shared(context, 'first'))
    const batch = reply.taken ? readBatch(reply.result) : undefined
    if (batch === undefined) return other('the answer to an attach has no results', reply)
    const fields = [batch.TotalCount, batch.FailCount, ...batch.items.flatMap(({ Code, Success }) => [Code, Success])]
    const types = fields.map((field) => typeof field)
    if (types.every((type) => type === 'string')) return is('strings', reply)
    if (types.every((type) => type !== 'string')) return is('numbers', reply)
    return other(`TotalCount, FailCount, Code and Success are ${types.join(', ')}`, reply)
  },
}

/** Asks for the TotalCount of a batch. */
export const batchTotal: Question<BatchVariants['batchTotal']> = {
  what: 'attaches a key pair to one instance',
  async *ask(context) {
    const reply = yield* attach(context, yield* shared(context, 'first'))
    const total = reply.taken ? Number(readBatch(reply.result)?.TotalCount) : 0
    if (total === 1) return is('items', reply)
    return total > 1 ? is('more', reply) : other(`TotalCount is ${total} for one instance`, reply)
  },
}

/** The order of the results. */
export const resultOrder: Question<BatchVariants['resultOrder']> = {
  what: 'detaches a key pair from nine instances that aren’t there',
  async *ask(context) {
    const { ids, reply } = yield* detachFromNowhere(context)
    if (!reply.taken) return notAsked('a call about instances that are not there is refused, and there is but one')
    const order = readBatch(reply.result)?.items.map(({ InstanceId }) => InstanceId) ?? []
    if (order.toSorted().join() !== ids.toSorted().join()) {
      return other(`${order.length} results for ${ids.length} instances`, reply)
    }
    return is(order.join() === ids.join() ? 'as-given' : 'shuffled', reply)
  },
}

/** Asks for the form of a refusal of one instance: a missing one, and one in a wrong state. */
export const badInstance: Question<'item' | 'call'> = {
  what: 'detaches a key pair from instances that aren’t there, and attaches one in a wrong state',
  async *ask(context): Script<Answer<'item' | 'call'>> {
    const { reply } = yield* detachFromNowhere(context)
    const nowhere = refusedWhere(context, reply)
    const transient = yield* attachInPassing(context)
    const wrongState = transient === undefined ? nowhere : refusedWhere(context, transient)
    const evidence = transient === undefined ? [reply] : [reply, transient]
    if (nowhere !== undefined && nowhere === wrongState) return is(nowhere, ...evidence)
    const said = (where: 'item' | 'call' | undefined): string => where ?? 'not at all'
    return other(`not there: ${said(nowhere)}; wrong state: ${said(wrongState)}`, ...evidence)
  },
}

/** Asks for the code of an instance in a wrong state. */
export function wrongStateCode<const Code extends string>(
  codes: readonly Code[],
  inWrongState: (context: ProbeContext) => Script<Reply | undefined>,
): Question<Code> {
  return {
    what: 'attaches a key pair in a wrong state',
    async *ask(context): Script<Answer<Code>> {
      const reply = yield* inWrongState(context)
      if (reply === undefined) return notAsked('the instance changed its state too soon')
      const where = refusedWhere(context, reply)
      if (where === undefined) return other('an instance in a wrong state takes a key pair', reply)
      const said = where === 'call' ? reply.code : itemCodeOf(reply)
      if (said === '') return notAsked('the results of a batch have no codes')
      const code = codes.find((known) => known === said)
      return code === undefined ? other(said, reply) : is(code, { ...reply, code })
    },
  }
}

function itemCodeOf(reply: Reply): string {
  const failed = reply.taken ? readBatch(reply.result)?.items.find((item) => !isDone(item)) : undefined
  return failed === undefined ? '' : codeOf(failed)
}

/** The form of the Code of an item that failed: of any that did. */
export const itemCode: Question<BatchVariants['itemCode']> = {
  what: 'looks at every item that failed, last of which one of an instance that isn’t there',
  async *ask(context): Script<Answer<BatchVariants['itemCode']>> {
    yield* detachFromNowhere(context)
    const failed = context.notes.replies.flatMap((reply) => {
      const items = reply.taken ? (readBatch(reply.result)?.items ?? []) : []
      return items.flatMap((item) => (isDone(item) ? [] : [{ reply, form: formOf(item) }]))
    })
    const [first] = failed
    if (first === undefined) return notAsked('no item of a call can be made to fail')
    const forms = [...new Set(failed.map(({ form }) => form))]
    return forms.length === 1 ? is(first.form, first.reply) : other(`it varies: ${forms.join(', ')}`, first.reply)
  },
}
