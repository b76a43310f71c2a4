import type { SecondChange } from '../../guest-keys.js'
import type { BatchVariants } from '../batch.js'

/**
 * The behaviours that the documents of ECS leave open. Each is a named possibility, not a guess: an adapter that works
 * under all of them works on the real cloud.
 */
export interface AlibabaEcsVariants extends BatchVariants {
  /**
   * The form of KeyPairFingerPrint, with colons. The pages say MD5 (RFC 4716), which has 16 bytes; the sample of
   * CreateKeyPair has 20, and of what is not said. `md5-of-spki` is over the SubjectPublicKeyInfo, as Amazon EC2 has
   * it under a page that says RFC 4716.
   */
  readonly fingerprint: 'md5' | 'md5-of-spki' | 'sha1-like'
  /**
   * The form of PrivateKeyBody. The page says PEM of PKCS#8; the sample is the bare base64 of PKCS#1, without the
   * lines around it.
   */
  readonly privateKeyBody: 'pkcs1' | 'pkcs8' | 'bare'
  /** Attaching the key pair that is bound already. The page says that the old one is replaced, and no more. */
  readonly attachSame: 'ok' | 'error'
  /** Detaching a key pair from an instance that has another one, or none. The page has no code for it. */
  readonly detachOther: 'no-op' | 'error' | 'detaches'
  /**
   * A second change of key before the restart. The pages of AttachKeyPair and DetachKeyPair say nothing; of another
   * cloud it is documented that the first is lost.
   */
  readonly secondChange: SecondChange
  /**
   * The form of the refusal of one instance: its result or, with the same code, the whole call.
   * The SDK's text of AttachKeyPair has the first; the pages list DependencyViolation.WindowsInstance for the call.
   */
  readonly badInstance: 'item' | 'call'
  /** The code of an instance in a wrong state, in the results of a batch. The SDK's text has the rule, no code. */
  readonly wrongStateCode: 'IncorrectInstanceStatus' | 'Refused'
  /** The HTTP status of InvalidKeyPairName.NotFound: 404 in the documents of 2018, 400 since. */
  readonly unknownKeyPairStatus: 400 | 404
  /**
   * DeleteKeyPairs of a name that isn't there. The page lists no code; the vendor's Terraform provider once ignored
   * `InvalidKeyPair.NotFound`.
   */
  readonly deleteUnknown: 'ok' | 'InvalidKeyPair.NotFound'
  /** The fate of the other key pairs of a DeleteKeyPairs that is refused for one of them. No page says. */
  readonly deleteRefused: 'all-stay' | 'others-go'
  /**
   * For how many seconds after a detach a delete is still refused with
   * InvalidParameter.KeypairAlreadyAttachedInstance. The vendor's Terraform provider repeats it for minutes (resource_alicloud_ecs_key_pair.go).
   */
  readonly afterDetachBusySeconds: number
  /** The answer to a PageSize above the maximum. No page says. */
  readonly pageSizeBeyond: 'refused' | 'capped'
  /** StoppedMode if the call does not give it: a setting of the account (help.aliyun.com/document_detail/63353.html). */
  readonly defaultStoppedMode: 'KeepCharging' | 'StopCharging'
  /**
   * The capacity of an instance that was stopped with StopCharging, which gives it back: there for the next start, or gone
   * (help.aliyun.com, api-ecs-2014-05-26-stopinstances).
   */
  readonly capacityGivenBack: 'there' | 'gone'
  /** The duration of a stop, a start and a reboot, in milliseconds. */
  readonly powerChangeMs: number
}

/** The variants that hold unless said otherwise. */
export const defaultAlibabaEcsVariants: AlibabaEcsVariants = {
  values: 'numbers',
  itemCode: 'text',
  batchTotal: 'items',
  resultOrder: 'as-given',
  fingerprint: 'md5',
  privateKeyBody: 'pkcs1',
  attachSame: 'ok',
  detachOther: 'no-op',
  secondChange: 'wins',
  badInstance: 'item',
  wrongStateCode: 'IncorrectInstanceStatus',
  unknownKeyPairStatus: 400,
  deleteUnknown: 'ok',
  deleteRefused: 'all-stay',
  afterDetachBusySeconds: 0,
  pageSizeBeyond: 'refused',
  defaultStoppedMode: 'KeepCharging',
  capacityGivenBack: 'there',
  powerChangeMs: 20_000,
}
