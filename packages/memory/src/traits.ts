import type { CloudKeyPair } from './cloud/public-key.js'
import type { Clock, MetadataSupport, PowerState, Random } from '@cloud-keypair/core'

/** How many of something one call takes. */
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
  /** Bytes that the items of one call may come to together; one alone is always taken. Default: no limit. */
  readonly bytes: number
}

/** How a cloud in memory behaves, as data: what differs between clouds, or what their documents leave open. */
export interface MemoryTraits {
  /** What the cloud resolves a key pair by. Without `id` it lists no ids, as Alibaba Cloud ECS does not. */
  readonly identity: readonly ('name' | 'id')[]
  /** True if the record of an instance names its key pair by id too, where the cloud lists ids. */
  readonly showsKeyPairId: boolean
  /** True if a second key pair of one name is refused. */
  readonly uniqueNames: boolean
  readonly description: MetadataSupport
  readonly tags: MetadataSupport
  readonly group: MetadataSupport
  /** True if the cloud generates key pairs. */
  readonly createInCloud: boolean
  /** True if it returns public keys. */
  readonly publicKey: boolean
  /** True if it knows a repeated call by its token. */
  readonly idempotencyToken: boolean
  /** What is absent has its default. */
  readonly limits: Partial<MemoryLimits>
  /** True if a key pair that is bound is not deleted. Where it is, its name dangles on the instances. */
  readonly refusesInUse: boolean
  /** The power states in which it attaches and detaches. */
  readonly power: readonly PowerState[]
  /** How long a stop, a start and a reboot each take, in milliseconds. */
  readonly powerChangeMs: number
  /** What a reboot does for the guest: it takes up the key pair that is bound, or it does not. */
  readonly reboot: 'takes-up-key' | 'keeps-key'
  /** An attach over another key pair: it replaces it, or is refused; and what the documents say of it: that, or nothing. */
  readonly attachOver: 'replaces' | 'refused' | 'replaces-untold' | 'refused-untold'
  /** What items that cannot be changed come to: each is refused, or the whole call is, with them named or not. */
  readonly refusal: 'per-item' | 'whole-call-named' | 'whole-call-unnamed'
  /**
   * The form of fingerprints: MD5 over the key's SSH form or over its SubjectPublicKeyInfo, or 40 hexadecimal digits
   * that nobody can compute from a key. Without MD5 in Node.js, as in FIPS mode, they are the last in any case.
   */
  readonly fingerprint: 'md5' | 'md5-of-spki' | 'opaque'
  /** Detaching a key pair that is not the one bound, or where none is. */
  readonly detachOther: 'no-op' | 'error' | 'detaches'
  /** True if a refused call that is sent again with its token is refused the same way; false if it is carried out. */
  readonly tokenFailure: 'replayed' | 'forgotten'
  /** True if a key pair that was created, asked for again with its token, comes with its private key. */
  readonly createReplay: 'with-private-key' | 'without-private-key'
  /** When reads show an attach or detach: at once, or 10 seconds later. */
  readonly boundAfterAttach: 'at-once' | 'after-seconds'
  /** When a key pair that was detached can be deleted: at once, or 10 seconds later. */
  readonly deleteAfterDetach: 'at-once' | 'after-seconds'
  /** The order of the verdicts on a call's items. */
  readonly verdictOrder: 'as-given' | 'shuffled'
  /** True if the code of a key pair that is not deleted because it is bound is one that the driver knows. */
  readonly inUseCode: 'in-use' | 'unknown'
  /**
   * A second change of key before the restart: both are carried out, or the guest never hears of the first.
   * The latter is documented for Volcengine's sister product, at
   * docs.byteplus.com/en/docs/ecs/Unbinding-key-pairs-from-instances.
   */
  readonly secondChange: 'wins' | 'first-lost'
}

/** The traits of a cloud that has everything and is kind. */
export const usualTraits: MemoryTraits = {
  identity: ['id', 'name'],
  showsKeyPairId: true,
  uniqueNames: true,
  description: 'any-time',
  tags: 'any-time',
  group: 'any-time',
  createInCloud: true,
  publicKey: true,
  idempotencyToken: true,
  limits: {},
  refusesInUse: true,
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
  deleteAfterDetach: 'at-once',
  verdictOrder: 'as-given',
  inUseCode: 'in-use',
  secondChange: 'wins',
}

/** What a cloud in memory is made with; with nothing of it, it is the usual one on this machine's clock. */
export interface MemoryOptions {
  /** Default: this machine's. */
  readonly clock?: Clock | undefined
  /** Chance, for the order of shuffled verdicts. Default: `Math.random`. */
  readonly random?: Random | undefined
  /** Makes what the cloud generates. Default: RSA of 2048 bits, which takes a while. */
  readonly generateKeyPair?: (() => CloudKeyPair) | undefined
  /** Default: those of `memoryVariants.usual`. */
  readonly traits?: Partial<MemoryTraits> | undefined
}
