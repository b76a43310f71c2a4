import { is, other, type Answer } from './answer.js'
import { awaitInstance, readInstance, refusalIn } from './instance.js'
import { attach, shared, standStill } from './key-pairs.js'
import type { Lab } from './lab.js'
import type { Question } from './question.js'
import type { Script } from './script.js'
import type { Reply } from './wire.js'

/** How long is waited for what may not happen, in milliseconds: attaches show up to 10 seconds late. */
export const settledMs = 30_000

/** Codes that are about something else than which key pair is bound. */
const besides = /Status|NotFound|Forbidden|Permission|Windows|Agent|Throttl|FlowLimit/

/** Detaching a key pair that is not the one bound. */
export const detachOther: Question<'no-op' | 'error' | 'detaches'> = {
  what: 'attaches one key pair and detaches another',
  async *ask(lab) {
    const second = yield* shared(lab, 'second')
    yield* attach(lab, yield* shared(lab, 'first'))
    const reply = yield* lab.call(lab.dialect.detach(second, [lab.instanceId], lab.newToken()))
    const refused = refusalIn(lab, reply)
    if (refused !== undefined) {
      return besides.test(refused)
        ? other(`refused for another reason: ${refused}`, reply)
        : is('error', coded(lab, reply))
    }
    return is((yield* staysBound(lab)) ? 'no-op' : 'detaches', reply)
  },
}

/** Attaching the key pair that is bound already. */
export const attachSame: Question<'ok' | 'error'> = {
  what: 'attaches the same key pair twice',
  async *ask(lab): Script<Answer<'ok' | 'error'>> {
    const first = yield* shared(lab, 'first')
    yield* attach(lab, first)
    const reply = yield* lab.call(lab.dialect.attach(first, [lab.instanceId], lab.newToken()))
    const refused = refusalIn(lab, reply)
    if (refused === undefined) return is('ok', reply)
    return besides.test(refused)
      ? other(`refused for another reason: ${refused}`, reply)
      : is('error', coded(lab, reply))
  },
}

/** Where an instance is refused that can't have a change: the call, or the item. Undefined where it is not refused. */
export function refusedWhere({ dialect }: Lab, reply: Reply): 'call' | 'item' | undefined {
  if (!reply.taken) return 'call'
  return dialect.verdicts(reply.result)?.some(({ ok }) => !ok) === true ? 'item' : undefined
}

/** A reply with the code of its one item, where that has it. */
export function coded({ dialect }: Lab, reply: Reply): Reply {
  if (!reply.taken) return reply
  return { ...reply, code: dialect.verdicts(reply.result)?.find(({ ok }) => !ok)?.code ?? '' }
}

/** Whether a key pair is still bound when there was time enough for it to go. */
async function* staysBound(lab: Lab): Script<boolean> {
  return (yield* awaitInstance(lab, ({ bound }) => bound === '', settledMs)) === undefined
}

/** Makes the instance change its power, and tries to attach a key pair meanwhile. Undefined where that was over too soon. */
export async function* attachInPassing(lab: Lab): Script<Reply | undefined> {
  const kept = lab.notes.kept.get('transient')
  if (kept !== undefined) return kept
  const first = yield* shared(lab, 'first')
  yield* standStill(lab)
  const { power } = yield* readInstance(lab)
  const token = lab.newToken()
  const begun = yield* lab.call(
    power === 'running'
      ? lab.dialect.stop(lab.instanceId, 'KeepCharging', token)
      : lab.dialect.start(lab.instanceId, token),
  )
  if (refusalIn(lab, begun) !== undefined) return undefined
  const before = yield* readInstance(lab)
  const reply = yield* lab.call(lab.dialect.attach(first, [lab.instanceId], lab.newToken()))
  const after = yield* readInstance(lab)
  if (before.power !== 'changing' || after.power !== 'changing') return undefined
  lab.notes.kept.set('transient', reply)
  return reply
}
