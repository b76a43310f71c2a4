import type { AlibabaEnsVariants } from '@cloud-keypair/simulator'
import { among, is, notAsked, other } from '../answer.js'
import { coded, refusedWhere, settledMs } from '../binding-questions.js'
import { awaitInstance, readInstance } from '../instance.js'
import { attach, importNew, remove, shared } from '../key-pairs.js'
import type { Question } from '../question.js'
import { ensApi as vendorApi } from './ens-api.js'

/** KeyPairName of an instance that has none. */
export const unboundName: Question<AlibabaEnsVariants['unboundName']> = {
  what: 'reads the instance',
  async *ask(context) {
    const reply = yield* context.call(vendorApi.readInstance(context.instanceId))
    const { rawBound } = yield* readInstance(context)
    if (rawBound === undefined) return is('absent', reply)
    return rawBound === '' ? is('empty', reply) : other(`KeyPairName is ${JSON.stringify(rawBound)}`, reply)
  },
}

/** Asks for the result of an attach over another key pair. */
export const attachOverBound: Question<AlibabaEnsVariants['attachOverBound']> = {
  what: 'attaches one key pair, and another over it',
  async *ask(context) {
    const second = yield* shared(context, 'second')
    yield* attach(context, yield* shared(context, 'first'))
    const reply = yield* context.call(vendorApi.attach(second, [context.instanceId], context.newToken()))
    const where = refusedWhere(context, reply)
    if (where !== undefined) return is(where === 'call' ? 'refuses-call' : 'refuses-item', coded(context, reply))
    const seen = yield* awaitInstance(context, ({ bound }) => bound === second.name, settledMs)
    return seen === undefined ? other('it is taken and the first stays', reply) : is('replaces', reply)
  },
}

/** Asks for the form of the refusal of a detach by the id of another key pair. */
export const detachOtherById: Question<AlibabaEnsVariants['detachOtherById']> = {
  what: 'attaches one key pair and detaches another by its id',
  async *ask(context) {
    const { name, id } = yield* shared(context, 'second')
    yield* attach(context, yield* shared(context, 'first'))
    const reply = yield* context.call(vendorApi.detach({ name, id }, [context.instanceId], context.newToken()))
    const where = refusedWhere(context, reply)
    return where === undefined ? other('it is taken', reply) : is(where, coded(context, reply))
  },
}

/** Asks for the instances that the message of PublicKeyNotAttachWithInstance names: with one instance, the first are all. */
export const culprits: Question<AlibabaEnsVariants['culprits']> = {
  what: 'attaches one key pair and detaches another by its name',
  async *ask(context) {
    const { name } = yield* shared(context, 'second')
    yield* attach(context, yield* shared(context, 'first'))
    const reply = yield* context.call(vendorApi.detach({ name }, [context.instanceId], context.newToken()))
    if (reply.taken || reply.code !== 'PublicKeyNotAttachWithInstance') {
      return other(`${reply.code || 'it is taken'}, in place of PublicKeyNotAttachWithInstance`, reply)
    }
    return reply.message.includes(context.instanceId) ? among(['first', 'all'], reply) : is('none', reply)
  },
}

/** Detaching a key pair that was deleted while bound. */
export const detachDeleted: Question<AlibabaEnsVariants['detachDeleted']> = {
  what: 'attaches a key pair, deletes it, and detaches it',
  async *ask(context) {
    const over = context.known('attachOverBound')
    if (over?.kind !== 'is' || over.value !== 'replaces') {
      return notAsked('where no other key pair replaces it, the name of a deleted one might stay on the instance')
    }
    const keyPair = yield* importNew(context, 'deleted')
    yield* attach(context, keyPair)
    const deleted = yield* remove(context, keyPair)
    if (!deleted.taken) return other('a key pair that is attached is not deleted', deleted)
    const { name, id } = keyPair
    const reply = yield* context.call(vendorApi.detach({ name, id }, [context.instanceId], context.newToken()))
    if (refusedWhere(context, reply) !== undefined) return is('error', coded(context, reply))
    const seen = yield* awaitInstance(context, ({ bound }) => bound === '', settledMs)
    return seen === undefined ? other('it is taken and the name stays', reply) : is('detaches', reply)
  },
}
