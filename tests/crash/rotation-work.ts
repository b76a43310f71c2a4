import { publicKeyOf, type SavePrivateKey, type Secret } from '@cloud-keypair/core'
import type { WorldSnapshot } from '@cloud-keypair/core/testing'
import { referenceTo } from './test-cloud.js'
import type { Scenario } from './scenario.js'
import type { Violation } from './counts.js'
import { lockedOut, type MakeWork, type Run } from './work.js'

/** Rotates `old` to `next`, whose key is generated and kept in a vault, or given. */
export const rotationWork: MakeWork = async (scenario, cloud) => {
  const { options, harness } = cloud
  const { keepsDetached = false } = harness.facts
  const replaced = await referenceTo(cloud, 'old')
  const vault: Secret[] = []
  const known = new Set<string>()
  const given = scenario.isGiven
    ? (await options.testing?.generateKeyPair?.({ bits: 2048 }))?.publicKey.line
    : undefined
  if (given !== undefined) known.add(given)
  const keep = async (key: Secret): Promise<void> => {
    vault.push(key)
    known.add(publicKeyOf(key)._unsafeUnwrap().line)
  }
  const load = async (): Promise<Secret | undefined> => vault.at(-1)
  const source = ({ killable }: Run): { readonly publicKey: string } | { readonly save: SavePrivateKey } =>
    given === undefined ? { save: Object.assign(killable?.does(keep) ?? keep, { load }) } : { publicKey: given }
  return {
    makes: 'next',
    run: async (run) => {
      const { service, checkpoints, killable } = run
      const check = killable?.looks(async (id: string): Promise<void> => {
        if (id === scenario.rejects) throw new Error('no login')
      })
      const { maxUnavailable } = scenario
      return service.rotate(replaced, { name: 'next', ...source(run), maxUnavailable, check, ...checkpoints })
    },
    harmsIn: async (snapshot) => [
      ...lockedOut(snapshot, scenario, 'next').map((id): Violation => ({ harm: 'locked out', message: id })),
      ...newKeyPairHarms(snapshot, 'next', known),
    ],
    missingIn: (snapshot) => notRotated(snapshot, scenario, keepsDetached),
    [Symbol.asyncDispose]: async () => {},
  }
}

/** Returns the harm of a new key pair: there are two, or nobody has its private key. */
export function newKeyPairHarms(
  { keyPairs }: WorldSnapshot,
  wanted: string,
  known: ReadonlySet<string>,
): readonly Violation[] {
  const there = keyPairs.filter(({ name }) => name === wanted)
  const lost = there.filter(({ publicKey }) => !known.has(publicKey))
  return [
    ...lost.map(({ name }): Violation => ({ harm: 'lost', message: `nobody has the private key of ${name}` })),
    ...there.slice(1).map(({ name }): Violation => ({ harm: 'duplicate', message: `two key pairs are named ${name}` })),
  ]
}

function notRotated(
  { instances, keyPairs }: WorldSnapshot,
  scenario: Scenario,
  keepsDetached: boolean,
): readonly string[] {
  const wrong = scenario.instances.flatMap(({ id, power, keyPair: had }) => {
    const wanted = had === 'old' ? 'next' : (had ?? null)
    const there = instances.find((one) => one.id === id)
    if (there?.power !== power || there?.bound !== wanted) return [JSON.stringify(there)]
    const { authorized } = there
    const isLetIn = wanted === null || authorized.includes(wanted)
    const isOnlyThat = keepsDetached || authorized.every((name) => name === wanted)
    return power === 'running' && !(isLetIn && isOnlyThat) ? [JSON.stringify(there)] : []
  })
  const isNeeded = scenario.instances.some(({ power, keyPair }) => power === 'stopped' && keyPair === 'old')
  const isThere = keyPairs.some(({ name }) => name === 'old')
  return isNeeded === isThere ? wrong : [...wrong, `the replaced key pair is ${isThere ? 'there still' : 'gone'}`]
}
