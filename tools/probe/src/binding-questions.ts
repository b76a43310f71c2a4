import { is, other, type Answer } from './answer.js'
import { awaitInstance, readInstance, refusalIn } from './instance.js'
import { attach, shared, standStill } from './key-pairs.js'
import type { ProbeContext } from './probe-context.js'
import type { Question } from './question.js'
import type { Script } from './script.js'
import type { Reply } from './wire.js'

/** The time to wait for an effect that may not come, in milliseconds: attaches show up to 10 seconds late. */
export const settledMs = 30_000

/** Codes that are about something else than which key pair is bound. */
const besides = /Status|NotFound|Forbidden|Permission|Windows|Agent|Throttl|FlowLimit/

/** Detaching a key pair that is not the one bound. */
export const detachOther: Question<'no-op' | 'error' | 'detaches'> = {
  what: 'attaches one key pair and detaches another',
  async *ask(context) {
    const second = yield* shared(context, 'second')
    yield* attach(context, yield* shared(context, 'first'))
    const reply = yield* context.call(context.vendorApi.detach(second, [context.instanceId], context.newToken()))
    const refused = refusalIn(context, reply)
    if (refused !== undefined) {
      return besides.test(refused)
        ? other(`refused for another reason: ${refused}`, reply)
        : is('error', coded(context, reply))
    }
    return is((yield* staysBound(context)) ? 'no-op' : 'detaches', reply)
  },
}

/** Attaching the key pair that is bound already. */
export const attachSame: Question<'ok' | 'error'> = {
  what: 'attaches the same key pair twice',
  async *ask(context): Script<Answer<'ok' | 'error'>> {
    const first = yield* shared(context, 'first')
    yield* attach(context, first)
    const reply = yield* context.call(context.vendorApi.attach(first, [context.instanceId], context.newToken()))
    const refused = refusalIn(context, reply)
    if (refused === undefined) return is('ok', reply)
    return besides.test(refused)
      ? other(`refused for another reason: ${refused}`, reply)
      : is('error', coded(context, reply))
  },
}

/** Returns the form of the refusal of one instance: the call, or the item. Undefined if it is not refused. */
export function refusedWhere({ vendorApi }: ProbeContext, reply: Reply): 'call' | 'item' | undefined {
  if (!reply.taken) return 'call'
  return vendorApi.verdicts(reply.result)?.some(({ ok }) => !ok) === true ? 'item' : undefined
}

/** Returns a reply with the code of its only item, if the item has the code. */
export function coded({ vendorApi }: ProbeContext, reply: Reply): Reply {
  if (!reply.taken) return reply
  return { ...reply, code: vendorApi.verdicts(reply.result)?.find(({ ok }) => !ok)?.code ?? '' }
}

/** True if a key pair is still bound when there was time enough for it to go. */
async function* staysBound(context: ProbeContext): Script<boolean> {
  return (yield* awaitInstance(context, ({ bound }) => bound === '', settledMs)) === undefined
}

/** Changes the power of the instance, and tries to attach a key pair meanwhile. Undefined if the change was too fast. */
export async function* attachInPassing(context: ProbeContext): Script<Reply | undefined> {
  const kept = context.notes.kept.get('transient')
  if (kept !== undefined) return kept
  const first = yield* shared(context, 'first')
  yield* standStill(context)
  const { power } = yield* readInstance(context)
  const token = context.newToken()
  const begun = yield* context.call(
    power === 'running'
      ? context.vendorApi.stop(context.instanceId, 'KeepCharging', token)
      : context.vendorApi.start(context.instanceId, token),
  )
  if (refusalIn(context, begun) !== undefined) return undefined
  const before = yield* readInstance(context)
  const reply = yield* context.call(context.vendorApi.attach(first, [context.instanceId], context.newToken()))
  const after = yield* readInstance(context)
  if (before.power !== 'changing' || after.power !== 'changing') return undefined
  context.notes.kept.set('transient', reply)
  return reply
}
