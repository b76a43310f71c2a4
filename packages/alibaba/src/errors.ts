import type { CallFailureCode } from '@cloud-keypair/core/driver'
import type { VendorVerdict } from '@cloud-keypair/core/http'

/** The meaning of a code of the vendor. */
export interface Row {
  readonly code: CallFailureCode
  readonly transient?: true
  readonly outcomeUnknown?: true
  readonly credentials?: true
  readonly items?: true
  readonly hint?: string
}

/** The codes of one product, before those that all products share. */
export interface ErrorTable {
  readonly codes: ReadonlyMap<string, Row>
  /** The forms of codes that are listed by their form only, or nowhere. */
  readonly families: readonly (readonly [RegExp, Row])[]
  /** The codes of sentences, for answers without a code. */
  readonly sentences: readonly (readonly [RegExp, string])[]
}

/** The rules by which refusals of a product are judged. */
export interface Judge {
  /** Judges a call: by the vendor's code if there is one, else by the HTTP status. */
  call(code: string | undefined, status: number, message?: string): VendorVerdict
  /**
   * Judges one item of a call that was accepted. The samples of items have the code 200, and none is of a failure: the
   * code may be the vendor's, or an HTTP status with the vendor's code or sentence as its message.
   */
  item(code: string, message: string): VendorVerdict
}

export const invalid: Row = { code: 'invalid-argument' }
const denied: Row = { code: 'permission-denied' }
export const missing: Row = { code: 'not-found' }
export const missingInstance: Row = { code: 'not-found', items: true }
export const quota: Row = { code: 'quota-exceeded' }
export const failed: Row = { code: 'unavailable', transient: true, outcomeUnknown: true }
/** The cloud is at something before this, and refuses until that is done. */
export const busy: Row = { code: 'busy', transient: true }
/** A refusal that says nothing, not even whether something was done before it. */
export const opaque: Row = { code: 'unknown', outcomeUnknown: true }

const unknown: Row = { code: 'unknown' }
const throttled: Row = { code: 'throttled', transient: true }
const badKey: Row = {
  code: 'unauthenticated',
  credentials: true,
  hint: 'Check the access key. If its security token expired, fetch a new one.',
}
const unsigned: Row = {
  code: 'unauthenticated',
  hint: 'Check that nothing between here and the cloud changes headers.',
}
const wrongClock: Row = {
  code: 'unauthenticated',
  hint: 'Check the clock of this machine: it is more than 15 minutes off.',
}
const elsewhere: Row = { code: 'invalid-argument', hint: 'Check the endpoint: it does not offer this API.' }

/**
 * The codes of every product, from
 *   C  the common errors of ECS, github.com/AlibabaCloudDocs/ecs, API Reference, and
 *      www.alibabacloud.com/help/en/dns/error-code
 *   R  what is sent again by github.com/aliyun/terraform-provider-alicloud (NeedRetry)
 */
const common: ReadonlyMap<string, Row> = new Map<string, Row>([
  ['MissingParameter', invalid], // C: The input parameter "%s" that is mandatory for processing this request is not supplied.
  ['InvalidParameter', invalid],
  ['InvalidAction.NotFound', elsewhere], // C: Specified api is not found, please check your url and method.
  ['InvalidVersion', elsewhere], // C: Specified parameter Version is not valid.

  ['InvalidAccessKeyId.NotFound', badKey], // C: The Access Key ID provided does not exist in our records.
  ['InvalidAccessKeyId.Inactive', badKey], // C
  ['SignatureDoesNotMatch', badKey], // C: Specified signature is not matched with our calculation.
  ['IncompleteSignature', unsigned], // C: The request signature does not conform to Aliyun standards.
  ['MissingSecurityToken', badKey], // C
  ['InvalidSecurityToken.Expired', badKey], // C
  ['InvalidSecurityToken.Malformed', badKey], // C
  ['InvalidSecurityToken.MismatchWithAccessKey', badKey], // C
  ['IllegalTimestamp', wrongClock], // C: The input parameter Timestamp that is mandatory for processing this request is not supplied. (or is off)
  ['InvalidTimeStamp.Expired', wrongClock], // C: Specified time stamp or date value is expired.
  // C: Specified signature nonce was used already. Each of our sends has its own nonce, so this very request arrived
  // twice, and what became of the first of the two nobody knows.
  ['SignatureNonceUsed', { code: 'unavailable', transient: true, outcomeUnknown: true }],

  ['NoPermission', denied],
  ['InternalError', failed], // C: The request processing has failed due to some unknown error.
  ['UnknownError', failed], // C, with HTTP 400
  ['ServiceUnavailable', failed], // C
  ['OperationConflict', busy], // R
])

