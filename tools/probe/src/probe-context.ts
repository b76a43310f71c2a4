import type { Clock, GeneratedKeyPairMaterial } from '@cloud-keypair/core'
import type { Answer } from './answer.js'
import type { VendorApi } from './vendor-api.js'
import type { Journal } from './journal.js'
import type { KeyPairs } from './key-pairs.js'
import type { Login } from './login.js'
import type { Notes } from './observations.js'
import type { Script } from './script.js'
import type { Reply, Request } from './wire.js'

/** What a script works with. */
export interface ProbeContext {
  readonly vendorApi: VendorApi
  readonly instanceId: string
  readonly journal: Journal
  readonly keyPairs: KeyPairs
  readonly notes: Notes
  /** Undefined where nobody can log in to the instance. */
  readonly login: Login | undefined
  readonly clock: Clock
  readonly signal: AbortSignal
  newMaterial(): Promise<GeneratedKeyPairMaterial>
  /** A text that no other call had as its token. */
  newToken(): string
  /** The id of an instance that isn't there. */
  madeUpInstanceId(): string
  /** What was found out about another variant. */
  known(variant: string): Answer<unknown> | undefined
  /** Makes one call. Halts where there is no definite answer. */
  call(request: Request): Script<Reply>
  /** Waits, in milliseconds. */
  sleep(ms: number): Script<void>
}
