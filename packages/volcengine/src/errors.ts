import type { CallFailureCode } from '@cloud-keypair/core/driver'
import type { VendorVerdict } from '@cloud-keypair/core/http'

interface Row {
  readonly code: CallFailureCode
  readonly transient?: true
  readonly outcomeUnknown?: true
  readonly credentials?: true
  readonly hint?: string
}

const busy: Row = { code: 'busy', transient: true, outcomeUnknown: true }
const failed: Row = { code: 'unavailable', transient: true, outcomeUnknown: true }
const throttled: Row = { code: 'throttled', transient: true }
const invalid: Row = { code: 'invalid-argument' }
const quota: Row = { code: 'quota-exceeded' }
const denied: Row = { code: 'permission-denied' }
const unknown: Row = { code: 'unknown' }
const elsewhere: Row = {
  code: 'invalid-argument',
  hint: 'Check region and endpoint: they do not offer ECS 2020-04-01.',
}
const badKey: Row = {
  code: 'unauthenticated',
  credentials: true,
  hint: 'Check the access key; one whose session token expired has to be fetched anew.',
}
const unsigned: Row = { code: 'unauthenticated', hint: 'Check that nothing between here and the cloud drops headers.' }

/**
 * The vendor's codes. The sentence behind each is the vendor's own, from
 *   C  the common codes of ECS, volcengine.com/docs/6396/1253687
 *   G  those of the gateway, volcengine.com/docs/6369/68677
 *   A  AttachKeyPair and DetachKeyPair, volcengine.com/docs/6396/120451 and 120450
 *   D  DeleteKeyPairs, volcengine.com/docs/6396/120513
 *   L  DescribeKeyPairs, volcengine.com/docs/6396/120446
 *   M  ModifyKeyPairAttribute, volcengine.com/docs/6396/120449
 *   P  StartInstance, StartInstances, StopInstances, volcengine.com/docs/6396/70467, 101068 and 101067
 * A page without a sentence after it lists the code; its wording is unknown.
 */
const table: ReadonlyMap<string, Row> = new Map<string, Row>([
  // The key pair and the instances.
  ['InvalidKeyPair.NotFound', { code: 'not-found' }], // D: The specified KeyPair does not exist.
  ['InvalidInstance.NotFound', { code: 'not-found' }], // A, P: The specified instance does not exist.
  [
    'InvalidInstanceStatus', // P: The status of the specified instance does not support this request.
    { code: 'instance-state', hint: 'Key pairs are attached to and detached from running and stopped instances.' },
  ],
  ['InvalidKeyPairForWindows.Unsupported', { code: 'instance-unsupported', hint: 'Windows takes no key pairs.' }], // A
  [
    'InvalidResetAuthenticationAgent.NotFound', // A
    { code: 'instance-unsupported', hint: "Install the vendor's password plug-in in the instance first." },
  ],
  ['InvalidInstance.RequestForbidden', denied], // P
  ['Insufficient.Balance', { code: 'billing', hint: 'Top up the account.' }], // P: The request is denied due to the lack of balance.

  // The call.
  ['InvalidArgument', invalid], // L, D, P
  ['MissingParameter', invalid], // C: The request is missing %s parameter.
  ['MissingParameter.InstanceId', invalid], // P: The required parameter InstanceId is not supplied.
  ['MissingParameter.InstanceIds', invalid], // A
  ['MissingParameter.KeyPairName', invalid], // D
  ['MissingParameter.KeyPairNames', invalid], // D
  ['MissingParameter.KeyPairNameAndKeyPairId', invalid], // A, M
  ['MissingParameter.Description', invalid], // M
  ['InvalidKeyPairDescription.Malformed', invalid], // M
  ['InvalidClientToken.Malformed', invalid], // M, P: The specified ClientToken is malformed.
  ['InvalidStoppedMode.Malformed', invalid], // P
  // Limits of one call, not of the account.
  ['LimitExceeded.MaximumKeyPairNames', invalid], // L, D
  ['LimitExceeded.MaximumKeyPairIds', invalid], // L
  ['LimitExceeded.MaximumInstanceIds', invalid], // A
  // M, P: The request uses the same client token as a previous, but non-identical request.
  ['IdempotentParameterMismatch', { code: 'invalid-argument', hint: 'A token was used before with another request.' }],
  ['IdempotentProcessing', busy], // D, A: the first request with this token is still at work, to be sent again later

  // The caller.
  ['MissingRequestInfo', unsigned], // C: The request is missing %s information.
  ['InvalidAuthorization', unsigned], // C: Invalid 'Authorization' header, Pls check authorization header.
  ['MissingAuthenticationToken', unsigned], // C: Request is missing Authentication Token.
  ['MissingSignature', unsigned], // C: The request is missing signature.
  ['InvalidCredential', badKey], // C: Invalid credential in 'Authorization', Pls check credential in authorization header.
  ['InvalidAccessKey', badKey], // C: The accesskey [%s] included in the request is invalid.
  ['InvalidSecretToken', badKey], // C: Invalid secret token, msg: %s. (a wrong signature, an expired token, …)
  ['SignatureDoesNotMatch', badKey], // C: The request signature we calculated does not match the signature you provided.
  [
    'InvalidTimestamp', // C: The Signature of the request is expired. (or its date is in the future)
    { code: 'unauthenticated', hint: 'Check the clock of this machine: it is more than 15 minutes off.' },
  ],
  ['AccessDenied', denied], // G: User is not authorized to perform: %s on resource: %s.
  ['LackPolicy', denied], // G: Request was rejected because of lack of policy.
  ['LackProjectPolicy', denied], // C: Request was rejected because of lack of project policy.

  // The cloud.
  ['ServiceNotFound', elsewhere], // G: This service[%s] not found.
  ['InvalidActionOrVersion', elsewhere], // G: Could not find operation %s for version %s.
  ['FlowLimitExceeded', throttled], // L, D, A
  ['InternalError', failed], // G: Service has some internal Error. Pls Contact With Admin.
  ['InternalServiceError', failed],
  ['InternalServiceTimeout', failed], // G: Internal Service is timeout. Pls Contact With Admin.
  ['ServiceUnavailableTemp', failed],
])

