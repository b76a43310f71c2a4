import { is, other } from '../answer.js'
import { awaitInstance, readInstance, refusalIn } from '../instance.js'
import { attach, importNew, remove, shared } from '../key-pairs.js'
import type { Question } from '../question.js'
import { halt } from '../script.js'

const codes = ['OperationDenied.KeyPairInUse', 'InvalidKeyPair.Bound', 'Refused'] as const

/** The code of a delete that is refused as the key pair is bound. */
export const inUseCode: Question<(typeof codes)[number]> = {
  what: 'attaches a key pair and deletes it',
  async *ask(context) {
    const keyPair = yield* importNew(context, 'in-use')
    yield* attach(context, keyPair)
    const reply = yield* remove(context, keyPair)
    const refused = refusalIn(context, reply)
    if (refused === undefined) return other('a key pair that is bound is deleted', reply)
    const code = codes.find((known) => known === refused)
    return code === undefined ? other(refused, { ...reply, code: refused }) : is(code, { ...reply, code })
  },
}

/** Asks for the delay until DescribeInstances shows an attach. */
export const boundAfterAttach: Question<'at-once' | 'after-seconds'> = {
  what: 'attaches a key pair and reads the instance',
  async *ask(context) {
    const first = yield* shared(context, 'first')
    const reply = yield* context.call(context.vendorApi.attach(first, [context.instanceId], context.newToken()))
    const refused = refusalIn(context, reply)
    if (refused !== undefined) return yield* halt(`a key pair cannot be attached: ${refused}`, 'question')
    const { bound } = yield* readInstance(context)
    if (bound === first.name) return is('at-once', reply)
    const seen = yield* awaitInstance(context, (instance) => instance.bound === first.name)
    return seen === undefined ? other('an attach does not show', reply) : is('after-seconds', reply)
  },
}
