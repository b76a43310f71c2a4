import type { CloudKeyPair } from './cloud/public-key.js'
import type { Clock, KeyCapabilities, MetadataSupport, NameCapabilities, PowerState, Random } from '@cloud-keypair/core'

/** The largest numbers of things in one call. */
export interface MemoryLimits {
  /** Instances in one attach or detach. Default: 100. */
  readonly change: number
  /** Instances in one stop, start or reboot. Default: 100. */
  readonly powerChange: number
  /** Instances in one read by ids. Default: 100. */
  readonly read: number
  /** Key pairs in one read by names or ids. Default: 100. */
  readonly lookup: number
  /** Key pairs in one delete. Default: 100. */
  readonly delete: number
  /** Key pairs or instances in one page of any read. Default: 100. */
  readonly pageSize: number
  /** Bytes of the items of one call together; a single item is always accepted. Default: no limit. */
  readonly bytes: number
}

/** The behaviour of a cloud in memory, as data: differences between clouds, and points that their documents leave open. */
export interface MemoryTraits {
  /** The references by which the cloud finds a key pair. Without `id` it lists no ids, as Alibaba Cloud ECS does not. */
  readonly identity: readonly ('name' | 'id')[]
  /** True if the record of an instance also has the id of its key pair. Counts only if the cloud lists ids. */
  readonly showsKeyPairId: boolean
  /** True if a second key pair of one name is refused. */
  readonly uniqueNames: boolean
  /** The characters of names that the cloud takes. */
  readonly nameAllows: NameCapabilities['allows']
  /** The most characters in a name. */
  readonly maxNameLength: number
  /** The types of key that the cloud takes. */
  readonly keyTypes: KeyCapabilities['types']
  /** The sizes of RSA keys that the cloud takes. */
  readonly rsaBits: readonly number[] | 'undocumented'
  /** True if a second key pair of one public key is refused. */
  readonly keysOnce: boolean
  readonly description: MetadataSupport
  readonly tags: MetadataSupport
  readonly group: MetadataSupport
  /** True if the cloud generates key pairs. */
  readonly createInCloud: boolean
  /** True if the cloud returns public keys. */
  readonly publicKey: boolean
  /** True if the cloud recognises a repeated call by its token. */
  readonly idempotencyToken: boolean
  /** The limits that differ from their defaults. */
  readonly limits: Partial<MemoryLimits>
  /** True if the delete of a bound key pair is refused. If not, its name stays on the instances. */
  readonly refusesInUse: boolean
  /** True if the documents say whether such a delete is refused. */
  readonly tellsInUse: boolean
  /** True if the answer to a delete does not say that a key pair which is bound was left out. */
  readonly deletesSilently: boolean
  /** The power states of instances that the cloud attaches to and detaches from. */
  readonly power: readonly PowerState[]
  /** The duration of a stop, a start and a reboot, in milliseconds. */
  readonly powerChangeMs: number
  /** The effect of a reboot on the guest: it gets the bound key pair, or keeps its keys. */
  readonly reboot: 'takes-up-key' | 'keeps-key'
  /** The result of an attach over another key pair: replaced or refused; `untold` if the documents do not say so. */
  readonly attachOver: 'replaces' | 'refused' | 'replaces-untold' | 'refused-untold'
  /** The refusal of items that cannot be changed: each alone, or the whole call, which names them or not. */
  readonly refusal: 'per-item' | 'whole-call-named' | 'whole-call-unnamed'
  /**
   * The form of fingerprints: MD5 over the key's SSH form or over its SubjectPublicKeyInfo, or 40 hexadecimal digits
   * that nobody can compute from a key. If Node.js has no MD5, as in FIPS mode, they are always `opaque`.
   */
  readonly fingerprint: 'md5' | 'md5-of-spki' | 'opaque'
  /** The result of a detach from an instance that has another key pair, or none. */
  readonly detachOther: 'no-op' | 'error' | 'detaches'
  /** `replayed` if a refused call that is sent again with its token is refused again; `forgotten` if it is carried out. */
  readonly tokenFailure: 'replayed' | 'forgotten'
  /** The answer to a create that is repeated with its token: with its private key, or without. */
  readonly createReplay: 'with-private-key' | 'without-private-key'
  /** The delay until reads show an attach or detach: none, or 10 seconds. */
  readonly boundAfterAttach: 'at-once' | 'after-seconds'
  /** The time of an attach or detach: with its answer, or 8 seconds later; until then the instance takes no other change. */
  readonly changes: 'at-once' | 'later'
  /** The delay until a detached key pair can be deleted: none, or 10 seconds. */
  readonly deleteAfterDetach: 'at-once' | 'after-seconds'
  /** The order of the verdicts on a call's items. */
  readonly verdictOrder: 'as-given' | 'shuffled'
  /** The code of a delete refused for a bound key pair: one that the driver knows, or another one. */
  readonly inUseCode: 'in-use' | 'unknown'
  /**
   * The result of a second change of key before the restart: both are carried out, or the first is lost.
   * The latter is documented for Volcengine's sister product, at
   * docs.byteplus.com/en/docs/ecs/Unbinding-key-pairs-from-instances.
   */
  readonly secondChange: 'wins' | 'first-lost'
}

/** The traits of a cloud that has every feature and surprises nobody. */
export const usualTraits: MemoryTraits = {
  identity: ['id', 'name'],
  showsKeyPairId: true,
  uniqueNames: true,
  nameAllows: 'any',
  maxNameLength: 128,
  keyTypes: 'undocumented',
  rsaBits: 'undocumented',
  keysOnce: false,
  description: 'any-time',
  tags: 'any-time',
  group: 'any-time',
  createInCloud: true,
  publicKey: true,
  idempotencyToken: true,
  limits: {},
  refusesInUse: true,
  tellsInUse: true,
  deletesSilently: false,
  power: ['running', 'stopped'],
  powerChangeMs: 0,
  reboot: 'takes-up-key',
  attachOver: 'replaces',
  refusal: 'per-item',
  fingerprint: 'md5',
  detachOther: 'no-op',
  tokenFailure: 'replayed',
  createReplay: 'with-private-key',
  boundAfterAttach: 'at-once',
  changes: 'at-once',
  deleteAfterDetach: 'at-once',
  verdictOrder: 'as-given',
  inUseCode: 'in-use',
  secondChange: 'wins',
}

/** The options of a cloud in memory. By default it has the usual traits and this machine's clock. */
export interface MemoryOptions {
  /** Default: this machine's. */
  readonly clock?: Clock | undefined
  /** For the order of shuffled verdicts. Default: `Math.random`. */
  readonly random?: Random | undefined
  /** Generates the key of a create in the cloud. Default: RSA of 2048 bits, which is slow. */
  readonly generateKeyPair?: (() => CloudKeyPair) | undefined
  /** The traits that differ from those of `memoryVariants.usual`. */
  readonly traits?: Partial<MemoryTraits> | undefined
}
