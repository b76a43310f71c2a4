import { type CodeMeaning, createCodeTable } from '@cloud-keypair/core/http'

const invalid: CodeMeaning = { code: 'invalid-argument' }
const throttled: CodeMeaning = { code: 'throttled', transient: true }
const failed: CodeMeaning = { code: 'unavailable', transient: true, outcomeUnknown: true }
const denied: CodeMeaning = { code: 'permission-denied' }
const badKey: CodeMeaning = { code: 'unauthenticated', hint: 'Check the secret id, the secret key and the token.' }
const missing: CodeMeaning = { code: 'not-found', items: true }
const busy: CodeMeaning = { code: 'busy', transient: true, items: true }
const state: CodeMeaning = { code: 'instance-state', items: true }
const unfit: CodeMeaning = { code: 'instance-unsupported', items: true }
const capacity: CodeMeaning = { code: 'capacity', items: true }
const billing: CodeMeaning = { code: 'billing', hint: 'Top up the account, or pay its orders.' }
const taken: CodeMeaning = { code: 'already-exists' }

/**
 * Looks up a code of Tencent Cloud CVM: `errors.go` of the vendor's SDK for Go (cvm/v20170312), and the common codes
 * (tencentcloud.com/document/product/1140/51177).
 */
export const classify: (code: string) => CodeMeaning | undefined = createCodeTable({
  // The key pair.
  'InvalidKeyPairId.NotFound': missing,
  'InvalidParameterValue.KeyPairNotFound': missing,
  'InvalidKeyPairName.Duplicate': taken,
  'InvalidPublicKey.Duplicate': taken,
  'InvalidKeyPair.LimitExceeded': { code: 'quota-exceeded' },
  // "the key does not support this operation": no page says when.
  'InvalidParameterValue.KeyPairNotSupported': { code: 'unknown', items: true },
  'InvalidPublicKey.*': { ...invalid, hint: 'Tencent Cloud documents RSA keys alone.' },
  'InvalidKeyPairName*': invalid,
  'InvalidKeyPairId.*': invalid,
  'InvalidProjectId.NotFound': { ...invalid, hint: 'The group is the id of a project.' },
  // The instances.
  'InvalidInstanceId.NotFound': missing,
  'InvalidInstanceId.*': invalid,
  'InvalidInstance.NotSupported': unfit,
  'UnsupportedOperation.InstanceOsWindows': unfit,
  'UnsupportedOperation.KeyPairUnsupportedWindows': unfit,
  'UnsupportedOperation.SpecialInstanceType': unfit,
  'UnsupportedOperation.StoppedModeStopCharging': {
    ...unfit,
    hint: 'The instance was stopped without charges: start it, and stop it with charges.',
  },
  'UnsupportedOperation.InstanceState*': state,
  'UnsupportedOperation.InstanceStatePending': busy,
  'UnsupportedOperation.InstanceStateRebooting': busy,
  'UnsupportedOperation.InstanceStateStarting': busy,
  'UnsupportedOperation.InstanceStateStopping': busy,
  'UnsupportedOperation.InstanceStateExitRescueMode': busy,
  'MutexOperation.TaskRunning': busy,
  'OperationDenied.InstanceOperationInProgress': busy,
  'ResourceInsufficient.*': capacity,
  'ResourcesSoldOut.*': capacity,
  'InvalidAccount.*': billing,
  // The call.
  'InvalidParameter*': invalid,
  MissingParameter: invalid,
  UnknownParameter: invalid,
  'InvalidFilter*': invalid,
  'UnsupportedOperation*': { code: 'unsupported' },
  ActionOffline: { code: 'unsupported' },
  UnsupportedRegion: { code: 'unsupported', hint: 'Check the region.' },
  // The caller.
  'AuthFailure.*': badKey,
  'AuthFailure.TokenFailure': { ...badKey, credentials: true },
  'AuthFailure.SignatureExpire': {
    code: 'unauthenticated',
    hint: 'Check the clock of this machine: it is more than 5 minutes off.',
  },
  'AuthFailure.MFAFailure': denied,
  'AuthFailure.UnauthorizedOperation': denied,
  'UnauthorizedOperation*': denied,
  // The cloud.
  'RequestLimitExceeded*': throttled,
  InternalError: failed,
  InternalServerError: failed,
  'ResourceUnavailable*': failed,
  ServiceUnavailable: failed,
})
