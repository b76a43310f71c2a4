import type { PowerState } from './key-pair.js'

/** The size limit of one call. `bytes` limits the sum of the driver's `bytesOf` over the items. */
export interface Limit {
  readonly items: number
  readonly bytes?: number
}

/** The time when a cloud accepts a piece of metadata. */
export type MetadataSupport = 'none' | 'at-creation' | 'any-time'

/** The capabilities of a cloud that attaches and detaches key pairs. */
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
   * The way to make the guest of a running instance accept the bound key pair. If no document says that a reboot is
   * enough, it is a stop and a start.
   */
  readonly restart: 'reboot' | 'stop-and-start'
  /**
   * True if an attach over another key pair replaces that key pair. `undocumented`: no document says so; the attach is
   * sent, and a refusal is `conflict`. If it is refused, an instance that is stopped for the change is detached first.
   */
  readonly replaces: boolean | 'undocumented'
  /** True if the record of an instance names its key pair by id, and not by its name alone. */
  readonly showsKeyPairId: boolean
  /**
   * True if the cloud's answer has a verdict for each instance. If one bad instance makes the cloud refuse a whole call,
   * instances in an unsuitable power state are not sent.
   */
  readonly perItemVerdicts: boolean
}

/** The abilities and limits of a cloud, as data. The types of a service show them first; this shows them at run time. */
export interface Capabilities {
  /** The fields by which the cloud resolves a key pair. A reference with only another field is `unsupported`. */
  readonly identity: readonly ('name' | 'id')[]
  readonly name: {
    /** In characters (Unicode code points). */
    readonly maxLength: number
    /** True if the cloud refuses a second key pair of the same name. */
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
