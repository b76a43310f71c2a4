import {
  type Checkpoint,
  type KeyPairError,
  type KeyPairReference,
  type Result,
  ResultAsync,
  type ResultIterable,
} from '@cloud-keypair/core'
import type { World } from '@cloud-keypair/core/testing'
import type { Effect } from './effects.js'
import type { WorldFacts } from './harness.js'
import { overriding } from './overriding.js'
import { PossibleWorld } from './expected-world.js'
import { BrokenPromise } from './promises.js'
import type { SecretScanner } from './secret-scanner.js'

/** The results that an answer may leave open in worlds that are worse than those of the cases. */
export interface Allowances {
  /** True while an instance that is named as left stopped may run: its operation ended before the operation saw it again. */
  readonly leftStoppedMayRun?: () => boolean
  /** True if an instance of unknown outcome may have no key pair: the cloud wants a detach before an attach. */
  readonly unknownMayBeDetached?: boolean
}

/**
 * Stands between a case and what it works with, and holds every call to its word: whatever the world comes to, some
 * answer has declared it. It looks whenever the world comes to rest, and at the end of each case.
 */
export class AnswerChecker {
  readonly #world: World
  readonly #scanner: SecretScanner
  readonly #possible: PossibleWorld
  readonly #allowed: Allowances
  readonly #names = new Map<string, string>()
  #underWay = 0
  #begun = 0

  constructor(world: World, { keepsDetached = false }: WorldFacts, scanner: SecretScanner, allowed: Allowances = {}) {
    this.#world = world
    this.#allowed = allowed
    this.#possible = new PossibleWorld(keepsDetached)
    this.#scanner = scanner
  }

  /** Returns a world whose changes by the case itself are recorded as expected. */
  world(): World {
    const world = this.#world
    return overriding(world, {
      seedKeyPairs: async (keyPairs) => {
        await world.seedKeyPairs(keyPairs)
        this.#possible.adoptKeyPairs(await world.snapshot(), new Set(keyPairs.map(({ name }) => name)))
      },
      seedInstances: async (instances) => {
        await world.seedInstances(instances)
        this.#possible.adoptInstances(await world.snapshot(), new Set(instances.map(({ id }) => id)))
      },
      restart: async (instanceId) => {
        await world.restart(instanceId)
        this.#possible.adoptGuest(await world.snapshot(), instanceId)
      },
      settle: () => this.settle(),
    })
  }

  /** Lets the world come to rest, and compares it with what was declared. */
  async settle(): Promise<void> {
    await this.#world.settle()
    if (this.#underWay > 0) return
    const snapshot = await this.#world.snapshot()
    const [difference] = this.#possible.differences(snapshot)
    if (difference !== undefined) throw new BrokenPromise(difference.promise, difference.message)
    this.#possible.adopt(snapshot)
  }

  /** Keeps an answer, and takes it at its word. */
  after<T, E extends KeyPairError>(
    answer: ResultAsync<T, E>,
    declared: (result: Result<T, E>) => readonly Effect[],
  ): ResultAsync<T, E> {
    this.#underWay += 1
    const begun = (this.#begun += 1)
    const beganAlone = this.#underWay === 1
    const noted = async (): Promise<Result<T, E>> => {
      const result = await answer
      this.#underWay -= 1
      this.keep(result)
      const alone = beganAlone && this.#begun === begun
      for (const effect of declared(result)) this.#declare(effect, alone)
      return result
    }
    return new ResultAsync(noted())
  }

  /** A list as it is, each of its items kept. */
  async *each<T>(list: ResultIterable<T>): ResultIterable<T> {
    for await (const result of list) {
      this.keep(result)
      yield result
    }
  }

  /** Takes what a call to the driver may have done. */
  may(effects: readonly Effect[]): void {
    for (const effect of effects) this.#possible.apply(effect, true)
  }

  /** Keeps what an answer says, to be searched for secrets, and the names that go with ids. */
  keep(result: Result<unknown, KeyPairError>): void {
    if (result.isOk()) {
      this.#scanner.keep('an answer', result.value)
      return this.#learn(result.value)
    }
    const { error } = result
    if (error.code !== 'incomplete') return this.#scanner.keep('an error', error)
    this.#scanner.keep('a batch', error.details.batch)
    this.#scanner.keep('an error', [error.message, error.stack, error.hint, error.cause])
  }

  /** Keeps a checkpoint, to be searched for secrets. */
  keepCheckpoint(checkpoint: Checkpoint): void {
    this.#scanner.keep('a checkpoint', checkpoint)
  }

  /** The name of a key pair that is given by its name, or by an id that some answer told. */
  nameOf = (keyPair: KeyPairReference): string | undefined => keyPair.name ?? this.#names.get(keyPair.id ?? '')

  /** True if there is an instance of that id. */
  isInstance = (id: string): boolean => this.#possible.isInstance(id)

  #declare(effect: Effect, alone: boolean): void {
    const { leftStoppedMayRun = () => false, unknownMayBeDetached = false } = this.#allowed
    if (effect.kind === 'leaves' && leftStoppedMayRun()) return
    this.#possible.apply(effect, alone)
    if (effect.kind === 'binds' && !effect.certain && unknownMayBeDetached) {
      this.#possible.apply({ ...effect, to: null }, alone)
    }
  }

  #learn(value: unknown): void {
    if (typeof value !== 'object' || value === null) return
    const id: unknown = Reflect.get(value, 'id')
    const name: unknown = Reflect.get(value, 'name')
    if (typeof id === 'string' && typeof name === 'string') this.#names.set(id, name)
  }
}
