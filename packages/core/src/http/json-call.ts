import type { CallContext, CallFailure, CallFailureCode } from '../contract/key-pair-driver.js'
import type { VendorError } from '../contract/error.js'
import { scrub } from '../key-material/redact.js'
import { err, ok, type Result } from '../result.js'
import {
  type VendorVerdict,
  redirected,
  type CallRefused,
  malformedAnswer,
  vendorRefused,
  type VendorRequest,
} from './answer-failure.js'
import { parseAnswer } from './parse-answer.js'
import { parseRetryAfter } from './retry-after.js'
import { sendSigned } from './send-signed.js'
import type { HttpRequest, HttpResponse, HttpTransport } from './types.js'

/** A schema of valibot, zod, arktype, or any other library that keeps to standardschema.dev. */
export interface AnswerSchema<T> {
  readonly '~standard': {
    validate(value: unknown): SchemaOutcome<T> | Promise<SchemaOutcome<T>>
  }
}

type SchemaOutcome<T> =
  | { readonly value: T; readonly issues?: undefined }
  | { readonly issues: readonly { readonly message: string }[] }

/** One action of an API, with its parameters. */
export interface JsonRequest {
  readonly action: string
  readonly mutating: boolean
  /** The ids of instances or key pairs that the call can be refused for. */
  readonly items?: readonly string[]
  readonly parameters: object
}

/** The part that every answer has. */
export interface AnswerHead {
  readonly requestId?: string | undefined
  /** There in a refusal, whatever the HTTP status. */
  readonly error?: { readonly code?: string | undefined; readonly message?: string | undefined } | undefined
}

/** The meaning of a vendor's code. */
export interface CodeMeaning {
  readonly code: CallFailureCode
  /** True if the same call may succeed a little later. Default: false. */
  readonly transient?: boolean
  /** True if some items of the call are at fault, and the others are not. Default: false. */
  readonly items?: boolean
  /** True if the call may have taken effect: the cloud failed, or is still working. Default: false. */
  readonly outcomeUnknown?: boolean
  /** True if other credentials may help. `createJsonCall` ignores it, as it has no others. Default: false. */
  readonly credentials?: boolean
  readonly hint?: string
}

/** The parts of an answer that help to judge its code. */
export interface AnswerOfCode {
  readonly action: string
  readonly status: number
  /** Empty if the vendor gives none. */
  readonly message: string
}

/** The form of an API's answers, as far as APIs differ. */
export interface AnswerForm {
  /**
   * Parses the body of an answer: XML, for instance. Default: as JSON. If it throws, the answer is none of this API. An
   * answer with HTTP status 204 has no body: it is not parsed, `head` is not asked, and its value is `null`.
   */
  parse?(text: string): unknown
  /** Reads the request id and the error of an answer. An answer that it does not take is none of this API. */
  readonly head: AnswerSchema<AnswerHead>
  /** The header, in lower case, that has the request id of an answer whose head has none. */
  readonly requestIdHeader?: string
  /**
   * Looks up a code of the vendor's; `createCodeTable` makes such a function of a table. Of a code that it does not know,
   * and of none, the HTTP status decides.
   */
  classify(code: string, answer: AnswerOfCode): CodeMeaning | undefined
  /** Credentials, which are taken out of everything that the vendor says. One of less than 8 characters is none. */
  readonly secrets: readonly string[]
  /**
   * True if an error under HTTP 200 says that nothing was done, also with a code that `classify` does not know. Default:
   * false, and such a change is of unknown outcome.
   */
  readonly refusesUnder200?: boolean
  /** Milliseconds since the epoch, against which a Retry-After that is a date is taken. Default: the system's. */
  readonly now?: () => number
}

/** An API of one call for each action. Its requests are of any form: `sign` makes their method, address and body. */
export interface JsonApi extends AnswerForm {
  readonly transport: HttpTransport
  /** Makes of an action what is sent: address, headers, signature and body. Must not throw. */
  sign(request: JsonRequest): HttpRequest
}

/**
 * Makes one call, and returns the answer as the schema parses it. Never rejects: whatever goes wrong is a failure.
 */
export type JsonCall = <T>(
  request: JsonRequest,
  schema: AnswerSchema<T>,
  context: CallContext,
) => Promise<Result<T, CallFailure>>

/**
 * Makes what calls an API: signs, sends once, tells the events what the vendor calls it, and reads the answer. An
 * error in the answer counts whatever the status, an error status whatever the answer, and what the schema
 * does not take is `invalid-response`. A change that was sent and not definitely answered is of outcome `unknown`.
 */
