import type { KeyPairErrorCode } from '@cloud-keypair/core'

/** The instances that a simulated cloud has. */
export interface Fleet {
  readonly instanceIds: readonly string[]
  /** The instances that an attach has to refuse, and the reasons. */
  readonly refusals: ReadonlyMap<string, KeyPairErrorCode>
  /** The seed of the simulator, as JSON. */
  readonly seed: unknown
}

/** An instance as its simulator is told of it, without an id. */
type Instance = Readonly<Record<string, string | boolean>>

/** An instance that cannot take a key pair, and why. */
interface Refused {
  /** Its number among the 250, from 1. */
  readonly at: number
  readonly code: KeyPairErrorCode
  /** Absent if there is no such instance. */
  readonly instance?: Instance
}

const size = 250

/** Makes a fleet of 250. The usual instances take turns. */
export function fleetOf(usual: readonly Instance[], refused: readonly Refused[]): Fleet {
  const instanceIds = Array.from({ length: size }, (_, index) => idAt(index + 1))
  const odd = new Map(refused.map((one) => [idAt(one.at), one]))
  const instances = instanceIds.flatMap((id, index) => {
    const one = odd.get(id)
    const instance = one === undefined ? usual[index % usual.length] : one.instance
    return instance === undefined ? [] : [{ id, ...instance }]
  })
  return { instanceIds, refusals: new Map([...odd].map(([id, { code }]) => [id, code])), seed: { instances } }
}

function idAt(number: number): string {
  return `i-demo${String(number).padStart(3, '0')}`
}
