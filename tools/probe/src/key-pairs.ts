import type { GeneratedKeyPairMaterial } from '@cloud-keypair/core'
import type { Listed, Named } from './vendor-api.js'
import { awaitInstance, bring, pollMs, readInstance, refusalIn } from './instance.js'
import type { ProbeContext } from './probe-context.js'
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

/** Returns the first or second key pair, created at its first use. */
export async function* shared(context: ProbeContext, role: 'first' | 'second'): Script<OwnKeyPair> {
  const known = context.keyPairs.get(role)
  if (known !== undefined) return known
  const made = yield* importNew(context, role)
  context.keyPairs.set(role, made)
  return made
}

/** Imports a new key pair, and waits until it is listed. */
export async function* importNew(context: ProbeContext, role: string): Script<OwnKeyPair> {
  const name = context.journal.newName(role)
  const material = await context.newMaterial()
  const reply = yield* context.call(context.vendorApi.importKeyPair(name, material.publicKey.line, context.newToken()))
  if (!reply.taken) return yield* halt(`a key pair cannot be imported: ${reply.code}`, 'question')
  for (const until = context.clock.now() + listedMs; context.clock.now() <= until; yield* context.sleep(pollMs)) {
    const [listed] = yield* listOf(context, name)
    if (listed !== undefined) return { ...listed, material }
  }
  return yield* halt('a new key pair is not listed', 'attempt')
}

/** Lists the key pairs of a name. */
export async function* listOf(context: ProbeContext, name: string): Script<readonly Listed[]> {
  const reply = yield* context.call(context.vendorApi.readKeyPair(name))
  if (!reply.taken) return yield* halt(`key pairs cannot be read: ${reply.code}`, 'question')
  const listed = context.vendorApi.keyPairs(reply.result)
  if (listed === undefined) return yield* halt('the list of key pairs is in another form', 'question')
  return listed.filter((keyPair) => keyPair.name === name)
}

/** Attaches a key pair to an instance without one, and waits until reads show it. */
export async function* attach(context: ProbeContext, keyPair: Named): Script<Reply> {
  yield* standStill(context)
  const reply = yield* context.call(context.vendorApi.attach(keyPair, [context.instanceId], context.newToken()))
  const refused = refusalIn(context, reply)
  if (refused !== undefined) return yield* halt(`a key pair cannot be attached: ${refused}`, 'attempt')
  const shown = yield* awaitInstance(context, ({ bound }) => bound === keyPair.name)
  return shown === undefined ? yield* halt('an attach does not show', 'attempt') : reply
}

/** Detaches whatever of the probe's is bound, and waits until that shows. What is not the probe's stays. */
export async function* vacate(context: ProbeContext): Script<void> {
  const { bound } = yield* readInstance(context)
  if (bound === '') return
  if (!context.journal.names().includes(bound))
    return yield* halt('a key pair is bound that is not the probe’s', 'question')
  yield* standStill(context)
  // If names repeat, one of several is bound; if the key pair was deleted, only its name is bound.
  for (const keyPair of [...(yield* listOf(context, bound)), { name: bound }]) {
    yield* context.call(context.vendorApi.detach(keyPair, [context.instanceId], context.newToken()))
    if (yield* showsNone(context, 30_000)) return
  }
  yield* pushOut(context)
  if (!(yield* showsNone(context, 90_000))) yield* halt(`${bound} cannot be detached`, 'question')
}

/** Puts another key pair in the place of one that can't be detached, and detaches that. */
async function* pushOut(context: ProbeContext): Script<void> {
  const other = yield* importNew(context, 'instead')
  yield* context.call(context.vendorApi.attach(other, [context.instanceId], context.newToken()))
  yield* awaitInstance(context, ({ bound }) => bound === other.name)
  yield* context.call(context.vendorApi.detach(other, [context.instanceId], context.newToken()))
}

async function* showsNone(context: ProbeContext, ms: number): Script<boolean> {
  return (yield* awaitInstance(context, ({ bound }) => bound === '', ms)) !== undefined
}

/** Brings the instance into a state in which key pairs can be attached and detached. */
export async function* standStill(context: ProbeContext): Script<void> {
  const { attachesTo } = context.vendorApi
  const seen = yield* readInstance(context)
  if (!attachesTo.includes(seen.power)) yield* bring(context, attachesTo.includes('running') ? 'running' : 'stopped')
}

/** Deletes a key pair, and says what the cloud said. */
export async function* remove(context: ProbeContext, keyPair: Named): Script<Reply> {
  const reply = yield* context.call(context.vendorApi.deleteKeyPair(keyPair, context.newToken()))
  if (refusalIn(context, reply) === undefined) context.journal.settle(keyPair.name, 'deleted')
  return reply
}
