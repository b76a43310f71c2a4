import type { checkpointFile, saveToFile } from '@cloud-keypair/core/file'
import type { Capabilities, KeyPairStore } from '@cloud-keypair/core'
import type { KeyPairStoreDriver } from '@cloud-keypair/core/driver'
import type { WorldFacts } from '../harness.js'
import type { PromiseNumber } from '../promises.js'

/** A realistic fault of an adapter: a decorator of its service, its driver, or what keeps keys and checkpoints in files. */
export interface Fault {
  /** True if there is anything to break on such a cloud. Default: true on all. */
  readonly appliesTo?: (capabilities: Capabilities, facts: WorldFacts) => boolean
  readonly service?: (service: KeyPairStore) => KeyPairStore
  readonly driver?: (driver: KeyPairStoreDriver) => KeyPairStoreDriver
  /** Breaks the driver so that it tells the credentials. */
  readonly telling?: (driver: KeyPairStoreDriver, canaries: readonly string[]) => KeyPairStoreDriver
  readonly saveToFile?: (save: typeof saveToFile) => typeof saveToFile
  readonly checkpointFile?: (file: typeof checkpointFile) => typeof checkpointFile
}

/** A fault with the case that has to notice it. */
export interface Mutant extends Fault {
  /** The fault, in words. */
  readonly name: string
  /** The promise that the fault breaks. */
  readonly breaks: PromiseNumber
  /** The id of the case that has to notice the fault. */
  readonly killedBy: string
}

type Faults = Readonly<Record<string, Fault>>
type Condition = NonNullable<Fault['appliesTo']>

/**
 * Makes rows of the table: faults by name that one case has to notice, all or those of the clouds that a condition
 * holds of.
 */
export function killedBy(
  id: string,
  breaks: PromiseNumber,
  ...rows: [Faults] | [Condition, Faults]
): readonly Mutant[] {
  const [condition, faults] = rows.length === 1 ? [always, rows[0]] : rows
  return Object.entries(faults).map(([name, fault]) => ({ name, killedBy: id, breaks, ...when(condition, fault) }))
}

/** True if the cloud lets keys be compared. */
export const comparable: Condition = (_, facts) => facts.comparable ?? true

/** True if a list of the cloud has pages. */
export const paged: Condition = ({ pageSize }) => pageSize !== Infinity

/** Plants a fault only in clouds that a condition holds of. */
export function when(condition: Condition, fault: Fault): Fault {
  const { appliesTo = always } = fault
  return { ...fault, appliesTo: (...cloud) => appliesTo(...cloud) && condition(...cloud) }
}

const always: Condition = () => true
