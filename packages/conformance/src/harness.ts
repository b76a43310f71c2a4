import type { KeyPairStore, KeyPairStoreDriver, ServiceOptions } from '@cloud-keypair/core'
import type { Control } from './controls.js'
import type { VirtualClock } from './virtual-clock.js'

/** An instance as a case wants it. */
export interface SeedInstance {
  readonly id: string
  /** Default: `running`. */
  readonly power?: 'running' | 'stopped' | 'starting' | undefined
  /** `windows` and `agentless` cannot have key pairs. Default: `linux`. */
  readonly kind?: 'linux' | 'windows' | 'agentless' | undefined
  /** The name of a seeded key pair that is bound and authorized. */
  readonly keyPair?: string | undefined
}

/** A key pair as a case wants it. */
export interface SeedKeyPair {
  readonly name: string
  /** An OpenSSH line. Default: a key that no other seeded one has. */
  readonly publicKey?: string | undefined
  readonly description?: string | undefined
  readonly tags?: Readonly<Record<string, string>> | undefined
  readonly group?: string | undefined
}

/** What a fault lies on. The names are those of the events on `cloud-keypair:call`. */
export type FaultyCall =
  | 'import'
  | 'create'
  | 'update'
  | 'delete'
  | 'attach'
  | 'detach'
  | 'stop'
  | 'start'
  | 'reboot'
  | 'lookup'
  | 'list'
  | 'read-instances'
  | 'list-instances'

/** Something that goes wrong with a vendor call. */
export type Fault = {
  readonly on: FaultyCall
  /** Matching calls that go well first. Default: 0. */
  readonly skip?: number
  /** Matching calls that it strikes. Default: 1; `Infinity` for all. */
  readonly times?: number
} & FaultKind

export type FaultKind =
  /** Refused before anything happens: too many requests. */
  | { readonly kind: 'throttled'; readonly retryAfterMs?: number }
  /** Refused before anything happens, and not for a transient reason: no permission. */
  | { readonly kind: 'denied' }
  /** The cloud answers that it failed on its side. Whether it had done the work, the answer does not say. */
  | { readonly kind: 'server-error'; readonly commit: boolean }
  /** The connection is lost before an answer. */
  | { readonly kind: 'reset'; readonly commit: boolean }
  /** No answer comes. `late`: the work is done only after the client gave up, `afterMs` after it was asked for. */
  | { readonly kind: 'silence'; readonly commit: boolean }
  | { readonly kind: 'late'; readonly afterMs: number }
  /** The work is done and the answer comes, but its body takes so long. */
  | { readonly kind: 'slow'; readonly overMs: number }
  /** These items of the call are refused; the others succeed. `throttled` is transient. */
  | { readonly kind: 'items'; readonly ids: readonly string[]; readonly as: 'gone' | 'throttled' | 'strange' }
  /** The work is done; the answer leaves out the verdict on these items, adds one nobody asked about, or says one twice. */
  | { readonly kind: 'omits'; readonly ids: readonly string[] }
  | { readonly kind: 'foreign'; readonly commit: true }
  | { readonly kind: 'repeats'; readonly commit: true }
  /** An answer that cannot be understood: HTML, cut off, empty, an array, 50 MB. */
  | {
      readonly kind: 'garbled'
      readonly how: 'html' | 'truncated' | 'empty' | 'array' | 'huge'
      readonly commit: boolean
    }

/** One vendor call that the world received. */
export interface ReceivedCall {
  readonly call: FaultyCall
  readonly mutating: boolean
  /** Items in it, where it takes several. */
  readonly items: readonly string[]
  /** True where it asks for an instance to be stopped or rebooted by force. */
  readonly forced?: boolean
  /** Absent on a cloud without tokens. */
  readonly token?: string
}

/** Everything there is, as plain data, sorted. */
export interface WorldSnapshot {
  readonly keyPairs: readonly {
    readonly name: string
    /** Type and base64. */
    readonly publicKey: string
    readonly description: string
    readonly tags: Readonly<Record<string, string>>
    readonly group: string
  }[]
  readonly instances: readonly {
    readonly id: string
    readonly power: string
    /** The name of the key pair that the cloud says is bound. */
    readonly bound: string | null
    /** The names of the key pairs that the guest accepts. */
    readonly authorized: readonly string[]
  }[]
}

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
  /** Instances in one page of a list. Default: 100. */
  readonly instancesAPage?: number
}

/** What a harness controls. Faults queue up by the call they lie on. Whatever it cannot do, its subject says in `lacks`. */
export interface World {
  /** What is seeded was always there, for reads that lag too. */
  seedKeyPairs(keyPairs: readonly SeedKeyPair[]): Promise<void>
  seedInstances(instances: readonly SeedInstance[]): Promise<void>
  fault(fault: Fault): Promise<void>
  /** From now on, reads show the world as it was so long ago. */
  setReadLag(ms: number): Promise<void>
  /** Restarts an instance: what is bound becomes what the guest accepts. */
  restart(instanceId: string): Promise<void>
  /** Lets everything that is under way come to its end. */
  settle(): Promise<void>
  snapshot(): Promise<WorldSnapshot>
  /** The calls since the world began, or since `forgetCalls`. */
  calls(): Promise<readonly ReceivedCall[]>
  forgetCalls(): Promise<void>
  /** Takes back the faults that did not strike yet, and the read lag. */
  clearFaults(): Promise<void>
}

/** A service, and the world behind it. A harness is made anew for each case. */
export interface Harness extends AsyncDisposable {
  readonly service: KeyPairStore
  /** The driver that the service works over: cases ask it what the cloud does, and mutants break it. */
  readonly driver: KeyPairStoreDriver
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
