import type { AlibabaEnsVariants } from '@cloud-keypair/simulator'
import { is, notAsked, other } from '../answer.js'
import { awaitInstance } from '../instance.js'
import { importNew, remove, shared, standStill } from '../key-pairs.js'
import type { Lab } from '../lab.js'
import type { Question } from '../question.js'
import type { Script } from '../script.js'
import { change, type Reply } from '../wire.js'
import { ensDialect as dialect } from './ens-dialect.js'

/** Imports two key pairs under one name. */
async function* importTwice(lab: Lab): Script<Reply> {
  const { name } = yield* importNew(lab, 'twice')
  const { publicKey } = await lab.newMaterial()
  return yield* lab.call(dialect.importKeyPair(name, publicKey.line, lab.newToken()))
}

/** Whether a name can be given twice. */
export const names: Question<AlibabaEnsVariants['names']> = {
  what: 'imports two key pairs under one name',
  async *ask(lab) {
    const reply = yield* importTwice(lab)
    return is(reply.taken ? 'repeat' : 'unique', reply)
  },
}

const takenCodes = ['InvalidParameter.KeyPairName', 'ens.interface.error'] as const

/** The code for a name that is taken. */
export const takenNameCode: Question<AlibabaEnsVariants['takenNameCode']> = {
  what: 'imports two key pairs under one name',
  async *ask(lab) {
    const reply = yield* importTwice(lab)
    if (reply.taken) return notAsked('names repeat')
    const code = takenCodes.find((known) => known === reply.code)
    return code === undefined ? other(reply.code, reply) : is(code, reply)
  },
}

const unknownCodes = ['InvalidParameter.KeyPair', 'ens.interface.error'] as const

/** The code for a key pair that isn't there. */
export const unknownKeyPairCode: Question<AlibabaEnsVariants['unknownKeyPairCode']> = {
  what: 'attaches a key pair that isn’t there',
  async *ask(lab) {
    yield* standStill(lab)
    const name = lab.journal.newName('unknown')
    const reply = yield* lab.call(dialect.attach({ name }, [lab.instanceId], lab.newToken()))
    if (reply.taken) return other('it is taken', reply)
    const code = unknownCodes.find((known) => known === reply.code)
    return code === undefined ? other(reply.code, reply) : is(code, reply)
  },
}

/** DeleteKeyPairs of a key pair that isn't there. */
export const deleteUnknown: Question<AlibabaEnsVariants['deleteUnknown']> = {
  what: 'deletes a key pair that isn’t there',
  async *ask(lab) {
    const reply = yield* remove(lab, { name: lab.journal.newName('unknown') })
    return is(reply.taken ? 'ok' : 'error', reply)
  },
}

/** Which of KeyPairId and KeyPairName counts where they differ. */
export const bothGiven: Question<AlibabaEnsVariants['bothGiven']> = {
  what: 'attaches by the id of one key pair and the name of another',
  async *ask(lab) {
    const [byId, byName] = [yield* shared(lab, 'first'), yield* shared(lab, 'second')]
    yield* standStill(lab)
    const reply = yield* lab.call(
      change('AttachKeyPair', {
        KeyPairId: byId.id ?? '',
        KeyPairName: byName.name,
        InstanceIds: JSON.stringify([lab.instanceId]),
      }),
    )
    if (!reply.taken) return is('refused', reply)
    const seen = yield* awaitInstance(lab, ({ bound }) => bound !== '')
    if (seen?.bound === byId.name) return is('id', reply)
    return seen?.bound === byName.name ? is('name', reply) : other('neither is attached', reply)
  },
}
