import type { SecondChange } from '../../guest-keys.js'
import type { BatchVariants } from '../batch.js'

/**
 * The behaviours that the documents of ENS leave open. Each is a named possibility, not a guess: an adapter that works
 * under all of them works on the real cloud.
 */
export interface AlibabaEnsVariants extends BatchVariants {
  /**
   * The form of KeyPairFingerPrint: the samples are hexadecimal without colons, and cut short. What is hashed is on no
   * page: `md5-of-spki` is over the SubjectPublicKeyInfo, as Amazon EC2 has it under a page that says RFC 4716.
   */
  readonly fingerprint: 'md5' | 'md5-of-spki' | 'opaque'
  /** PrivateKeyBody: PEM, or with `\n` as two characters, as the sample of CreateKeyPair has it. */
  readonly privateKeyBody: 'pem' | 'escaped'
  /** The end of a RequestId: the sample of DeleteKeyPairs has a tab. */
  readonly requestId: 'plain' | 'tab'
  /** True if a name can be given twice. The page of CreateKeyPair does not say; those of attach advise to use ids. */
  readonly names: 'unique' | 'repeat'
  /** The parameter that counts if KeyPairId and KeyPairName differ. The pages prefer the id. */
  readonly bothGiven: 'id' | 'name' | 'refused'
  /** True if `*` in KeyPairName of DescribeKeyPairs stands for anything, as it does in ECS. */
  readonly wildcard: 'yes' | 'no'
  /** The largest PageSize of DescribeKeyPairs. The page names none; other lists have 50 and 100. */
  readonly pageSizeMaximum: 10 | 50 | 100
  /** The answer to a PageSize above the maximum. No page says. */
  readonly pageSizeBeyond: 'refused' | 'capped'
  /** Attaching over another bound key pair: replaced as in ECS, or refused, for the instance or the whole call. */
  readonly attachOverBound: 'replaces' | 'refuses-item' | 'refuses-call'
  /** Attaching the key pair that is bound already. */
  readonly attachSame: 'ok' | 'error'
  /**
   * Detaching, by id alone, a key pair that is not the one bound: an error of the item, or of the whole call. The
   * page (DetachKeyPair) has the rule for KeyPairName only, and there it is the whole call.
   */
  readonly detachOtherById: 'item' | 'call'
  /** The instances that the message of PublicKeyNotAttachWithInstance names. The page's text names none. */
  readonly culprits: 'none' | 'first' | 'all'
  /** Detaching a key pair that was deleted while bound: its name still shows on the instance. */
  readonly detachDeleted: 'error' | 'detaches'
  /** A second change of key before the next start. */
  readonly secondChange: SecondChange
  /** The form of the refusal of one instance (unknown, not stopped, denied): its result, or the whole call. */
  readonly badInstance: 'item' | 'call'
  /** The code of an instance that isn't stopped, in an attach or detach: those of two other operations of ENS. */
  readonly wrongStateCode: 'IncorrectInstanceStatus' | 'InvalidOperation.InvalidEnsStatus'
  /** True if an instance of Windows takes a key pair. */
  readonly windows: 'refused' | 'accepted'
  /** The code for a name that is taken: no page lists one. */
  readonly takenNameCode: 'InvalidParameter.KeyPairName' | 'ens.interface.error'
  /** The code for a key pair that isn't there: no page lists one. */
  readonly unknownKeyPairCode: 'InvalidParameter.KeyPair' | 'ens.interface.error'
  /** DeleteKeyPairs of a key pair that isn't there. */
  readonly deleteUnknown: 'ok' | 'error'
  /** KeyPairName of an instance that has none. */
  readonly unboundName: 'absent' | 'empty'
  /** The code of a start refused for lack of stock: no page lists one. */
  readonly noStockCode: 'CallInterface' | 'ens.interface.error'
  /** The duration of a stop, a start and a reboot, in milliseconds. */
  readonly powerChangeMs: number
}

/** The variants that hold unless said otherwise. */
export const defaultAlibabaEnsVariants: AlibabaEnsVariants = {
  values: 'numbers',
  itemCode: 'number',
  batchTotal: 'items',
  resultOrder: 'as-given',
  fingerprint: 'md5',
  privateKeyBody: 'pem',
  requestId: 'plain',
  names: 'unique',
  bothGiven: 'id',
  wildcard: 'no',
  pageSizeMaximum: 50,
  pageSizeBeyond: 'refused',
  attachOverBound: 'replaces',
  attachSame: 'ok',
  detachOtherById: 'item',
  culprits: 'none',
  detachDeleted: 'error',
  secondChange: 'wins',
  badInstance: 'item',
  wrongStateCode: 'IncorrectInstanceStatus',
  windows: 'refused',
  takenNameCode: 'InvalidParameter.KeyPairName',
  unknownKeyPairCode: 'InvalidParameter.KeyPair',
  deleteUnknown: 'error',
  unboundName: 'absent',
  noStockCode: 'CallInterface',
  powerChangeMs: 20_000,
}
