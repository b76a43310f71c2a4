import { type CodeMeaning, createCodeTable } from '@cloud-keypair/core/http'

const invalid: CodeMeaning = { code: 'invalid-argument' }
const throttled: CodeMeaning = { code: 'throttled', transient: true }
const failed: CodeMeaning = { code: 'unavailable', transient: true, outcomeUnknown: true }
const denied: CodeMeaning = { code: 'permission-denied' }
const unsupported: CodeMeaning = { code: 'unsupported' }
const badKey: CodeMeaning = { code: 'unauthenticated', hint: 'Check the access key and its session token.' }
const expired: CodeMeaning = { ...badKey, credentials: true }
const lateClock = 'Check the clock of this machine, and fetch the session anew.'
const notEnabled: CodeMeaning = { ...denied, hint: 'Check that the account and the region are enabled.' }
const expiredPage: CodeMeaning = { code: 'busy', hint: 'List again: the token of the next page is no longer valid.' }

/** Looks up a code of Amazon EC2 (docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html). */
export const classify: (code: string) => CodeMeaning | undefined = createCodeTable({
  'InvalidKeyPair.NotFound': { code: 'not-found' },
  'InvalidKeyPair.Duplicate': { code: 'already-exists' },
  'InvalidKeyPair.Format': invalid,
  'InvalidKey.Format': invalid,
  'InvalidParameter*': invalid,
  MissingParameter: invalid,
  UnknownParameter: invalid,
  InvalidCharacter: invalid,
  ValidationError: invalid,
  InvalidPaginationToken: expiredPage,
  InvalidNextToken: expiredPage,
  '*LimitExceeded': { code: 'quota-exceeded' },
  RequestLimitExceeded: throttled,
  BandwidthLimitExceeded: throttled,
  'Throttling*': throttled,
  EC2ThrottledException: throttled,
  AuthFailure: badKey,
  SignatureDoesNotMatch: badKey,
  InvalidClientTokenId: badKey,
  IncompleteSignature: badKey,
  MissingAuthenticationToken: badKey,
  ExpiredToken: expired,
  RequestExpired: { ...expired, hint: lateClock },
  UnauthorizedOperation: denied,
  AccessDenied: denied,
  OptInRequired: notEnabled,
  PendingVerification: notEnabled,
  Blocked: notEnabled,
  'Unsupported*': unsupported,
  InvalidAction: unsupported,
  'Internal*': failed,
  '*Unavailable': failed,
})
