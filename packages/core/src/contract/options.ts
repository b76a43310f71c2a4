import type { Result } from '../result.js'
import type { Secret } from '../secret.js'
import type { KeyPairError } from './error.js'
import type { Tags } from './key-pair.js'

/**
 * Options of every operation. They are copied before the operation begins, so the caller may change its object meanwhile.
 * An unknown option throws a `TypeError`.
 */
export interface OperationOptions {
  /**
   * Ends the operation: no new request is sent, open requests are cut off, and the result is returned within 50 ms.
   * An operation that restarts instances first starts those that it stopped; `repairDeadlineMs` limits that.
   */
  readonly signal?: AbortSignal | undefined
  /**
   * The longest time of the operation without repairs, in milliseconds. Default: 60,000; for a batch, an audit and a plan
   * 300,000; with `takeEffect: 'now'` 1,800,000; for a rotation none.
   */
  readonly deadlineMs?: number | undefined
  /**
   * Is asked right before each call that changes something, also during repairs, and before each checkpoint. Unless it
   * returns `true`, the operation ends as by `signal` (`aborted`), but without repairs: instances that may be stopped are
   * named in `leftStopped`. A throw counts as a refusal. For a process that may lose its instances to another one, such as
   * the holder of a lease: the next owner resumes from the latest checkpoint. Must answer at once, without a promise.
   */
  readonly mayCall?: (() => boolean) | undefined
}

/**
 * Name and metadata of a new key pair. Metadata that the cloud cannot keep (`capabilities`) is `unsupported`, never
 * dropped.
 */
export interface NewKeyPair {
  readonly name: string
  readonly description?: string | undefined
  readonly tags?: Tags | undefined
  /** The project (Volcengine) or resource group (Alibaba Cloud). */
  readonly group?: string | undefined
}

/** The storage for the private key of `create`: `saveToFile` of `@cloud-keypair/core/file`, or a function for a vault. */
export interface SavePrivateKey {
  /**
   * Stores the private key durably, and never over another one. The key is in a form that `ssh -i` reads (PKCS#1, SEC 1 or
   * OpenSSH). No request is sent to the cloud before the promise resolves. A rejection is the error `storage`.
   */
  (privateKey: Secret): Promise<void>
  /**
   * Returns the private key of an earlier run to use it again, if there is one. Then `create` generates and saves no key.
   * If names repeat on the cloud, `create` waits up to 30 s for the key pair of that run to be listed.
   */
  readonly load?: () => Promise<Secret | undefined>
}

export interface ListOptions {
  readonly signal?: AbortSignal | undefined
  /** The longest time of one page, in milliseconds, without the consumer's own time. Default: 60,000. */
  readonly pageDeadlineMs?: number | undefined
}

/** A list. Has at most one `Err`, which is the last item. */
export type ResultIterable<T> = AsyncIterable<Result<T, KeyPairError>>

/** The progress of an operation that restarts instances. Also published on the channel `cloud-keypair:progress`. */
export interface ProgressEvent {
  readonly provider: string
  readonly operation: string
  /**
   * The step that begins. `settling`: an earlier call was not answered, or an earlier run ended in the middle, and the
   * operation waits as long as the cloud may still carry out what was sent. `finished`: these instances have their result, succeeded or not.
   */
  readonly step:
    | 'settling'
    | 'stopping'
    | 'detaching'
    | 'attaching'
    | 'rebooting'
    | 'putting-back'
    | 'starting'
    | 'checking'
    | 'finished'
  /** The instances of the step. */
  readonly instanceIds: readonly string[]
  /**
   * The time in milliseconds until the cloud no longer carries out what was sent, of several instances the longest; absent
   * from other steps.
   */
  readonly waitMs?: number
  /**
   * The number of instances with a result. An instance that is rolled back later stays among them.
   */
  readonly finished: number
  /** The number of all instances. A rotation adds those that it finds later. */
  readonly total: number
}
