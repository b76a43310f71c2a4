import { getEventListeners } from 'node:events'
import { BrokenPromise } from '@cloud-keypair/conformance'
import type { AnswerChecker, SecretScanner } from '@cloud-keypair/conformance/internals'
import type { KeyPairError, Result } from '@cloud-keypair/core'
import type { WorldSnapshot } from '@cloud-keypair/core/testing'
import { answeredIn, namedIn } from './answers.js'

// Each invariant is one function. It returns what is wrong, and an empty list if nothing is.

/** The rules that hold in every trial. */
export const invariants = {
  'answered once': 'every item is answered exactly once, in order',
  'false claim': 'Ok is the truth of the cloud, none means unchanged, and an outcome is honest',
  'key lost': 'a private key is saved or returned, or its key pair is gone or named in the error',
  'left stopped': 'an instance that ran runs again, or is named',
  'locked out': 'a running instance accepts its earlier key or the new one',
  'secret told': 'no output has a secret',
  'unhandled rejection': 'no rejection is left unhandled',
  'left open': 'no socket, timer or listener is left',
  growth: 'the heap does not grow with the number of operations',
  'not resumed': 'the next process finishes what a killed one began',
  'did not exit': 'a process exits when its work is done',
  'thrown or internal error': 'an operation neither throws nor reports an internal error',
} as const

/** See {@link invariants}. */
export type Invariant = keyof typeof invariants

export function isInvariant(text: string): text is Invariant {
  return text in invariants
}

type Answer = Result<unknown, KeyPairError>

/** Checks that every id has one item, in order, and that each item is in one view of the batch. */
export function answeredOnce(asked: readonly string[] | undefined, answer: Answer): readonly string[] {
  const answered = answeredIn(answer)
  if (answered === undefined) return []
  const { ids, views } = answered
  const wrong =
    asked !== undefined && ids.join() !== asked.join() ? [`asked ${asked.join()}, answered ${ids.join()}`] : []
  const twice = asked === undefined && new Set(ids).size < ids.length ? [`${ids.join()} has an item twice`] : []
  const torn = views.toSorted().join() === ids.toSorted().join() ? [] : [`items ${ids.join()}, views ${views.join()}`]
  return [...wrong, ...twice, ...torn]
}

/** Checks that the settled world is one that the answers allow. */
export async function noFalseClaim(checker: AnswerChecker): Promise<readonly string[]> {
  try {
    await checker.settle()
    return []
  } catch (thrown) {
    if (!(thrown instanceof BrokenPromise)) throw thrown
    return [thrown.message]
  }
}

/** Checks that somebody has the private key of each new key pair, or that the error names the key pair. */
export function noKeyLost(
  before: WorldSnapshot,
  after: WorldSnapshot,
  held: ReadonlySet<string>,
  answer: Answer | undefined,
): readonly string[] {
  const there = before.keyPairs.map(asText)
  const added = after.keyPairs.filter((keyPair) => !there.includes(asText(keyPair)))
  return added
    .filter(({ name, publicKey }) => !held.has(publicKey) && !(answer !== undefined && namedIn(answer, name)))
    .map(({ name }) => `nobody has the private key of ${name}, which no error names`)
}

/** Checks that every instance that ran before runs, or is named. */
export function nothingLeftStopped(
  before: WorldSnapshot,
  after: WorldSnapshot,
  named: readonly string[],
): readonly string[] {
  const ran = new Set(before.instances.filter(({ power }) => power === 'running').map(({ id }) => id))
  return after.instances
    .filter(({ id, power }) => ran.has(id) && power !== 'running' && !named.includes(id))
    .map(({ id, power }) => `${id} ran before, is ${power}, and nothing names it`)
}

/** Checks that every running instance that accepted keys accepts one of those keys, or the wanted one. */
export function nobodyLockedOut(before: WorldSnapshot, after: WorldSnapshot, wanted: string): readonly string[] {
  const names = new Set(after.keyPairs.map(({ name }) => name))
  // Worlds differ in how they show a deleted key pair.
  const shown = (name: string): string => (names.has(name) ? name : '(deleted)')
  const earlier = new Map(before.instances.map(({ id, authorized }) => [id, authorized.map(shown)]))
  return after.instances.flatMap(({ id, power, authorized }) => {
    const accepted = earlier.get(id) ?? []
    if (power !== 'running' || accepted.length === 0) return []
    const isLetIn = authorized.map(shown).some((name) => name === wanted || accepted.includes(name))
    return isLetIn ? [] : [`${id} accepted ${accepted.join()}, and accepts ${authorized.join()}`]
  })
}

/** Checks that no answer, error, event or output has a secret. */
export function noSecretTold(scanner: SecretScanner, canaries: readonly string[]): readonly string[] {
  const leak = scanner.leak(canaries)
  return leak === undefined ? [] : [`a secret is in ${leak}`]
}

/** Checks that the output of a process has no secret. */
export function noSecretPrinted(output: string, canaries: readonly string[]): readonly string[] {
  return canaries.some((canary) => output.includes(canary)) ? ['a secret is in what the process printed'] : []
}

/** Checks that no rejection was left unhandled. */
export function noUnhandledRejection(reasons: readonly unknown[]): readonly string[] {
  return reasons.map((reason) => `unhandled: ${String(reason)}`)
}

/** Checks that there are no more sockets, timers and listeners than before. */
export function nothingLeftOpen(
  before: Readonly<Record<string, number>>,
  after: Readonly<Record<string, number>>,
): readonly string[] {
  return Object.entries(after)
    .filter(([what, count]) => count > (before[what] ?? 0))
    .map(([what, count]) => `${count} of ${what}, before it was ${before[what] ?? 0}`)
}

/** Checks that nobody listens to the signal of an operation that ended. */
export function nobodyListens(signal: AbortSignal): readonly string[] {
  const count = getEventListeners(signal, 'abort').length
  return count === 0 ? [] : [`${count} listeners are on the signal of an operation that ended`]
}

/** Checks that the heap did not grow between two times at which nothing ran, beyond the noise. */
export function noGrowth(samples: readonly number[]): readonly string[] {
  const third = Math.floor(samples.length / 3)
  if (third < 1) return []
  const middle = median(samples.slice(third, 2 * third))
  const last = median(samples.slice(2 * third))
  const most = Math.max(4, middle / 10)
  return last - middle > most ? [`the heap grew from ${middle.toFixed(1)} to ${last.toFixed(1)} MB`] : []
}

/** Checks that the process ended by itself, and with success. */
export function exited(code: number | null, signal: string | null, output: string): readonly string[] {
  const last = output.slice(-1_000)
  if (signal !== null) return [`the process did not end by itself, and was ended by ${signal}\n${last}`]
  return code === 0 ? [] : [`the process ended with ${String(code)}\n${last}`]
}

/** Checks that the answer is no internal error. */
export function noInternalError(answer: Answer): readonly string[] {
  if (answer.isOk() || !answer.error.message.includes('internal error')) return []
  return [answer.error.message]
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0
}

function asText({ name, publicKey }: WorldSnapshot['keyPairs'][number]): string {
  return `${name} ${publicKey}`
}