/**
 * The codes of CreateKeyPair and ImportKeyPair, of a delete of a bound key pair, and of a start without stock
 * are on no page that was to be had. These are the forms that the vendor's codes take elsewhere. `Invalid…` by
 * itself does not mean "not found": InvalidInstanceStatus does not.
 */
const families: readonly (readonly [RegExp, Row])[] = [
  [/(KeyPair|Instance)\w{0,40}\.NotFound$/, { code: 'not-found' }],
  [/Duplicat|AlreadyExist|\.Exists?$|Existed$/, { code: 'already-exists' }],
  [/^FlowLimit|Throttl|TooManyRequests/, throttled],
  [/^LimitExceeded|QuotaExceed|ExceededQuota/, quota],
  [/Balance|Arrear|Overdue/, { code: 'billing' }],
  [/Stock|SoldOut|Insufficient.*(Capacity|Resource)/, { code: 'capacity' }],
  [/(Token|Credential|AccessKey).*Expired|Expired.*(Token|Credential|AccessKey)/, badKey],
  [/\.Malformed$|^Missing/, invalid],
]

const inUse = /InUse|Bound|Attach|Associat|Depend/

/** The token of a page is the cloud's own: what is wrong with it is that the list took too long. */
const expiredPage: Row = { code: 'busy', hint: 'List again: the token of the next page is no longer valid.' }

function isAboutPage(code: string, message: string): boolean {
  return (
    /(Next|Page)Token/.test(code) || (/^Invalid(Argument|Parameter)/.test(code) && /\b(Next|Page)Token\b/.test(message))
  )
}

function rowOf(code: string, status: number, action: string, message: string): Row {
  if (isAboutPage(code, message)) return expiredPage
  const row = table.get(code)
  if (row !== undefined) return row
  if (action === 'DeleteKeyPairs' && inUse.test(code)) return { code: 'in-use' }
  const family = families.find(([pattern]) => pattern.test(code))
  if (family !== undefined) return family[1]
  return status < 401 && code.startsWith('Invalid') ? invalid : rowOfStatus(status)
}

/** Judges a status. A 404 means nothing here: the host may be wrong, and the key pair may exist. */
function rowOfStatus(status: number): Row {
  if (status === 401) return { code: 'unauthenticated' }
  if (status === 403) return denied
  if (status === 413 || status === 414 || status === 431) return invalid
  if (status === 429) return throttled
  return status === 408 || status >= 500 ? failed : unknown
}

/** Judges a refusal: by the vendor's code if there is one, else by the HTTP status. */
export function classify(code: string | undefined, status: number, action: string, message = ''): VendorVerdict {
  const row = code === undefined ? rowOfStatus(status) : rowOf(code, status, action, message)
  return {
    code: row.code,
    transient: row.transient === true,
    // In a 200, an unknown code does not prove that nothing was changed.
    outcomeUnknown: row.outcomeUnknown === true || (row === unknown && status < 400),
    credentials: row.credentials === true,
    // No code of Volcengine's refuses a call for some of its instances.
    items: false,
    ...(row.hint !== undefined && { hint: row.hint }),
  }
}
