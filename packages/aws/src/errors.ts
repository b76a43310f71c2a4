import type { CallFailureCode } from '@cloud-keypair/core/driver'
import type { VendorVerdict } from '@cloud-keypair/core/http'

interface Row {
  readonly code: CallFailureCode
  readonly transient?: true
  readonly outcomeUnknown?: true
  readonly credentials?: true
  readonly hint?: string
}

const invalid: Row = { code: 'invalid-argument' }
const throttled: Row = { code: 'throttled', transient: true }
const failed: Row = { code: 'unavailable', transient: true, outcomeUnknown: true }
const denied: Row = { code: 'permission-denied' }
const badKey: Row = { code: 'unauthenticated', hint: 'Check the access key and its session token.' }
const unsupported: Row = { code: 'unsupported' }
const notEnabled: Row = { code: 'permission-denied', hint: 'Check that the account and the region are enabled.' }
const expiredPage: Row = { code: 'busy', hint: 'List again: the token of the next page is no longer valid.' }
const quota: Row = { code: 'quota-exceeded' }

/** The vendor's codes (docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html). */
const table: ReadonlyMap<string, Row> = new Map<string, Row>([
  ['InvalidKeyPair.NotFound', { code: 'not-found' }],
  ['InvalidKeyPair.Duplicate', { code: 'already-exists' }],
  ['InvalidKeyPair.Format', invalid],
  ['InvalidKey.Format', invalid],
  ['InvalidParameterValue', invalid],
  ['InvalidParameter', invalid],
  ['InvalidParameterCombination', invalid],
  ['MissingParameter', invalid],
  ['UnknownParameter', invalid],
  ['InvalidCharacter', invalid],
  ['ValidationError', invalid],
  ['InvalidPaginationToken', expiredPage],
  ['InvalidNextToken', expiredPage],
  ['RequestLimitExceeded', throttled],
  ['Throttling', throttled],
  ['ThrottlingException', throttled],
  ['EC2ThrottledException', throttled],
  ['BandwidthLimitExceeded', throttled],
  ['AuthFailure', badKey],
  ['SignatureDoesNotMatch', badKey],
  ['InvalidClientTokenId', badKey],
  ['IncompleteSignature', badKey],
  ['MissingAuthenticationToken', badKey],
  [
    'RequestExpired',
    {
      code: 'unauthenticated',
      credentials: true,
      hint: 'Check the clock of this machine, and fetch the session anew.',
    },
  ],
  ['ExpiredToken', { ...badKey, credentials: true }],
  ['UnauthorizedOperation', denied],
  ['AccessDenied', denied],
  ['OptInRequired', notEnabled],
  ['PendingVerification', notEnabled],
  ['Blocked', notEnabled],
  ['Unsupported', unsupported],
  ['UnsupportedOperation', unsupported],
  ['InvalidAction', unsupported],
  ['InternalError', failed],
  ['InternalFailure', failed],
  ['Unavailable', failed],
  ['ServiceUnavailable', failed],
])

function rowOf(code: string, status: number): Row {
  return table.get(code) ?? (code.endsWith('LimitExceeded') ? quota : rowOfStatus(status))
}

/** Judges a status. A 404 means nothing here: the host may be wrong, and the key pair may exist. */
function rowOfStatus(status: number): Row {
  if (status === 401) return { code: 'unauthenticated' }
  if (status === 403) return denied
  if (status === 413 || status === 414 || status === 431) return invalid
  if (status === 429) return throttled
  if (status === 408 || status >= 500) return failed
  return status < 400 ? { code: 'unknown', outcomeUnknown: true } : { code: 'unknown' }
}

/** Judges a refusal: by the vendor's code if there is one, else by the HTTP status. */
export function classify(code: string | undefined, status: number): VendorVerdict {
  const row = code === undefined ? rowOfStatus(status) : rowOf(code, status)
  return { transient: false, outcomeUnknown: false, credentials: false, ...row, items: false }
}
