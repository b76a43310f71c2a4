import type { Result } from '../result.js'
import type { Secret } from '../secret.js'
import type { KeyPairError } from './error.js'
import type { Tags } from './key-pair.js'

/** What every operation takes. */
export interface OperationOptions {
  /**
   * Ends the operation: no new request, the one under way cut off, and the answer within 50 ms. What restarts instances
   * first does what it owes them, for which there is `repairDeadlineMs`.
   */
  readonly signal?: AbortSignal | undefined
  /**
   * The time that the operation may take, in milliseconds, what it owes instances aside. Default: 60,000; for a batch, an
   * audit and a plan 300,000; with `takeEffect: 'now'` 1,800,000; for a rotation none.
   */
  readonly deadlineMs?: number | undefined
}

/** What a new key pair may carry. What the cloud cannot keep (`capabilities`) is `unsupported`, never dropped. */
export interface NewKeyPair {
  readonly name: string
  readonly description?: string | undefined
  readonly tags?: Tags | undefined
  /** The project (Volcengine) or resource group (Alibaba Cloud). */
  readonly group?: string | undefined
}

/** Where `create` puts the private key. `saveToFile` of `@cloud-keypair/core/file` makes one; a vault is another. */
export interface SavePrivateKey {
  /**
   * Keeps the private key (PKCS#1 PEM) durably, and never over another one: only when it resolves is
   * anything asked of the cloud. A rejection is the error `storage`.
   */
  (privateKey: Secret): Promise<void>
  /**
   * The private key of an earlier run that is to be used again, if there is one. Then `create` generates
   * none and saves none. Where names repeat, it gives the cloud half a minute to list what that run may have imported.
   */
  readonly load?: () => Promise<Secret | undefined>
}

export interface ListOptions {
  readonly signal?: AbortSignal | undefined
  /** The time that one page may take, in milliseconds, the consumer's own time aside. Default: 60,000. */
  readonly pageDeadlineMs?: number | undefined
}

/** One list: at most one `Err`, always last. */
export type ResultIterable<T> = AsyncIterable<Result<T, KeyPairError>>
