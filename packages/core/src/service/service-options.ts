import type { KeyPairGenerator } from '../key-material/generate.js'
import type { Clock, Random } from '../scheduling/clock.js'
import type { Pacer } from '../scheduling/pacer.js'

/** Options of a service. */
export interface ServiceOptions {
  /**
   * The largest number of open vendor calls of one operation. Default: 64. An operation starts with 4. The rate that the
   * cloud allows decides how many follow.
   */
  readonly concurrency?: number | undefined
  /** Decides when vendor calls are sent. Give one to several services of one account. Default: `createPacer()`. */
  readonly pacer?: Pacer | undefined
  /** The time after which a vendor call counts as unanswered, in milliseconds. Default: 20,000. */
  readonly attemptTimeoutMs?: number | undefined
  /** The clock, chance and surroundings that a test sets. */
  readonly testing?: TestingOptions | undefined
}

/**
 * The parts of the machine that a test of a program replaces: time, chance, new keys, and the environment and folder
 * with credentials. Outside tests, the defaults are right.
 *
 * @example
 * ```ts
 * createVolcengineKeyPairService({ region: 'cn-beijing', testing: { environment: {}, homeDirectory: folder } })
 * ```
 */
export interface TestingOptions {
  /** Time, for waits and signatures. Default: the time of the machine. */
  readonly clock?: Clock | undefined
  /** Chance, for the jitter of retries. Default: `Math.random`. */
  readonly random?: Random | undefined
  /**
   * Makes a new text of at most 64 ASCII characters: an idempotency token, or the nonce of a signature. Default:
   * `crypto.randomUUID`.
   */
  readonly newToken?: (() => string) | undefined
  /** Generates the keys of `create`. Default: `generateKeyPair`. */
  readonly generateKeyPair?: KeyPairGenerator | undefined
  /** The environment with credentials, region and proxies. Default: `process.env`. */
  readonly environment?: Readonly<Record<string, string | undefined>> | undefined
  /** The directory with the files of the vendors' tools. Default: the home directory of the user. */
  readonly homeDirectory?: string | undefined
}
