import type { InstanceRecord } from '../contract/key-pair-driver.js'
import type { Failure } from '../errors/failures.js'
import type { Operation } from '../engine/operation.js'
import { readPages } from '../engine/pages.js'
import { freshForMs } from '../engine/time-limits.js'
import { boundKeyPairs } from '../lookup/instance-record.js'
import { findUsers, matchedBy, maxNamedUsers, type Users } from '../lookup/find-instances.js'
import { err, ok, type Result } from '../result.js'
import type { FoundKeyPair } from './delete-lookup.js'
import type { InUsePolicy } from './in-use.js'

type Seen = ReadonlyMap<string, readonly string[]>

/**
 * Watches over key pairs in use if only our check protects them: reads the instances of all key pairs in one look, and lets
 * no delete be sent long after it.
 */
export class UseGuard {
  readonly #operation: Operation
  readonly #targets: ReadonlyMap<string, FoundKeyPair>
  readonly #max: number
  #users: Seen = new Map()
  #lookedAt = -Infinity
  #looking: Promise<Result<null, Failure>> | undefined

  constructor(operation: Operation, targets: ReadonlyMap<string, FoundKeyPair>, policy: InUsePolicy) {
    this.#operation = operation
    this.#targets = targets
    this.#max = policy.kind === 'detach' ? Infinity : maxNamedUsers
  }

  /** Returns the instances that had the key pair at the last look, without those that it was detached from since. */
  usersOf(key: string, detachedFrom: ReadonlySet<string> = new Set()): Users {
    const users = (this.#users.get(key) ?? []).filter((id) => !detachedFrom.has(id))
    return { instanceIds: users.slice(0, this.#max), more: users.length > this.#max }
  }

  isFresh(): boolean {
    return this.#operation.context.clock.now() - this.#lookedAt <= freshForMs
  }

  /** Looks again. Callers at the same time share one look. */
  look(): Promise<Result<null, Failure>> {
    this.#looking ??= this.#look().finally(() => {
      this.#looking = undefined
    })
    return this.#looking
  }

  async #look(): Promise<Result<null, Failure>> {
    const [only, second] = this.#targets
    const isOne = only !== undefined && second === undefined
    const users = isOne ? await this.#usersOfOne(...only) : await this.#usersOfAll()
    if (users.isErr()) return err(users.error)
    this.#users = users.value
    this.#lookedAt = this.#operation.context.clock.now()
    return ok(null)
  }

  async #usersOfOne(key: string, { keyPair }: FoundKeyPair): Promise<Result<Seen, Failure>> {
    const found = await findUsers(this.#operation, keyPair, this.#max + 1)
    return found.map(({ instanceIds }) => new Map([[key, instanceIds]]))
  }

  async #usersOfAll(): Promise<Result<Seen, Failure>> {
    const keysByText = new Map<string, Set<string>>()
    for (const [key, { keyPair }] of this.#targets) {
      for (const text of [keyPair.id, keyPair.name]) {
        if (text !== undefined) keysByText.set(text, (keysByText.get(text) ?? new Set()).add(key))
      }
    }
    const users = new Map<string, string[]>()
    const take = (record: InstanceRecord): void => {
      const texts = boundKeyPairs(record).flatMap(({ id = '', name = '' }) => [id, name])
      for (const key of new Set(texts.flatMap((text) => [...(keysByText.get(text) ?? [])]))) {
        const target = this.#targets.get(key)
        if (target === undefined || matchedBy(record, target.keyPair) === undefined) continue
        const ids = users.get(key) ?? []
        if (ids.length <= this.#max) ids.push(record.id)
        users.set(key, ids)
      }
    }
    const read = await readPages<InstanceRecord>(
      this.#operation,
      'list-instances',
      ({ id }) => id,
      (cursor, context) => this.#operation.driver.doDescribeInstances({ kind: 'bound', cursor }, context),
      (records) => {
        this.#operation.expectCalls(1)
        records.forEach(take)
      },
    )
    return read.map(() => users)
  }
}
