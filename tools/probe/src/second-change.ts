import type { Secret } from '@cloud-keypair/core'
import { is, notAsked, other, type Answer } from './answer.js'
import { bring, pollMs } from './instance.js'
import { attach, shared, vacate } from './key-pairs.js'
import type { ProbeContext } from './probe-context.js'
import type { Login } from './login.js'
import type { Question } from './question.js'
import type { Script } from './script.js'

/** The longest time until a guest lets somebody in after its start, in milliseconds. */
const bootMs = 5 * 60_000

/**
 * True if a second change of key before the restart loses the first: the first key pair is bound and authorized; then
 * it is detached and the second attached, and the guest restarted once.
 */
export const secondChange: Question<'wins' | 'first-lost'> = {
  what: 'attaches, restarts, detaches, attaches another, restarts, and logs in with either key',
  async *ask(context) {
    const { login } = context
    if (login === undefined) return notAsked('needs --login')
    const [first, second] = [yield* shared(context, 'first'), yield* shared(context, 'second')]
    yield* attach(context, first)
    yield* restart(context)
    if (!(yield* letsIn(context, login, first.material.privateKey))) {
      return notAsked('the guest does not let in who has the first key pair')
    }
    yield* vacate(context)
    const reply = yield* attach(context, second)
    yield* restart(context)
    const secondIn = yield* letsIn(context, login, second.material.privateKey)
    const firstIn = (yield* outcomeOf(context, login, first.material.privateKey)) === 'accepted'
    const answer = answerOf(firstIn, secondIn, reply)
    yield* forget(context, firstIn)
    return answer
  },
}

function answerOf(firstIn: boolean, secondIn: boolean, reply: Parameters<typeof is>[1]): Answer<'wins' | 'first-lost'> {
  const evidence = reply === undefined ? [] : [reply]
  if (secondIn) return is(firstIn ? 'first-lost' : 'wins', ...evidence)
  return other(firstIn ? 'the guest keeps the first key pair alone' : 'the guest accepts neither key pair', ...evidence)
}

/** Leaves none of the keys in the guest. */
async function* forget(context: ProbeContext, firstIn: boolean): Script<void> {
  yield* vacate(context)
  yield* restart(context)
  if (!firstIn) return
  yield* attach(context, yield* shared(context, 'first'))
  yield* restart(context)
  yield* vacate(context)
  yield* restart(context)
}

async function* restart(context: ProbeContext): Script<void> {
  yield* bring(context, 'stopped')
  yield* bring(context, 'running')
}

/** True if the guest accepts a key after a while: it gets a key some time after its start. */
async function* letsIn(context: ProbeContext, login: Login, privateKey: Secret): Script<boolean> {
  for (const until = context.clock.now() + bootMs; context.clock.now() <= until; yield* context.sleep(pollMs)) {
    if ((yield* outcomeOf(context, login, privateKey)) === 'accepted') return true
  }
  return false
}

async function* outcomeOf(context: ProbeContext, login: Login, privateKey: Secret): Script<Awaited<ReturnType<Login>>> {
  yield* context.sleep(0)
  const outcome = await login(privateKey, context.signal)
  yield* context.sleep(0)
  return outcome
}
