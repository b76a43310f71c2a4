import type { SeedInstance } from '@cloud-keypair/conformance'

/** A key pair as a cloud keeps it. */
export interface KeyPairRow {
  readonly id: string
  readonly name: string
  /** Type and base64. */
  readonly publicKey: string
  readonly tags: Readonly<Record<string, string>>
}

/** An instance as a cloud keeps it. */
export interface InstanceRow {
  readonly id: string
  readonly power: NonNullable<SeedInstance['power']>
  readonly kind: NonNullable<SeedInstance['kind']>
  /** The id of the key pair that the cloud says it has. */
  readonly bound: string | undefined
  /** The id of the key pair that its guest accepts. */
  readonly authorized: string | undefined
}

/** All that there is, by id. */
export interface State {
  readonly keyPairs: ReadonlyMap<string, KeyPairRow>
  readonly instances: ReadonlyMap<string, InstanceRow>
}

const longestLagMs = 10 * 60_000

/** What a cloud has in one region, and what it had, as reads may lag. */
export class Region {
  /** How long ago the world was as reads show it. */
  readLagMs = 0
  readonly #now: () => number
  #past: readonly (State & { readonly since: number })[] = [
    { since: -Infinity, keyPairs: new Map(), instances: new Map() },
  ]
  #made = 0

  constructor(now: () => number) {
    this.#now = now
  }

  nextId(prefix: string): string {
    this.#made += 1
    return `${prefix}-${this.#made}`
  }

  /** What there is. */
  get state(): State {
    return this.#asOf(Infinity)
  }

  /** What a read shows. */
  seen(delayMs = 0): State {
    return this.#asOf(this.#now() - this.readLagMs - delayMs)
  }

  putKeyPairs(rows: readonly KeyPairRow[]): void {
    this.#change({ keyPairs: put(this.state.keyPairs, rows) })
  }

  dropKeyPairs(ids: readonly string[]): void {
    this.#change({ keyPairs: new Map([...this.state.keyPairs].filter(([id]) => !ids.includes(id))) })
  }

  putInstances(rows: readonly InstanceRow[]): void {
    this.#change({ instances: put(this.state.instances, rows) })
  }

  /** Puts things there as if they had always been. */
  seed(keyPairs: readonly KeyPairRow[], instances: readonly InstanceRow[]): void {
    this.#past = this.#past.map((state) => ({
      since: state.since,
      keyPairs: put(state.keyPairs, keyPairs),
      instances: put(state.instances, instances),
    }))
  }

  #asOf(time: number): State & { readonly since: number } {
    const found = this.#past.findLast(({ since }) => since <= time)
    if (found === undefined) throw new Error('The past has no beginning')
    return found
  }

  #change(change: Partial<State>): void {
    const since = this.#now()
    const oldest = this.#asOf(since - longestLagMs)
    const kept = this.#past.filter((state) => state.since > oldest.since)
    this.#past = [{ ...oldest, since: -Infinity }, ...kept, { ...this.state, ...change, since }]
  }
}

function put<Row extends { readonly id: string }>(
  rows: ReadonlyMap<string, Row>,
  added: readonly Row[],
): ReadonlyMap<string, Row> {
  return new Map([...rows, ...added.map((row) => [row.id, row] as const)])
}
