/** An instance to put into a test world, in place of one with the same id. */
export interface SeedInstance {
  readonly id: string
  /** A `starting` instance stays in that state. Default: `running`. */
  readonly power?: 'running' | 'stopped' | 'starting' | undefined
  /** `windows` and `agentless` instances cannot have key pairs. Default: `linux`. */
  readonly kind?: 'linux' | 'windows' | 'agentless' | undefined
  /** The name of a seeded key pair that is bound and authorized. */
  readonly keyPair?: string | undefined
  /** The names of further key pairs that are bound and authorized. */
  readonly alsoBound?: readonly string[] | undefined
  /**
   * An instance that uses no key pair of the caller's, whatever name it shows: `terminated`, of which a record is kept for
   * a while, or `other-user`, of another user with key pairs of their own. Default: neither.
   */
  readonly apart?: 'terminated' | 'other-user' | undefined
}

/** A key pair to put into a test world. */
export interface SeedKeyPair {
  readonly name: string
  /** An OpenSSH line. Default: a key that no other seeded key pair has. */
  readonly publicKey?: string | undefined
  readonly description?: string | undefined
  readonly tags?: Readonly<Record<string, string>> | undefined
  readonly group?: string | undefined
}

/** A call that a fault can strike. The names are those of the events on `cloud-keypair:call`. */
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

/** The calls that a fault strikes. */
export interface FaultScope {
  readonly on: FaultyCall
  /** Matching calls that succeed first. Default: 0. */
  readonly skip?: number
  /** Matching calls that fail. Default: 1; `Infinity` for all. */
  readonly times?: number
}

/** A failure of a vendor call. */
export type Fault = FaultScope & FaultKind

/** A kind of failure. */
export type FaultKind =
  /** The cloud refuses the call before it does anything: too many requests. */
  | { readonly kind: 'throttled'; readonly retryAfterMs?: number }
  /** The cloud refuses the call before it does anything, for a lasting reason: no permission. `message`: its sentence. */
  | { readonly kind: 'denied'; readonly message?: string }
  /** The cloud refuses the call before it does anything: the session of the credentials has ended. */
  | { readonly kind: 'expired' }
  /** The cloud refuses the call before it does anything: no capacity to start the instance. */
  | { readonly kind: 'no-stock' }
  /** The cloud refuses the call before it does anything: the quota is used up. */
  | { readonly kind: 'full' }
  /** The cloud refuses the call before it does anything: it is still at something before this. */
  | { readonly kind: 'busy' }
  /**
   * The call is refused before anything is done, and the refusal repeats the whole request: its headers and its body. The
   * `cloud` refuses it in its own form, for a lasting reason; a `gateway` before it with HTTP 502 and plain text.
   */
  | { readonly kind: 'echo'; readonly by: 'cloud' | 'gateway' }
  /** The cloud answers that it failed on its side. The answer does not say if the work was done. */
  | { readonly kind: 'server-error'; readonly commit: boolean }
  /** The connection is lost before an answer. */
  | { readonly kind: 'reset'; readonly commit: boolean }
  /** No answer comes. */
  | { readonly kind: 'silence'; readonly commit: boolean }
  /** No answer comes. The work is done `afterMs` after the request, when the client has given up. */
  | { readonly kind: 'late'; readonly afterMs: number }
  /** The work is done and the answer comes, but its body takes `overMs` to arrive. */
  | { readonly kind: 'slow'; readonly overMs: number }
  /**
   * The cloud refuses these items of the call and accepts the others. `throttled` is transient. `failed`: the cloud failed
   * at the item, and does not say if the work was done. `message`: its sentence.
   */
  | {
      readonly kind: 'items'
      readonly ids: readonly string[]
      readonly as: 'gone' | 'throttled' | 'strange' | 'failed'
      readonly message?: string
    }
  /** The work is done. The answer has no verdict on these items. */
  | { readonly kind: 'omits'; readonly ids: readonly string[] }
  /** The work is done. The answer has a verdict on an item that was not in the request. */
  | { readonly kind: 'foreign'; readonly commit: true }
  /** The work is done. The answer has one verdict twice. */
  | { readonly kind: 'repeats'; readonly commit: true }
  /**
   * The work is done. The answer says of each item both that it was refused and that it was accepted; `first` is what it
   * says first.
   */
  | { readonly kind: 'contradicts'; readonly first: 'refused' | 'accepted'; readonly commit: true }
  /** The cloud accepts the call, and gives the work up later. The records of the instances tell its reason. */
  | { readonly kind: 'fails-late' }
  /** A page has at most so many items. The answer says that more follow, as it does with any page that is not the last. */
  | { readonly kind: 'short'; readonly items: number }
  /** The answer cannot be parsed: HTML, cut off, empty, an array, or 50 MB. */
  | {
      readonly kind: 'garbled'
      readonly how: 'html' | 'truncated' | 'empty' | 'array' | 'huge'
      readonly commit: boolean
    }

/** A vendor call that the world received, whatever its result. */
export interface ReceivedCall {
  readonly call: FaultyCall
  readonly mutating: boolean
  /** The names or ids of its items, if the call takes several. */
  readonly items: readonly string[]
  /** True if the call stops or reboots an instance by force. */
  readonly forced?: boolean
  /** Absent on a cloud without idempotency tokens. */
  readonly token?: string
}

/** The present state of a world. Key pairs are sorted by name, instances by id. */
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
    /** The name of the key pair that the cloud shows as bound. If there are several, one a line. */
    readonly bound: string | null
    /** The names of the key pairs that the guest accepts, sorted. */
    readonly authorized: readonly string[]
  }[]
}

/** A cloud as a test controls it, beside its interface. */
export interface World {
  /** Adds key pairs. Reads that lag show them too. */
  seedKeyPairs(keyPairs: readonly SeedKeyPair[]): Promise<void>
  /** Adds instances. Reads that lag show them too. */
  seedInstances(instances: readonly SeedInstance[]): Promise<void>
  /** Adds a fault. If several faults match a call, the first one added strikes. */
  fault(fault: Fault): Promise<void>
  /** Makes all later reads show the world as it was `ms` ago. */
  setReadLag(ms: number): Promise<void>
  /** Restarts an instance. The guest then accepts the key pair that is bound. */
  restart(instanceId: string): Promise<void>
  /** Completes all work in progress. */
  settle(): Promise<void>
  snapshot(): Promise<WorldSnapshot>
  /** Returns the calls since the world began, or since `forgetCalls`. */
  calls(): Promise<readonly ReceivedCall[]>
  forgetCalls(): Promise<void>
  /** Removes the read lag and the faults that have not struck yet. */
  clearFaults(): Promise<void>
}
