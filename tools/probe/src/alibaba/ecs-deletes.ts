import type { AlibabaEcsVariants } from '@cloud-keypair/simulator'
import { between, is, other } from '../answer.js'
import { settledMs } from '../binding-questions.js'
import { refusalIn } from '../instance.js'
import { attach, importNew, listOf, remove } from '../key-pairs.js'
import type { ProbeContext } from '../probe-context.js'
import type { Question } from '../question.js'
import { halt, type Script } from '../script.js'
import { change } from '../wire.js'

const attachedAlready = 'InvalidParameter.KeypairAlreadyAttachedInstance'

/** Asks for the fate of the other key pairs if DeleteKeyPairs refuses for one. */
export const deleteRefused: Question<AlibabaEcsVariants['deleteRefused']> = {
  what: 'deletes a key pair that is attached together with one that isn’t',
  async *ask(context) {
    const attached = yield* importNew(context, 'attached')
    const free = yield* importNew(context, 'free')
    yield* attach(context, attached)
    const names = JSON.stringify([free.name, attached.name])
    const reply = yield* context.call(change('DeleteKeyPairs', { KeyPairNames: names }))
    if (reply.taken) return other('a key pair that is attached is deleted', reply)
    if (reply.code !== attachedAlready) return other(reply.code, reply)
    return is((yield* goes(context, free.name)) ? 'others-go' : 'all-stay', reply)
  },
}

async function* goes(context: ProbeContext, name: string): Script<boolean> {
  for (const until = context.clock.now() + settledMs; context.clock.now() <= until; yield* context.sleep(5000)) {
    if ((yield* listOf(context, name)).length === 0) return true
  }
  return false
}

/**
 * The longest time that a delete is tried after a detach, in milliseconds: the vendor's Terraform provider gives it 20
 * minutes.
 */
const busyMs = 25 * 60_000

/** For how long after a detach a delete is refused. */
export const afterDetachBusySeconds: Question<number> = {
  what: 'detaches a key pair and deletes it until that is done',
  async *ask(context) {
    const keyPair = yield* importNew(context, 'busy')
    yield* attach(context, keyPair)
    const detached = yield* context.call(context.vendorApi.detach(keyPair, [context.instanceId], context.newToken()))
    if (refusalIn(context, detached) !== undefined) return yield* halt('a key pair cannot be detached', 'question')
    const since = context.clock.now()
    let above = -1
    for (
      const until = since + busyMs;
      context.clock.now() <= until;
      yield* context.sleep(pauseMs(context.clock.now() - since))
    ) {
      const reply = yield* remove(context, keyPair)
      if (!reply.taken && reply.code !== attachedAlready) return other(reply.code, reply)
      if (!reply.taken) above = (reply.sentAt - detached.answeredAt) / 1000
      else if (above === -1) return is(0, reply)
      else return between(above, (reply.answeredAt - detached.sentAt) / 1000, reply)
    }
    return other(`a delete is refused for more than ${busyMs / 60_000} minutes after a detach`, detached)
  },
}

function pauseMs(sinceMs: number): number {
  return sinceMs < 120_000 ? 5000 : 20_000
}
