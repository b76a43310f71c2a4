import type { WorldSnapshot } from '@cloud-keypair/core/testing'
import { changed, distinct, type Effect, type KnownKeyPair, sameList } from './effects.js'
import type { PromiseNumber } from './promises.js'

type SeenKeyPair = WorldSnapshot['keyPairs'][number]
type SeenInstance = WorldSnapshot['instances'][number]

/** A difference between the world and every state that the answers of the calls allow. */
export interface Difference {
  readonly promise: PromiseNumber
  readonly message: string
}

interface PossibleInstance {
  readonly seen: SeenInstance
  readonly bound: ReadonlySet<string | null>
  /** The key pairs that calls without an answer may still bind. */
  readonly pending: ReadonlySet<string | null>
  /** The keys that its guest accepts: those of before, what is bound now, or one of them. */
  readonly guest: 'as-before' | 'as-bound' | 'either'
  /** Its power state. Undefined if any state is possible. */
  readonly power: string | undefined
}

/**
 * The reference model: every state that the world may have after its seeds and the answers of all calls. It knows
 * nothing of clouds. A call changes only what its answer says; any other change is damage.
 */
export class PossibleWorld {
  /** The possible lists of key pairs, by name. */
  readonly #keyPairs = new Map<string, readonly (readonly KnownKeyPair[])[]>()
  readonly #instances = new Map<string, PossibleInstance>()
  readonly #touched = new Set<string>()
  readonly #removed = new Set<string>()
  readonly #contradictions: Difference[] = []
  readonly #keepsDetached: boolean

  /** Creates a world. With `keepsDetached`, a guest may accept detached keys after a restart too. */
  constructor(keepsDetached = false) {
    this.#keepsDetached = keepsDetached
  }

  /** Records the key pairs of these names as they are. */
  adoptKeyPairs({ keyPairs }: WorldSnapshot, names: Iterable<string>): void {
    const there = byName(keyPairs)
    for (const name of names) {
      this.#keyPairs.set(name, [there.get(name) ?? []])
      this.#touched.delete(name)
    }
  }

  /** Records these instances as they are. */
  adoptInstances({ instances }: WorldSnapshot, ids: ReadonlySet<string>): void {
    for (const seen of instances) {
      if (!ids.has(seen.id)) continue
      this.#instances.set(seen.id, known(seen))
      this.#touched.delete(seen.id)
    }
  }

  /** Takes what the guest of an instance accepts, and whether it runs, as it is. */
  adoptGuest({ instances }: WorldSnapshot, id: string): void {
    const seen = instances.find((instance) => instance.id === id)
    const before = this.#instances.get(id)
    if (seen !== undefined && before !== undefined)
      this.#instances.set(id, { ...known(seen), bound: before.bound, pending: before.pending })
  }

  /** Takes the whole world as it is. */
  adopt(snapshot: WorldSnapshot): void {
    const names = new Set([...this.#keyPairs.keys(), ...snapshot.keyPairs.map(({ name }) => name)])
    this.adoptKeyPairs(snapshot, names)
    this.adoptInstances(snapshot, new Set(snapshot.instances.map(({ id }) => id)))
  }

  /** Records the effects of a call. `alone` is false if another call was open, which may have had the same effect. */
  apply(effect: Effect, alone: boolean): void {
    if (effect.kind === 'binds') return this.#bind(effect)
    if (effect.kind === 'restarts' || effect.kind === 'leaves') return this.#power(effect)
    if (effect.kind === 'releases') return this.#release(effect.name)
    if (effect.kind === 'moves') return this.#move(effect)
    const { name, certain } = effect
    this.#touched.add(name)
    if (effect.kind === 'removes') this.#removed.add(name)
    const before = this.#keyPairs.get(name) ?? [[]]
    const after = distinct(before.flatMap((list) => changed(list, effect)))
    if (certain && after.length === 0) {
      if (effect.kind === 'removes' && !alone) return
      this.#contradictions.push({
        promise: 4,
        message: `a call said that it ${effect.kind} ${name}, which is not there`,
      })
      return
    }
    this.#keyPairs.set(name, certain ? after : distinct([...before, ...after]))
  }

