import type { KeyPairStore, ServiceOptions } from '@cloud-keypair/core'
import type { KeyPairStoreDriver } from '@cloud-keypair/core/driver'
import type { World } from '@cloud-keypair/core/testing'
import type { Control } from './controls.js'
import type { VirtualClock } from './virtual-clock.js'

/** The facts of a world in which clouds differ, or which documents leave open. */
export interface WorldFacts {
  /** True if the cloud shows enough of a key pair to compare it with a key. Default: true. */
  readonly comparable?: boolean
  /** The kinds of instance that this cloud refuses a key pair for. */
  readonly refuses: readonly ('windows' | 'agentless')[]
  /** True if two key pairs may have one name. */
  readonly namesRepeat: boolean
  /** True if the refusal of a taken name means that nothing was imported. Default: true. */
  readonly tellsTaken?: boolean
  /** True if an attach over another key pair replaces it; otherwise it is refused. */
  readonly replaces: boolean
  /**
   * True if a guest still accepts a detached key after another key was attached before its next start. Default:
   * false.
   */
  readonly keepsDetached?: boolean
  /** True if a stop, start or reboot is over with its answer. Default: false. */
  readonly powerAtOnce?: boolean
  /** An existing project or resource group, if the cloud has them. */
  readonly group: string
  /** True if the cloud tells the creation time of a key pair. Default: true. */
  readonly dated?: boolean
  /** True if the cloud tells the time of the latest change of a key pair. Default: false. */
  readonly datesChanges?: boolean
  /** True if the cloud answers a change of tags with a verdict on its key pair. Default: false. */
  readonly judgesTags?: boolean
  /** Instances in one page of a list. Default: 100. */
  readonly instancesAPage?: number
}

/** A service, and the world behind it. Each case gets a new harness. */
export interface Harness extends AsyncDisposable {
  readonly service: KeyPairStore
  /** The driver of the service: cases test the cloud with it, and mutants break it. */
  readonly driver: KeyPairStoreDriver
  /** The world. Its subject lists the missing controls in `lacks`. */
  readonly world: World
  readonly facts: WorldFacts
  /** Texts that must not appear in any result, error, event or output: credentials and tokens. */
  readonly canaries: readonly string[]
}

/** The input of every harness: the suite controls time and random numbers. */
export interface HarnessOptions {
  readonly variant: string
  readonly clock: VirtualClock
  /** Options to pass to the service of the harness. */
  readonly service: ServiceOptions
  /** Returns a key that the cloud "generates", already made: private key as PEM, public key as a line. */
  readonly generateInCloud: () => { readonly privateKey: string; readonly publicKey: string }
}

/** An adapter under test. */
export interface Subject {
  readonly name: string
  /**
   * The worlds in which the adapter has to work, because the documents leave open which is the real one.
   * The first is the usual one: the world that the adapter's capabilities describe.
   */
  readonly variants: readonly string[]
  /**
   * The controls that the harness cannot offer, or that cannot happen there: an answer without verdicts by item leaves
   * none out. What needs them stays unproven, and the report says so.
   */
  readonly lacks?: readonly Control[]
  harness(options: HarnessOptions): Promise<Harness>
}
