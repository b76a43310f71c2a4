import * as v from 'valibot'
import { is, other } from '../answer.js'
import type { Lab } from '../lab.js'
import { parse } from '../parse.js'
import type { Question } from '../question.js'
import { halt, type Script } from '../script.js'
import type { Reply, Request } from '../wire.js'
import { volcengineDialect as dialect, withToken } from './dialect.js'

/** Whether a token repeats a definite failure, when the call would succeed by now. */
export const tokenFailure: Question<'replayed' | 'forgotten'> = {
  what: 'describes a key pair that isn’t there, imports it, and repeats the call with its token',
  async *ask(lab) {
    const name = lab.journal.newName('token')
    const describing = (token: string): Request =>
      withToken('ModifyKeyPairAttribute', { KeyPairName: name, Description: 'probe' }, token)
    const token = lab.newToken()
    const refused = yield* lab.call(describing(token))
    if (refused.taken) return other('a key pair that is not there is described', refused)
    const { publicKey } = await lab.newMaterial()
    const made = yield* lab.call(dialect.importKeyPair(name, publicKey.line, lab.newToken()))
    if (!made.taken) return yield* halt(`a key pair cannot be imported: ${made.code}`, 'question')
    yield* untilTaken(lab, describing)
    const again = yield* lab.call(describing(token))
    if (again.taken) return is('forgotten', refused, again)
    return again.code === refused.code ? is('replayed', refused, again) : other('the repeat fails differently', again)
  },
}

/** Until other tokens have it done: then it is the token that is at fault. */
async function* untilTaken(lab: Lab, request: (token: string) => Request): Script<void> {
  for (const until = lab.clock.now() + 60_000; lab.clock.now() <= until; yield* lab.sleep(5000)) {
    if ((yield* lab.call(request(lab.newToken()))).taken) return
  }
  yield* halt('a new key pair cannot be described', 'question')
}

const created = v.object({ KeyPairId: v.string(), PrivateKey: v.nullish(v.string(), '') })

/** Whether CreateKeyPair, repeated with its token, gives the private key again. */
export const createReplay: Question<'with-private-key' | 'without-private-key'> = {
  what: 'has the cloud generate a key pair twice with the same token',
  async *ask(lab) {
    const name = lab.journal.newName('replay')
    const request = { ...withToken('CreateKeyPair', { KeyPairName: name }, lab.newToken()), creates: name }
    const first = made(yield* lab.call(request))
    if (first === undefined) return yield* halt('the cloud generates no key pair', 'question')
    const reply = yield* lab.call(request)
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
