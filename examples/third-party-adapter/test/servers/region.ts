import type { SeedInstance } from '@cloud-keypair/core/testing'

/** A key pair as a cloud keeps it. */
export interface KeyPairRow {
  readonly id: string
  readonly name: string
  /** Type and base64. */
  readonly publicKey: string
  readonly description: string
  readonly tags: Readonly<Record<string, string>>
  readonly group: string
}

/** A key pair of a cloud without descriptions, groups and tags. */
export const bare = { description: '', tags: {}, group: '' } as const

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

/** The present and earlier content of one region, as reads may lag. */
export class Region {
  /** The lag of reads, in milliseconds. */
  readLagMs = 0
  readonly #now: () => number
  readonly #keyPairs = new Versions<KeyPairRow>()
  readonly #instances = new Versions<InstanceRow>()
  #made = 0

  constructor(now: () => number) {
    this.#now = now
  }

  nextId(prefix: string): string {
    this.#made += 1
    return `${prefix}-${this.#made}`
  }

  /** The present content. */
  get state(): State {
    return { keyPairs: this.#keyPairs.rows, instances: this.#instances.rows }
  }

  /** Returns the content that a read shows, with a delay of changes. */
  seen(delayMs = 0): State {
    const time = this.#now() - this.readLagMs - delayMs
    return { keyPairs: this.#keyPairs.asOf(time), instances: this.#instances.asOf(time) }
  }

  putKeyPairs(rows: readonly KeyPairRow[]): void {
    for (const row of rows) this.#keyPairs.change(row.id, row, this.#now())
  }

  dropKeyPairs(ids: readonly string[]): void {
    for (const id of ids) this.#keyPairs.change(id, undefined, this.#now())
  }

  putInstances(rows: readonly InstanceRow[]): void {
    for (const row of rows) this.#instances.change(row.id, row, this.#now())
  }

  /** Puts things there as if they had always been. */
  seed(keyPairs: readonly KeyPairRow[], instances: readonly InstanceRow[]): void {
    for (const row of keyPairs) this.#keyPairs.seed(row)
    for (const row of instances) this.#instances.seed(row)
  }
}

/** Rows as they are, and as they were. */
class Versions<Row extends { readonly id: string }> {
  readonly rows = new Map<string, Row>()
  /** Earlier values of a row with their end, the oldest first. */
  readonly #before = new Map<string, { readonly until: number; readonly row: Row | undefined }[]>()

  change(id: string, row: Row | undefined, time: number): void {
    const before = this.#before.get(id) ?? []
    this.#before.set(id, [...before, { until: time, row: this.rows.get(id) }])
    if (row === undefined) this.rows.delete(id)
    else this.rows.set(id, row)
  }

  seed(row: Row): void {
    this.#before.delete(row.id)
    this.rows.set(row.id, row)
  }

  asOf(time: number): ReadonlyMap<string, Row> {
    const then = new Map(this.rows)
    for (const [id, versions] of this.#before) {
      const version = versions.find(({ until }) => until > time)
      if (version?.row !== undefined) then.set(id, version.row)
      else if (version !== undefined) then.delete(id)
    }
    return then
  }
}
