import type { AbortListeners } from '../abort.js'
import type { KeyPairStoreDriver } from '../contract/key-pair-driver.js'
import type { KeyPairGenerator } from '../key-material/generate.js'
import type { Random, TimerClock } from '../scheduling/clock.js'
import type { Pacer } from '../scheduling/pacer.js'
import type { ServiceLife } from './service-life.js'
import type { UnlistedKeyPairs } from './unlisted-key-pairs.js'

/** The parts of a service that every operation uses. */
export interface ServiceContext {
  readonly driver: KeyPairStoreDriver
  readonly clock: TimerClock
  readonly random: Random
  readonly newToken: () => string
  readonly generateKeyPair: KeyPairGenerator
  readonly concurrency: number
  readonly pacer: Pacer
  readonly attemptTimeoutMs: number
  readonly abortListeners: AbortListeners
  readonly life: ServiceLife
  readonly unlisted: UnlistedKeyPairs
  /** True if nothing of it reaches a cloud: then nothing is published. */
  readonly isDryRun: boolean
}
