import type { AbortListeners } from '../abort.js'
import type { ProgressEvent } from '../contract/change-options.js'
import type { KeyPairStoreDriver } from '../contract/key-pair-driver.js'
import type { KeyPairGenerator } from '../key-material/generate.js'
import type { asPartial } from '../errors/as-partial.js'
import type { Random, TimerClock } from '../scheduling/clock.js'
import type { Pacer } from '../scheduling/pacer.js'
import type { CallEvent } from './call-events.js'
import type { ServiceLife } from './service-life.js'
import type { UnlistedKeyPairs } from './unlisted-key-pairs.js'

/** A channel of events, as its publisher sees it. */
interface Published<Event> {
  readonly hasSubscribers: boolean
  publish(event: Event): void
}

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
  /** The channels that vendor calls and progress are published on. */
  readonly callChannel: { readonly start: Published<CallEvent>; readonly asyncEnd: Published<CallEvent> }
  readonly progressChannel: Published<ProgressEvent>
  /** Makes the error of an operation of which an earlier step changed something. In a dry run, none did. */
  readonly asPartial: typeof asPartial
}
