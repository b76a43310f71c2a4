import type { Clock, GeneratedKeyPairMaterial } from '@cloud-keypair/core'
import type { Answer } from './answer.js'
import type { VendorApi } from './vendor-api.js'
import type { Journal } from './journal.js'
import type { KeyPairs } from './key-pairs.js'
import type { Login } from './login.js'
import type { Notes } from './observations.js'
import type { Script } from './script.js'
import type { Reply, Request } from './wire.js'

/** The context of a script. */
export interface ProbeContext {
  readonly vendorApi: VendorApi
  readonly instanceId: string
  readonly journal: Journal
  readonly keyPairs: KeyPairs
  readonly notes: Notes
  /** Undefined if there is no login to the instance. */
  readonly login: Login | undefined
  readonly clock: Clock
  readonly signal: AbortSignal
  newMaterial(): Promise<GeneratedKeyPairMaterial>
  /** Returns a new token. */
  newToken(): string
  /** Returns the id of an instance that does not exist. */
  madeUpInstanceId(): string
  /** Returns the answer for another variant. */
  known(variant: string): Answer<unknown> | undefined
  /** Makes one call. Halts if there is no definite answer. */
  call(request: Request): Script<Reply>
  /** Waits for some milliseconds. */
  sleep(ms: number): Script<void>
}
