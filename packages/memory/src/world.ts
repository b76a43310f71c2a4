/** An instance to put into the world, in place of one with the same id. */
export interface SeedInstance {
  readonly id: string
  /** One that is `starting` stays so. Default: `running`. */
  readonly power?: 'running' | 'stopped' | 'starting' | undefined
  /** `windows` and `agentless` cannot have key pairs. Default: `linux`. */
  readonly kind?: 'linux' | 'windows' | 'agentless' | undefined
  /** The name of a seeded key pair that is bound and authorized. */
  readonly keyPair?: string | undefined
}

/** A key pair to put into the world. */
export interface SeedKeyPair {
  readonly name: string
  /** An OpenSSH line. Default: a new key, whose private half nobody has. */
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

/** Something that goes wrong with a call to the cloud. */
export type Fault = {
  readonly on: FaultyCall
  /** Matching calls that go well first. Default: 0. */
  readonly skip?: number
  /** Matching calls that it strikes. Default: 1; `Infinity` for all. */
  readonly times?: number
} & FaultKind

/** What goes wrong. */
export type FaultKind =
  /** Refused before anything happens: too many requests. */
  | { readonly kind: 'throttled'; readonly retryAfterMs?: number }
  /** Refused before anything happens, and not for a transient reason: no permission. */
  | { readonly kind: 'denied' }
  /** The cloud answers that it failed on its side, whether it did the work or not. */
  | { readonly kind: 'server-error'; readonly commit: boolean }
  /** The connection is lost before an answer. */
  | { readonly kind: 'reset'; readonly commit: boolean }
  /** No answer comes. */
  | { readonly kind: 'silence'; readonly commit: boolean }
  /** No answer comes, and the work is done so much later by the clock. */
  | { readonly kind: 'late'; readonly afterMs: number }
  /** The work is done, and the answer comes so much later by the clock. */
  | { readonly kind: 'slow'; readonly overMs: number }
  /** These items of the call are refused; `no-stock` is for starts. It matches only calls that have one of them. */
  | {
      readonly kind: 'items'
      readonly ids: readonly string[]
      readonly as: 'gone' | 'throttled' | 'strange' | 'no-stock'
    }
  /** For stops, starts and reboots: they begin, and do not end before the world is settled, unless by force. */
  | { readonly kind: 'hangs'; readonly ids: readonly string[] }
  /** The work is done; the answer leaves out these items. It matches only calls that have one of them. */
  | { readonly kind: 'omits'; readonly ids: readonly string[] }
  /** The work is done; the answer has a verdict on an item that nobody asked about. */
  | { readonly kind: 'foreign'; readonly commit: true }
  /** The work is done; the answer says a verdict twice. */
  | { readonly kind: 'repeats'; readonly commit: true }
  /** An answer that cannot be understood. How, is all the same in memory. */
  | {
      readonly kind: 'garbled'
      readonly how: 'html' | 'truncated' | 'empty' | 'array' | 'huge'
      readonly commit: boolean
    }

/** One call that the cloud received, whatever came of it. */
export interface ReceivedCall {
  readonly call: FaultyCall
  readonly mutating: boolean
  /** The names or ids in it, where it takes several. */
  readonly items: readonly string[]
  /** True where it asks for an instance to be stopped or rebooted by force. */
  readonly forced?: boolean
  /** Absent on a cloud without tokens. */
  readonly token?: string
}

/** Everything there is, as it is now. Key pairs are sorted by name, instances by id. */
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
    /** The names of the key pairs that the guest accepts, sorted. */
    readonly authorized: readonly string[]
  }[]
}

/** What a test does to the cloud behind the back of its interface. */
export interface MemoryWorld {
  /** Rejects with a `TypeError` where a public key is none, or a name is taken on a cloud of unique names. */
  seedKeyPairs(keyPairs: readonly SeedKeyPair[]): Promise<void>
  /** Rejects with a `TypeError` where an instance names a key pair that is not there. */
  seedInstances(instances: readonly SeedInstance[]): Promise<void>
  /** Lets something go wrong. Of several faults that match a call, the one given first strikes. */
  fault(fault: Fault): Promise<void>
  /** From now on, reads show the world as it was so long ago; 10 minutes at most. */
  setReadLag(ms: number): Promise<void>
  /**
   * Restarts an instance: what is bound becomes what the guest accepts. Rejects with a `TypeError` for an unknown id.
   */
  restart(instanceId: string): Promise<void>
  /** Lets 10 minutes pass in the cloud, and all late work be done. */
  settle(): Promise<void>
  snapshot(): Promise<WorldSnapshot>
  /** The calls since the world began, or since `forgetCalls`. */
  calls(): Promise<readonly ReceivedCall[]>
  forgetCalls(): Promise<void>
  /** Takes back the faults that did not strike yet, and the read lag. */
  clearFaults(): Promise<void>
}
