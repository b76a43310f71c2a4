import { busy, createJudge, failed, invalid, missing, missingInstance, quota, type Judge, type Row } from '../errors.js'

const windows: Row = { code: 'instance-unsupported', items: true, hint: 'Windows takes no key pairs.' }
const wrongState: Row = { code: 'instance-state', items: true }
const wrongKey: Row = {
  code: 'invalid-argument',
  hint: 'The vendor lists RSA, DSA and ECDSA keys, and does not list ed25519.',
}

/**
 * The codes of ECS 2014-05-26, by the pages of each action at www.alibabacloud.com/help/en/ecs/developer-reference:
 *   K  createkeypair, importkeypair
 *   D  deletekeypairs
 *   A  attachkeypair, detachkeypair
 *   P  stopinstances, startinstances
 */
const codes: ReadonlyMap<string, Row> = new Map<string, Row>([
  // The key pair.
  ['InvalidKeyPairName.Malformed', invalid], // K: Specified Key Pair name is not valid.
  ['InvalidPublicKeyBody.Malformed', wrongKey], // K: The PublicKeyBody format is not supported.
  ['KeyPair.AlreadyExist', { code: 'already-exists' }], // K: The key pair already exist.
  ['QuotaExceed.KeyPair', quota], // K: The key pair quota exceeds.
  ['QuotaExceed.Tags', quota], // K: %s
  ['Duplicate.TagKey', invalid], // K: The Tag.N.Key contain duplicate key.
  ['InvalidTagKey.Malformed', invalid], // K: The specified Tag.n.Key is not valid.
  ['InvalidTagValue.Malformed', invalid], // K: The specified Tag.n.Value is not valid.
  ['InvalidRegionId.NotFound', { code: 'invalid-argument', hint: 'Check the region.' }], // K: The RegionId provided does not exist in our records.
  [
    'InvalidResourceGroup.NotFound',
    { code: 'invalid-argument', hint: 'Check the group: it is the id of a resource group.' },
  ], // K
  ['InvalidKeyPairNames.ValueNotSupported', invalid], // D
  // D: The specified parameter "KeyPairNames" attached to instances can not be deleted.
  ['InvalidParameter.KeypairAlreadyAttachedInstance', { code: 'in-use' }],
  ['InvalidKeyPairName.NotFound', missing], // A, with 400 or 404: The specified KeyPairName does not exist.
  ['InvalidKeyPair.NotFound', missing], // ignored after a delete by github.com/aliyun/terraform-provider-alicloud

  // Instances. The same codes come for a whole call and for one instance of it.
  // A: The specified parameter InstanceIds is not valid. What is sent is always an array, so one of its ids is at fault.
  ['InvalidInstanceIds.ValueNotSupported', { code: 'invalid-argument', items: true }],
  ['InstanceKeyPairLimitExceeded', invalid], // A, D: too many in one call
  ['InvalidParameter.TooManyInstanceIds', invalid], // P
  ['DependencyViolation.WindowsInstance', windows], // A: The instance creating is windows, cannot use ssh key pair to login
  ['DependencyViolation.IoOptimize', { code: 'instance-unsupported', items: true }], // A: The specified parameter InstanceIds is not valid. (its I/O optimization)
  ['InvalidInstanceId.NotFound', missingInstance], // P, with 403 or 404: The specified InstanceId does not exist.
  ['InvalidInstanceIds.NotFound', missingInstance], // P
  ['IncorrectInstanceStatus', wrongState], // P: The current status of the resource does not support this operation.
  ['InstanceLockedForSecurity', { ...wrongState, hint: 'The vendor locked the instance for security reasons.' }], // P
  ['InstanceExpiredOrInArrears', { code: 'billing', items: true, hint: 'Renew the instance, or top up the account.' }], // P
  ['InsufficientBalance', { code: 'billing', hint: 'Top up the account.' }], // P: Your account does not have enough balance.
  ['OperationDenied.NoStock', { code: 'capacity', items: true }], // P
  ['InstanceNotReady', busy], // P
  ['InvalidOperation.Conflict', busy], // P
  ['LastTokenProcessing', { ...busy, outcomeUnknown: true }], // sent again by github.com/aliyun/terraform-provider-alicloud
  ['LimitedOperation.ServiceUnavailable', failed], // P
])

const sentences = [
  [/windows?, cannot use ssh key pair/, 'DependencyViolation.WindowsInstance'],
  [/^The current status of the resource does not support/, 'IncorrectInstanceStatus'],
  [/^The specified InstanceId does not exist/, 'InvalidInstanceId.NotFound'],
  [/instance is locked (due to|for) security/, 'InstanceLockedForSecurity'],
] as const

/** Judges what ECS refuses. */
export const judge: Judge = createJudge({ codes, families: [[/^IncorrectInstanceStatus/, wrongState]], sentences })
