import type { PowerState } from './key-pair.js'

/** How much one call takes. `bytes` bounds the sum of what the driver's `bytesOf` says of the items. */
export interface Limit {
  readonly items: number
  readonly bytes?: number
}

/** When a cloud takes a piece of metadata. */
export type MetadataSupport = 'none' | 'at-creation' | 'any-time'

/** What attaching and detaching are like on a cloud that has them. */
export interface InstanceCapabilities {
  /** Instances in one attach or detach. */
  readonly change: Limit
  /** Instances in one read by ids. */
  readonly read: Limit
  /** Instances in one stop, start or reboot. */
  readonly powerChange: Limit
  /** The power states in which the cloud attaches and detaches. */
  readonly power: readonly PowerState[]
  /**
   * How the guest of a running instance is made to take up the key pair that is bound. Where no document says that a
   * reboot does it, it is a stop and a start.
   */
  readonly restart: 'reboot' | 'stop-and-start'
  /**
   * True if an attach over another key pair replaces it. `undocumented`: the documents are silent; it is tried, and a refusal is
   * `conflict`. Where it is refused, an instance that is stopped for the change is detached first.
   */
  readonly replaces: boolean | 'undocumented'
  /** True if the record of an instance names its key pair by id, and not by its name alone. */
  readonly showsKeyPairId: boolean
  /**
   * True if the cloud judges each instance of a call by itself. Where one bad instance refuses a whole call, those
   * that are read to be in another power state are not sent.
   */
  readonly perItemVerdicts: boolean
}

/** What a cloud can do, as data. The types of a service say so first; this says it at run time. */
export interface Capabilities {
  /** What the cloud resolves a key pair by. A reference that gives only the other is `unsupported`. */
  readonly identity: readonly ('name' | 'id')[]
  readonly name: {
    /** In characters (Unicode code points). */
    readonly maxLength: number
    /** True if the cloud keeps two key pairs of one name apart by refusing the second. */
    readonly unique: boolean
  }
  readonly description: MetadataSupport
  readonly tags: MetadataSupport
  readonly group: MetadataSupport
  /** True if the cloud generates key pairs (`createInCloud`). */
  readonly createInCloud: boolean
  /** True if the cloud returns public keys. */
  readonly publicKey: boolean
  /** True if a mutating call carries a token by which the cloud knows a repeated call. */
  readonly idempotencyToken: boolean
  /** Key pairs in one read by names or ids. */
  readonly lookup: Limit
  /** Key pairs in one list page. */
  readonly pageSize: number
  readonly delete: Limit & {
    /** True if the cloud itself refuses to delete a key pair that is bound to an instance. */
    readonly refusesInUse: boolean
  }
  /** False on a cloud without attach and detach. */
  readonly instances: InstanceCapabilities | false
}
