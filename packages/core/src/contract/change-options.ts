import type { Checkpoint } from './checkpoint.js'
import type { OperationOptions } from './options.js'

/**
 * How an attach or a detach is carried out. All but `takeEffect` is for `now`, and counts for nothing without it;
 * `check`, `onCheckpoint` and `resume` throw a `TypeError` then.
 */
export interface ChangeOptions extends OperationOptions {
  /**
   * `next-restart`: no instance's power is touched, and the guest follows at its next start. `now`: running instances
   * are restarted, as their cloud needs it: rebooted after the change, or stopped, changed and started. The deadline of
   * `now` is 1,800,000 ms by default. Default: `next-restart`.
   */
  readonly takeEffect?: 'next-restart' | 'now' | undefined
  /** How many instances may be down at once because of this operation. Default: 1. */
  readonly maxUnavailable?: number | undefined
  /** Cut the power instead of asking the guest to stop. What it has not written is lost. Default: false. */
  readonly force?: boolean | undefined
  /**
   * True if a running instance is restarted even if its key pair is as it should be. The cloud does not tell what its guest
   * accepts: a restart may still be due. With `false` the item's `effect` is `at-next-start`. Default: true.
   */
  readonly restartUnchanged?: boolean | undefined
  /**
   * How long it may take to start again what was stopped, in milliseconds, whatever became of the rest. Neither
   * `deadlineMs` nor `signal` shortens it. An instance whose stop or detach was not answered, or which an earlier run began
   * with, is started only 60,000 ms after that, or after it was taken up: less than this leaves it stopped, and named in
   * `leftStopped`. Default: 300,000.
   */
  readonly repairDeadlineMs?: number | undefined
  /**
   * Looks at each running instance of a wave after its restart: by a login, say. A rejection fails the item, and stops
   * the work: no further wave is begun. So does a check that is cut off by the deadline or by `signal`, or finds no time
   * before it. The message of a rejection becomes part of an error, so it must hold no secret.
   */
  readonly check?: ((instanceId: string, signal: AbortSignal) => Promise<void>) | undefined
  /**
   * Keeps a checkpoint durably, in place of the one before: awaited before the calls of each wave, and after them. Where
   * it rejects, the calls are not made (`storage`). The message of a rejection becomes part of an error, so it must hold no
   * secret.
   */
  readonly onCheckpoint?: ((checkpoint: Checkpoint) => Promise<void>) | undefined
  /**
   * The latest checkpoint of an earlier run. What it began with comes first, and what was running then is started if it
   * is stopped, also where the key pair is gone. One of another operation, provider, region, endpoint, account or key pair is `conflict`, and so is one
   * that began with an instance that is not given now; then nothing is changed.
   */
  readonly resume?: Checkpoint | undefined
  /** Told what is being done. What it throws becomes an uncaught exception. */
  readonly onProgress?: ((event: ProgressEvent) => void) | undefined
}

/** What an operation that restarts instances is doing. Published on the channel `cloud-keypair:progress` too. */
export interface ProgressEvent {
  readonly provider: string
  readonly operation: string
  /** What begins; `finished`: these instances have come to their end, well or not. */
  readonly step:
    | 'stopping'
    | 'detaching'
    | 'attaching'
    | 'rebooting'
    | 'putting-back'
    | 'starting'
    | 'checking'
    | 'finished'
  /** The instances that it is about. */
  readonly instanceIds: readonly string[]
  /**
   * How many instances have come to their end. One that is taken up again, as for its replaced key pair, stays among
   * them.
   */
  readonly finished: number
  /** How many there are. A rotation that finds more on its way counts them from then on. */
  readonly total: number
}
