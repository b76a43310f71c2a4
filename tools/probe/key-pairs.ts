import type { GeneratedKeyPairMaterial } from '@cloud-keypair/core'
import type { Listed, Named } from './dialect.js'
import { awaitInstance, bring, pollMs, readInstance, refusalIn } from './instance.js'
import type { Lab } from './lab.js'
import { halt, type Script } from './script.js'
import type { Reply } from './wire.js'

/** A key pair that the probe made. */
export interface OwnKeyPair extends Listed {
  readonly material: GeneratedKeyPairMaterial
}

/** The key pairs that many questions use. */
export type KeyPairs = Map<'first' | 'second', OwnKeyPair>

/** The longest time until a new key pair is listed, in milliseconds. */
const listedMs = 60_000

/** The first or second key pair: made when it is first needed. */
export async function* shared(lab: Lab, role: 'first' | 'second'): Script<OwnKeyPair> {
  const known = lab.keyPairs.get(role)
  if (known !== undefined) return known
  const made = yield* importNew(lab, role)
  lab.keyPairs.set(role, made)
  return made
}

/** Imports a key pair of its own, and waits until it is listed. */
export async function* importNew(lab: Lab, role: string): Script<OwnKeyPair> {
  const name = lab.journal.newName(role)
  const material = await lab.newMaterial()
  const reply = yield* lab.call(lab.dialect.importKeyPair(name, material.publicKey.line, lab.newToken()))
  if (!reply.taken) return yield* halt(`a key pair cannot be imported: ${reply.code}`, 'question')
  for (const until = lab.clock.now() + listedMs; lab.clock.now() <= until; yield* lab.sleep(pollMs)) {
    const [listed] = yield* listOf(lab, name)
    if (listed !== undefined) return { ...listed, material }
  }
  return yield* halt('a new key pair is not listed', 'attempt')
}

/** The key pairs of a name. */
export async function* listOf(lab: Lab, name: string): Script<readonly Listed[]> {
  const reply = yield* lab.call(lab.dialect.readKeyPair(name))
  if (!reply.taken) return yield* halt(`key pairs cannot be read: ${reply.code}`, 'question')
  const listed = lab.dialect.keyPairs(reply.result)
  if (listed === undefined) return yield* halt('the list of key pairs is in another form', 'question')
  return listed.filter((keyPair) => keyPair.name === name)
}

/** Attaches a key pair where none is bound, and waits until that shows. */
export async function* attach(lab: Lab, keyPair: Named): Script<Reply> {
  yield* standStill(lab)
  const reply = yield* lab.call(lab.dialect.attach(keyPair, [lab.instanceId], lab.newToken()))
  const refused = refusalIn(lab, reply)
  if (refused !== undefined) return yield* halt(`a key pair cannot be attached: ${refused}`, 'attempt')
  const shown = yield* awaitInstance(lab, ({ bound }) => bound === keyPair.name)
  return shown === undefined ? yield* halt('an attach does not show', 'attempt') : reply
}

/** Detaches whatever of the probe's is bound, and waits until that shows. What is not the probe's stays. */
export async function* vacate(lab: Lab): Script<void> {
  const { bound } = yield* readInstance(lab)
  if (bound === '') return
  if (!lab.journal.names().includes(bound))
    return yield* halt('a key pair is bound that is not the probe’s', 'question')
  yield* standStill(lab)
  // Where names may repeat, one of several has the instance; where the key pair is gone, nothing but its name has it.
  for (const keyPair of [...(yield* listOf(lab, bound)), { name: bound }]) {
    yield* lab.call(lab.dialect.detach(keyPair, [lab.instanceId], lab.newToken()))
    if (yield* showsNone(lab, 30_000)) return
  }
  yield* pushOut(lab)
  if (!(yield* showsNone(lab, 90_000))) yield* halt(`${bound} cannot be detached`, 'question')
}

/** Puts another key pair in the place of one that can't be detached, and detaches that. */
async function* pushOut(lab: Lab): Script<void> {
  const other = yield* importNew(lab, 'instead')
  yield* lab.call(lab.dialect.attach(other, [lab.instanceId], lab.newToken()))
  yield* awaitInstance(lab, ({ bound }) => bound === other.name)
  yield* lab.call(lab.dialect.detach(other, [lab.instanceId], lab.newToken()))
}

async function* showsNone(lab: Lab, ms: number): Script<boolean> {
  return (yield* awaitInstance(lab, ({ bound }) => bound === '', ms)) !== undefined
}

/** Brings the instance into a state in which key pairs can be attached and detached. */
export async function* standStill(lab: Lab): Script<void> {
  const { attachesTo } = lab.dialect
  const seen = yield* readInstance(lab)
  if (!attachesTo.includes(seen.power)) yield* bring(lab, attachesTo.includes('running') ? 'running' : 'stopped')
}

/** Deletes a key pair, and says what the cloud said. */
export async function* remove(lab: Lab, keyPair: Named): Script<Reply> {
  const reply = yield* lab.call(lab.dialect.deleteKeyPair(keyPair, lab.newToken()))
  if (refusalIn(lab, reply) === undefined) lab.journal.settle(keyPair.name, 'deleted')
  return reply
}
