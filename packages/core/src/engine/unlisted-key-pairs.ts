import type { KeyPairHandle } from '../contract/key-pair-driver.js'
import type { KeyPair } from '../contract/key-pair.js'
import { shownWithinMs } from './time-limits.js'

/** The key pairs that a service just made, and that no read has shown yet. */
export class UnlistedKeyPairs {
  readonly #until = new Map<string, number>()

  /** Adds a key pair that the cloud made now. */
  add(keyPair: KeyPair, now: number): void {
    for (const [reference, until] of this.#until) if (until <= now) this.#until.delete(reference)
    for (const reference of referencesTo(keyPair)) this.#until.set(reference, now + shownWithinMs)
  }

  /** True if the cloud may not list the key pair of this handle yet. */
  has(handle: KeyPairHandle, now: number): boolean {
    const until = this.#until.get(handle.by === 'id' ? idKey(handle.id) : nameKey(handle.name))
    return until !== undefined && now < until
  }

  /** Drops the key pairs that a read shows. */
  drop(listed: readonly KeyPair[]): void {
    if (this.#until.size === 0) return
    for (const keyPair of listed) for (const reference of referencesTo(keyPair)) this.#until.delete(reference)
  }
}

function referencesTo({ id, name }: KeyPair): readonly string[] {
  return id === undefined ? [nameKey(name)] : [nameKey(name), idKey(id)]
}

function idKey(id: string): string {
  return `id ${id}`
}

function nameKey(name: string): string {
  return `name ${name}`
}
