import type { Secret } from '@cloud-keypair/core'
import { is, notAsked, other, type Answer } from './answer.js'
import { bring, pollMs } from './instance.js'
import { attach, shared, vacate } from './key-pairs.js'
import type { Lab } from './lab.js'
import type { Login } from './login.js'
import type { Question } from './question.js'
import type { Script } from './script.js'

/** The longest time until a guest lets somebody in after its start, in milliseconds. */
const bootMs = 5 * 60_000

/**
 * Whether a second change of key before the restart loses the first: the first key pair is bound and authorized; then
 * it is detached and the second attached, and the guest restarted once.
 */
export const secondChange: Question<'wins' | 'first-lost'> = {
  what: 'attaches, restarts, detaches, attaches another, restarts, and logs in with either key',
  async *ask(lab) {
    const { login } = lab
    if (login === undefined) return notAsked('needs --login')
    const [first, second] = [yield* shared(lab, 'first'), yield* shared(lab, 'second')]
    yield* attach(lab, first)
    yield* restart(lab)
    if (!(yield* letsIn(lab, login, first.material.privateKey))) {
      return notAsked('the guest does not let in who has the first key pair')
    }
    yield* vacate(lab)
    const reply = yield* attach(lab, second)
    yield* restart(lab)
    const secondIn = yield* letsIn(lab, login, second.material.privateKey)
    const firstIn = (yield* outcomeOf(lab, login, first.material.privateKey)) === 'accepted'
    const answer = answerOf(firstIn, secondIn, reply)
    yield* forget(lab, firstIn)
    return answer
  },
}

function answerOf(firstIn: boolean, secondIn: boolean, reply: Parameters<typeof is>[1]): Answer<'wins' | 'first-lost'> {
  const evidence = reply === undefined ? [] : [reply]
  if (secondIn) return is(firstIn ? 'first-lost' : 'wins', ...evidence)
  return other(firstIn ? 'the guest keeps the first key pair alone' : 'the guest accepts neither key pair', ...evidence)
}

/** Leaves none of the keys in the guest. */
async function* forget(lab: Lab, firstIn: boolean): Script<void> {
  yield* vacate(lab)
  yield* restart(lab)
  if (!firstIn) return
  yield* attach(lab, yield* shared(lab, 'first'))
  yield* restart(lab)
  yield* vacate(lab)
  yield* restart(lab)
}

async function* restart(lab: Lab): Script<void> {
  yield* bring(lab, 'stopped')
  yield* bring(lab, 'running')
}

/** Whether the guest accepts a key, at last: it takes up a key some time after its start. */
async function* letsIn(lab: Lab, login: Login, privateKey: Secret): Script<boolean> {
  for (const until = lab.clock.now() + bootMs; lab.clock.now() <= until; yield* lab.sleep(pollMs)) {
    if ((yield* outcomeOf(lab, login, privateKey)) === 'accepted') return true
  }
  return false
}

async function* outcomeOf(lab: Lab, login: Login, privateKey: Secret): Script<Awaited<ReturnType<Login>>> {
  yield* lab.sleep(0)
  const outcome = await login(privateKey, lab.signal)
  yield* lab.sleep(0)
  return outcome
}
