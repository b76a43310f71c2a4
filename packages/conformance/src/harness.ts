import type { KeyPairStore, KeyPairStoreDriver, ServiceOptions } from '@cloud-keypair/core'
import type { World } from '@cloud-keypair/core/testing'
import type { Control } from './controls.js'
import type { VirtualClock } from './virtual-clock.js'

/** What is so in a world, where the documents leave it open or clouds differ. */
export interface WorldFacts {
  /** True if what the cloud tells of a key pair can be compared with a key. Default: it can. */
  readonly comparable?: boolean
  /** The kinds of instance that this cloud refuses a key pair for. */
  readonly refuses: readonly ('windows' | 'agentless')[]
  /** True if two key pairs may have one name. */
  readonly namesRepeat: boolean
  /** True if the refusal of a name that is taken says that nothing was imported. Default: it does. */
  readonly tellsTaken?: boolean
  /** True if an attach over another key pair replaces it; otherwise it is refused. */
  readonly replaces: boolean
  /**
   * True if a guest goes on accepting a key that was detached, where another is attached before its next start. Default:
   * false.
   */
  readonly keepsDetached?: boolean
  /** A project or resource group that exists, where the cloud has them. */
  readonly group: string
  /** True if the cloud tells when a key pair was made. Default: true. */
  readonly dated?: boolean
  /** Instances in one page of a list. Default: 100. */
  readonly instancesAPage?: number
}

/** A service, and the world behind it. A harness is made anew for each case. */
export interface Harness extends AsyncDisposable {
  readonly service: KeyPairStore
  /** The driver that the service works over: cases ask it what the cloud does, and mutants break it. */
  readonly driver: KeyPairStoreDriver
  /** What the world cannot do, its subject lists in `lacks`. */
  readonly world: World
  readonly facts: WorldFacts
  /** Texts that must not appear in any result, error, event or output: credentials and tokens. */
  readonly canaries: readonly string[]
}

/** What the suite gives to every harness: time and chance, which it owns. */
export interface HarnessOptions {
  readonly variant: string
  readonly clock: VirtualClock
  /** For the service of the harness, as they are. */
  readonly service: ServiceOptions
  /** What the cloud generates, without the time that it takes to generate: private key as PEM, public key as a line. */
  readonly generateInCloud: () => { readonly privateKey: string; readonly publicKey: string }
}

/** An adapter under test. */
export interface Subject {
  readonly name: string
  /**
   * The worlds that the adapter has to be right in, because the documents leave open which is the real one.
   * The first is the usual one: the world just as the adapter's capabilities describe it.
   */
  readonly variants: readonly string[]
  /**
   * The controls that the harness cannot offer, or that cannot happen there: an answer without verdicts by item leaves
   * none out. What needs them stays unproven, and the report says so.
   */
  readonly lacks?: readonly Control[]
  harness(options: HarnessOptions): Promise<Harness>
}
