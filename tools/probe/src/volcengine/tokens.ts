import * as v from 'valibot'
import { is, other } from '../answer.js'
import type { ProbeContext } from '../probe-context.js'
import { parse } from '../parse.js'
import type { Question } from '../question.js'
import { halt, type Script } from '../script.js'
import type { Reply, Request } from '../wire.js'
import { volcengineApi as vendorApi, withToken } from './volcengine-api.js'

/** True if a token repeats a definite failure, when the call would succeed by now. */
export const tokenFailure: Question<'replayed' | 'forgotten'> = {
  what: 'describes a key pair that isn’t there, imports it, and repeats the call with its token',
  async *ask(context) {
    const name = context.journal.newName('token')
    const describing = (token: string): Request =>
      withToken('ModifyKeyPairAttribute', { KeyPairName: name, Description: 'probe' }, token)
    const token = context.newToken()
    const refused = yield* context.call(describing(token))
    if (refused.taken) return other('a key pair that is not there is described', refused)
    const { publicKey } = await context.newMaterial()
    const made = yield* context.call(vendorApi.importKeyPair(name, publicKey.line, context.newToken()))
    if (!made.taken) return yield* halt(`a key pair cannot be imported: ${made.code}`, 'question')
    yield* untilTaken(context, describing)
    const again = yield* context.call(describing(token))
    if (again.taken) return is('forgotten', refused, again)
    return again.code === refused.code ? is('replayed', refused, again) : other('the repeat fails differently', again)
  },
}

/** Repeats a request with other tokens until it is accepted: then the token was at fault. */
async function* untilTaken(context: ProbeContext, request: (token: string) => Request): Script<void> {
  for (const until = context.clock.now() + 60_000; context.clock.now() <= until; yield* context.sleep(5000)) {
    if ((yield* context.call(request(context.newToken()))).taken) return
  }
  yield* halt('a new key pair cannot be described', 'question')
}

const created = v.object({ KeyPairId: v.string(), PrivateKey: v.nullish(v.string(), '') })

/** True if CreateKeyPair, repeated with its token, gives the private key again. */
export const createReplay: Question<'with-private-key' | 'without-private-key'> = {
  what: 'has the cloud generate a key pair twice with the same token',
  async *ask(context) {
    const name = context.journal.newName('replay')
    const request = { ...withToken('CreateKeyPair', { KeyPairName: name }, context.newToken()), creates: name }
    const first = made(yield* context.call(request))
    if (first === undefined) return yield* halt('the cloud generates no key pair', 'question')
    const reply = yield* context.call(request)
    const second = made(reply)
    if (second === undefined) return other('the repeat is refused', reply)
    if (second.KeyPairId !== first.KeyPairId) return other('the repeat makes another key pair', reply)
    if (second.PrivateKey === '') return is('without-private-key', reply)
    return second.PrivateKey === first.PrivateKey
      ? is('with-private-key', reply)
      : other('the repeat has another key', reply)
  },
}

function made(reply: Reply): v.InferOutput<typeof created> | undefined {
  return reply.taken ? parse(created, reply.result) : undefined
}