export function createJsonCall(api: JsonApi): JsonCall {
  return async (request, schema, context) => {
    const about = vendorRequestOf(request)
    const answer = await sendSigned(api.transport, about, api.sign(request), context, (response) =>
      readAnswer(api, about, response, schema),
    )
    return answer.map(({ value }) => value).mapErr(({ failure }) => failure)
  }
}

function vendorRequestOf({ action, mutating, items }: JsonRequest): VendorRequest {
  return { action, mutating, ...(items !== undefined && { instanceIds: items }) }
}

/**
 * Reads one answer, as `createJsonCall` does. With `sendSigned` and `callWithCredentials` it makes the call of an API
 * whose credentials end: a code whose meaning has `credentials` is answered with another request.
 */
export async function readAnswer<T>(
  form: AnswerForm,
  request: VendorRequest,
  response: HttpResponse,
  schema: AnswerSchema<T>,
): Promise<Result<{ readonly value: T; readonly vendor: VendorError }, CallRefused>> {
  const { status } = response
  const answer = status === 204 ? null : parse(form, response.text)
  const head = status === 204 ? { value: {} } : await take(form.head, answer)
  const vendor = vendorOf(form, response, head?.value)

  const redirect = redirected(request, response, vendor)
  if (redirect !== undefined) return err(redirect)
  if (status >= 400 || head?.value.error !== undefined) {
    const retryAfterMs = parseRetryAfter(response.headers, (form.now ?? Date.now)())
    return err(vendorRefused(request, response, vendor, verdictOf(form, request, vendor), retryAfterMs))
  }
  const taken = head && (await take(schema, answer))
  return taken === undefined
    ? err(malformedAnswer(request, vendor, 'is not in the form that its schema asks for'))
    : ok({ value: taken.value, vendor })
}

function verdictOf(form: AnswerForm, { action }: VendorRequest, vendor: VendorError): VendorVerdict {
  const { code, message = '', httpStatus: status = 0 } = vendor
  const known = code === undefined ? undefined : form.classify(code, { action, status, message })
  const {
    transient = false,
    items = false,
    outcomeUnknown = false,
    credentials = false,
    ...meaning
  } = known ?? meaningOf(status, form.refusesUnder200)
  return { ...meaning, transient, items, outcomeUnknown, credentials }
}

/** Returns the meaning of an HTTP status alone. A 404 may be a wrong address, so it does not mean a missing key pair. */
function meaningOf(status: number, refusesUnder200 = false): CodeMeaning {
  if (status === 401) return { code: 'unauthenticated', credentials: true }
  if (status === 403) return { code: 'permission-denied' }
  if (status === 429) return { code: 'throttled', transient: true }
  if (status === 408 || status >= 500) return { code: 'unavailable', transient: true, outcomeUnknown: true }
  if (status === 413 || status === 414 || status === 431) return { code: 'invalid-argument' }
  // An unknown refusal may be about one item. In an answer whose status is no refusal, it proves nothing.
  return { code: 'unknown', items: true, outcomeUnknown: status < 400 && !refusesUnder200 }
}

function vendorOf(
  { requestIdHeader, secrets }: AnswerForm,
  { status: httpStatus, headers }: HttpResponse,
  { requestId, error }: AnswerHead = {},
): VendorError {
  const id = requestId ?? (requestIdHeader === undefined ? undefined : headers[requestIdHeader])
  return {
    httpStatus,
    ...(id !== undefined && { requestId: scrub(id, secrets) }),
    ...(error?.code && { code: scrub(error.code, secrets) }),
    ...(error?.message && { message: scrub(error.message, secrets) }),
  }
}

function parse(form: AnswerForm, text: string): unknown {
  try {
    return form.parse === undefined ? parseAnswer(text) : form.parse(text)
  } catch {
    // The parser's message quotes the answer, which may hold a secret.
    return undefined
  }
}

/** Parses an answer by a schema. Undefined if it does not match. */
async function take<T>(schema: AnswerSchema<T>, answer: unknown): Promise<{ readonly value: T } | undefined> {
  try {
    const outcome = await schema['~standard'].validate(answer)
    return outcome.issues === undefined ? outcome : undefined
  } catch {
    // If a transformation of the schema throws, the answer does not match. The error may quote the answer.
    return undefined
  }
}