  #release(name: string): void {
    for (const [instanceId, { bound }] of this.#instances) {
      if (bound.has(name)) this.#bind({ kind: 'binds', instanceId, to: null, certain: false })
    }
  }

  #move({ name, to }: Extract<Effect, { kind: 'moves' }>): void {
    for (const [instanceId, { bound }] of this.#instances) {
      if (!bound.has(name)) continue
      this.#bind({ kind: 'binds', instanceId, to, certain: false })
      this.#power({ kind: 'restarts', instanceId, certain: false })
    }
  }

  #bind({ instanceId, to, certain }: Extract<Effect, { kind: 'binds' }>): void {
    const instance = this.#instances.get(instanceId)
    this.#touched.add(instanceId)
    if (instance === undefined) {
      if (certain)
        this.#contradictions.push({
          promise: 4,
          message: `a call said that it changed ${instanceId}, which is not there`,
        })
      return
    }
    const pending = certain ? instance.pending : new Set([...instance.pending, to])
    const bound = new Set([...(certain ? [to] : instance.bound), ...pending])
    this.#instances.set(instanceId, { ...instance, bound, pending })
  }

  #power(effect: Extract<Effect, { kind: 'restarts' | 'leaves' }>): void {
    const instance = this.#instances.get(effect.instanceId)
    if (instance === undefined) return
    this.#touched.add(effect.instanceId)
    const { instanceId } = effect
    if (effect.kind === 'leaves') this.#instances.set(instanceId, { ...instance, power: effect.power })
    else if (effect.certain) this.#instances.set(instanceId, { ...instance, guest: 'as-bound', power: 'running' })
    else this.#instances.set(instanceId, { ...instance, guest: 'either', power: undefined })
  }

  isInstance(id: string): boolean {
    return this.#instances.has(id)
  }

  /** Returns the differences between a world and every possible one. */
  differences(snapshot: WorldSnapshot): readonly Difference[] {
    const found = [...this.#contradictions]
    const keyPairs = byName(snapshot.keyPairs)
    for (const name of new Set([...this.#keyPairs.keys(), ...keyPairs.keys()])) {
      const there = keyPairs.get(name) ?? []
      const possible = this.#keyPairs.get(name) ?? [[]]
      if (possible.some((list) => sameList(list, there))) continue
      found.push(this.#differs(name, `key pairs named ${name}`, there, possible))
    }
    const seen = new Map(snapshot.instances.map((instance) => [instance.id, instance]))
    const names = new Set(keyPairs.keys())
    for (const [id, instance] of this.#instances)
      found.push(...this.#instanceDifferences(names, instance, seen.get(id)))
    for (const id of seen.keys()) {
      if (!this.#instances.has(id)) found.push({ promise: 10, message: `an instance ${id} came out of nowhere` })
    }
    return found
  }

  #instanceDifferences(
    names: ReadonlySet<string>,
    { seen: before, bound, guest, power }: PossibleInstance,
    after: SeenInstance | undefined,
  ): readonly Difference[] {
    const { id } = before
    if (after === undefined) return [{ promise: 10, message: `the instance ${id} is gone` }]
    const found: Difference[] = []
    if (!bound.has(after.bound)) found.push(this.#differs(id, `the key pair bound to ${id}`, after.bound, [...bound]))
    if (power !== undefined && after.power !== power) {
      found.push({ promise: 7, message: `${id} is ${after.power}, and by what the calls said it is ${power}` })
    }
    const mayKeep = this.#keepsDetached && guest !== 'as-before'
    const keys = after.authorized.filter((key) => key === after.bound || !mayKeep)
    const accepted = this.#named(names, keys).join()
    const possible = [
      ...(guest === 'as-bound' ? [] : [before.authorized]),
      ...(guest === 'as-before' ? [] : [after.bound?.split('\n') ?? []]),
    ]
    const whole = this.#named(names, after.authorized).join()
    if (!possible.some((one) => [accepted, whole].includes(this.#named(names, one).join()))) {
      const message = `the guest of ${id} accepts ${text(after.authorized)}; by what the calls said it may be ${possible.map(text).join(' or ')}`
      found.push({ promise: 7, message })
    }
    return found
  }

  /** Replaces the names of deleted key pairs: a world may show another text for them. */
  #named(names: ReadonlySet<string>, authorized: readonly string[]): readonly string[] {
    const gone = (name: string): boolean => this.#removed.has(name) || !names.has(name)
    return authorized.map((name) => (gone(name) ? '(deleted)' : name)).toSorted()
  }

  #differs(what: string, title: string, there: unknown, possible: readonly unknown[]): Difference {
    const message = `${title}: there is ${text(there)}; by what the calls said it may be ${possible.map(text).join(' or ')}`
    return { promise: this.#touched.has(what) ? 4 : 10, message }
  }
}

function known(seen: SeenInstance): PossibleInstance {
  return { seen, bound: new Set([seen.bound]), pending: new Set(), guest: 'as-before', power: seen.power }
}

function byName(keyPairs: readonly SeenKeyPair[]): ReadonlyMap<string, readonly SeenKeyPair[]> {
  const lists = new Map<string, SeenKeyPair[]>()
  for (const keyPair of keyPairs) {
    const list = lists.get(keyPair.name)
    if (list === undefined) lists.set(keyPair.name, [keyPair])
    else list.push(keyPair)
  }
  return lists
}

function text(value: unknown): string {
  const json = JSON.stringify(value) ?? 'nothing'
  return json.length > 300 ? `${json.slice(0, 300)}…` : json
}