const commonSentences: ErrorTable['sentences'] = [
  [/denied due to .*flow control/, 'Throttling'],
  [/failed due to some unknown error/, 'InternalError'],
]

const families: ErrorTable['families'] = [
  [/^Forbidden(\.|$)/, denied], // C: User not authorized to operate on the specified resource.
  [/^InvalidSecurityToken\./, badKey],
  [/^ServiceUnavailable\.|\.ServiceUnavailable$/, failed], // C: …RegionMaintaining
  [/AlreadyExists?$|Duplicated?$/, { code: 'already-exists' }],
  [/KeyPair.*NotFound$/, missing],
  [/Instance.*NotFound$/, missingInstance],
  [/Quota.*Exceed|Exceed.*Quota/, quota],
  [/NoStock$|SoldOut$/, { code: 'capacity' }],
  [/InsufficientBalance|Arrear/, { code: 'billing' }],
  [/^InvalidParameter\./, invalid], // ENS lists InvalidParameter.%s, with a field's name
  [/^Missing|\.Malformed$|\.ValueNotSupported$/, invalid],
]

/** The token of a page is the cloud's own: what is wrong with it is that the list took too long. */
const expiredPage: Row = { code: 'busy', hint: 'List again: the token of the next page is no longer valid.' }

function isAboutPage(code: string, message: string): boolean {
  return /(Next|Page)Token/.test(code) || (code.startsWith('InvalidParameter') && /\b(Next|Page)Token\b/.test(message))
}

function rowOf({ codes, families: own }: ErrorTable, code: string, status: number, message = ''): Row {
  if (isAboutPage(code, message)) return expiredPage
  // C: Throttling, Throttling.User, Throttling.Api, …; documented with the statuses 400, 403 and 429.
  if (code.includes('Throttling')) return throttled
  const listed = codes.get(code) ?? common.get(code)
  if (listed !== undefined) return listed
  return [...own, ...families].find(([pattern]) => pattern.test(code))?.[1] ?? rowOfStatus(status)
}

/** Judges a status. A 404 means nothing here: the host may be wrong, and the key pair may exist. */
function rowOfStatus(status: number): Row {
  if (status === 401) return { code: 'unauthenticated' }
  if (status === 403) return denied
  if (status === 413 || status === 414 || status === 431) return invalid
  if (status === 429) return throttled
  return status === 408 || status >= 500 ? failed : unknown
}

function judgementOf(row: Row, isJudged: boolean): VendorVerdict {
  return {
    code: row.code,
    transient: row.transient === true,
    outcomeUnknown: row.outcomeUnknown === true || !isJudged,
    credentials: row.credentials === true,
    items: row.items === true,
    ...(row.hint !== undefined && { hint: row.hint }),
  }
}

/** Makes the judge of a product's refusals. */
export function createJudge(table: ErrorTable): Judge {
  const rowOfItem = (code: string, message: string): Row => {
    if (!/^\d+$/.test(code)) return rowOf(table, code, 200)
    const sentences = [...table.sentences, ...commonSentences]
    const named = rowOf(table, sentences.find(([pattern]) => pattern.test(message))?.[1] ?? message, 200)
    // Without a code, 403 may as well be that of a Windows instance: only what holds for any code is taken from it.
    const status = Number(code)
    return named === unknown && (status === 429 || status >= 500) ? rowOfStatus(status) : named
  }
  return {
    call: (code, status, message) => {
      const row = code === undefined ? rowOfStatus(status) : rowOf(table, code, status, message)
      // In a 200, an unknown code does not prove that nothing was changed.
      return judgementOf(row, row !== unknown || status >= 400)
    },
    // An item with an error was refused, whatever the code, unless the code says that the cloud failed at it.
    item: (code, message) => judgementOf(rowOfItem(code, message), true),
  }
}
