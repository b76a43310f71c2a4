import type { AlibabaEnsVariants } from '@cloud-keypair/simulator'
import { is, notAsked, other } from '../answer.js'
import { awaitInstance } from '../instance.js'
import { importNew, remove, shared, standStill } from '../key-pairs.js'
import type { ProbeContext } from '../probe-context.js'
import type { Question } from '../question.js'
import type { Script } from '../script.js'
import { change, type Reply } from '../wire.js'
import { ensApi as vendorApi } from './ens-api.js'

/** Imports two key pairs under one name. */
async function* importTwice(context: ProbeContext): Script<Reply> {
  const { name } = yield* importNew(context, 'twice')
  const { publicKey } = await context.newMaterial()
  return yield* context.call(vendorApi.importKeyPair(name, publicKey.line, context.newToken()))
}

/** True if a name can be given twice. */
export const names: Question<AlibabaEnsVariants['names']> = {
  what: 'imports two key pairs under one name',
  async *ask(context) {
    const reply = yield* importTwice(context)
    return is(reply.taken ? 'repeat' : 'unique', reply)
  },
}

const takenCodes = ['InvalidParameter.KeyPairName', 'ens.interface.error'] as const

/** The code for a name that is taken. */
export const takenNameCode: Question<AlibabaEnsVariants['takenNameCode']> = {
  what: 'imports two key pairs under one name',
  async *ask(context) {
    const reply = yield* importTwice(context)
    if (reply.taken) return notAsked('names repeat')
    const code = takenCodes.find((known) => known === reply.code)
    return code === undefined ? other(reply.code, reply) : is(code, reply)
  },
}

const unknownCodes = ['InvalidParameter.KeyPair', 'ens.interface.error'] as const

/** The code for a key pair that isn't there. */
export const unknownKeyPairCode: Question<AlibabaEnsVariants['unknownKeyPairCode']> = {
  what: 'attaches a key pair that isn’t there',
  async *ask(context) {
    yield* standStill(context)
    const name = context.journal.newName('unknown')
    const reply = yield* context.call(vendorApi.attach({ name }, [context.instanceId], context.newToken()))
    if (reply.taken) return other('it is taken', reply)
    const code = unknownCodes.find((known) => known === reply.code)
    return code === undefined ? other(reply.code, reply) : is(code, reply)
  },
}

/** DeleteKeyPairs of a key pair that isn't there. */
export const deleteUnknown: Question<AlibabaEnsVariants['deleteUnknown']> = {
  what: 'deletes a key pair that isn’t there',
  async *ask(context) {
    const reply = yield* remove(context, { name: context.journal.newName('unknown') })
    return is(reply.taken ? 'ok' : 'error', reply)
  },
}

/** Asks for the parameter that counts if KeyPairId and KeyPairName differ. */
export const bothGiven: Question<AlibabaEnsVariants['bothGiven']> = {
  what: 'attaches by the id of one key pair and the name of another',
  async *ask(context) {
    const [byId, byName] = [yield* shared(context, 'first'), yield* shared(context, 'second')]
    yield* standStill(context)
    const reply = yield* context.call(
      change('AttachKeyPair', {
        KeyPairId: byId.id ?? '',
        KeyPairName: byName.name,
        InstanceIds: JSON.stringify([context.instanceId]),
      }),
    )
    if (!reply.taken) return is('refused', reply)
    const seen = yield* awaitInstance(context, ({ bound }) => bound !== '')
    if (seen?.bound === byId.name) return is('id', reply)
    return seen?.bound === byName.name ? is('name', reply) : other('neither is attached', reply)
  },
}
