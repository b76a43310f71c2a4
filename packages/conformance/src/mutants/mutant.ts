import type { saveToFile } from '@cloud-keypair/core/file'
import type { Capabilities, KeyPairStore, KeyPairStoreDriver } from '@cloud-keypair/core'
import type { WorldFacts } from '../harness.js'
import type { PromiseNumber } from '../promises.js'

/**
 * One realistic way to break an adapter, as a decorator of any that conforms: of its service, of the driver below it,
 * or of what saves private keys to files.
 */
export interface Mutant {
  /** What it does wrong, in words. */
  readonly name: string
  /** The promise that it breaks. */
  readonly breaks: PromiseNumber
  /** The id of the case that has to notice. */
  readonly killedBy: string
  /** True if there is anything to break on such a cloud. Default: there is on all. */
  readonly appliesTo?: (capabilities: Capabilities, facts: WorldFacts) => boolean
  readonly service?: (service: KeyPairStore) => KeyPairStore
  readonly driver?: (driver: KeyPairStoreDriver) => KeyPairStoreDriver
  readonly saveToFile?: (save: typeof saveToFile) => typeof saveToFile
}
