import type { PowerState } from './key-pair.js'

/** The size limit of one call. `bytes` limits the sum of the driver's `bytesOf` over the items. */
export interface Limit {
  readonly items: number
  readonly bytes?: number
}

/**
 * The time when a cloud accepts a piece of metadata. `after-creation`: in no call that makes a key pair, and in a call of
 * its own at any time later. `create`, `import` and `ensure` then make that second call; `createInCloud` refuses the
 * field, because an error of the second call would lose the private key.
 */
export type MetadataSupport = 'none' | 'at-creation' | 'after-creation' | 'any-time'

/** The rules of a cloud for the names of key pairs. */
export interface NameCapabilities {
  /**
   * The characters that the cloud documents, each alone or as a range of three: `['a-z', '0-9', '_']`. A name with
   * another character, or with a blank at either end, is `invalid-argument`, and nothing is sent. `any`: the cloud alone
   * judges.
   */
  readonly allows: 'any' | readonly string[]
  /** In characters (Unicode code points). */
  readonly maxLength: number
  /** True if the cloud refuses a second key pair of the same name. */
  readonly unique: boolean
}

/** A type of public key, as its OpenSSH line begins. */
type KeyType = 'ssh-rsa' | 'ecdsa-sha2-nistp256' | 'ecdsa-sha2-nistp384' | 'ecdsa-sha2-nistp521' | 'ssh-ed25519'

/** The keys that a cloud takes. */
export interface KeyCapabilities {
  /**
   * The key types that the cloud documents. `create` and `rotate` generate none of another type; a key of the caller is
   * sent whatever its type.
   */
  readonly types: readonly KeyType[] | 'undocumented'
  /**
   * The sizes of RSA keys that the cloud documents. `create` and `rotate` generate none of another size; a key of the
   * caller is sent whatever its size.
   */
  readonly rsaBits: readonly number[] | 'undocumented'
  /**
   * True if the cloud refuses a second key pair with the same public key. Then `import` and `ensure` of the key under a
   * second name are `already-exists`, and the hint names the key pair that has the key.
   */
  readonly unique: boolean
}

/**
 * A form of fingerprint: `md5` over the key's SSH form as `ssh-keygen -l -E md5` prints it, `md5-of-spki` over its
 * SubjectPublicKeyInfo, `sha256` over its SSH form as `ssh-keygen -l` prints it, and `sha1-of-private-key`, which cannot
 * be compared with a public key.
 */
export type FingerprintForm = 'md5' | 'md5-of-spki' | 'sha256' | 'sha1-of-private-key'

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
   * True if the cloud's success of an attach or detach means that the change was made. False if the cloud may still be at
   * work, or fail later: core then reads the instances until they show the change.
   */
  readonly confirms: boolean
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
  readonly name: NameCapabilities
  readonly keys: KeyCapabilities
  /** The forms of `KeyPair.fingerprint`; empty if the cloud gives none. */
  readonly fingerprints: readonly FingerprintForm[] | 'undocumented'
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
  /** Key pairs in one list page. `Infinity` if the cloud has no pages: one answer has them all. */
  readonly pageSize: number
  readonly delete: Limit & {
    /**
     * True if the cloud itself refuses to delete a key pair that is bound to an instance. `undocumented`: no document says
     * so; instances are looked at before a delete, and one with `ifInUse: 'delete-anyway'` is sent and may be `in-use`.
     */
    readonly refusesInUse: boolean | 'undocumented'
    /**
     * True if the cloud's success means that the key pair was deleted. False if a success may have deleted nothing: core
     * then reads the key pairs again, and one that is still listed is `in-use` or `busy`.
     */
    readonly confirms: boolean
  }
  /** Users of key pairs other than instances. `usages`, `audit` and `rotate` do not look at them. */
  readonly notLookedAt: readonly string[]
  /** False on a cloud without attach and detach. */
  readonly instances: InstanceCapabilities | false
}
