import type { CallFailureCode } from '../contract/key-pair-driver.js'
import type { VendorError } from '../contract/error.js'
import { scrub } from '../key-material/redact.js'
import { err, ok, type Result } from '../result.js'
import { readField } from '../foreign-values.js'
import {
  type CallRefused,
  malformedAnswer,
  redirected,
  vendorRefused,
  type VendorRequest,
  type VendorVerdict,
} from './answer-failure.js'
import { parseAnswer } from './parse-answer.js'
import { parseRetryAfter } from './retry-after.js'
import type { HttpResponse } from './types.js'

/** A schema of valibot, zod, arktype, or any other library that keeps to standardschema.dev. */
export interface AnswerSchema<T> {
  readonly '~standard': {
    validate(value: unknown): SchemaOutcome<T> | Promise<SchemaOutcome<T>>
  }
}

type SchemaOutcome<T> = { readonly value: T; readonly issues?: undefined } | { readonly issues: readonly SchemaIssue[] }

interface SchemaIssue {
  readonly message: string
  /** The way to the field that does not match. Its message may hold the field's content, and is not shown. */
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined
}

/** The part that every answer has. */
export interface AnswerHead {
  readonly requestId?: string | undefined
  /** There in a refusal, whatever the HTTP status. */
  readonly error?: { readonly code?: string | undefined; readonly message?: string | undefined } | undefined
  /** False if `error` is of an answer that succeeded: some APIs give each a code and a message. Default: true. */
  readonly isRefusal?: boolean | undefined
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
  /** The field of an answer with its result, which the schema of the call parses. Default: the whole answer. */
  readonly resultField?: string
  /** The header, in lower case, that has the request id of an answer whose head has none. */
  readonly requestIdHeader?: string
  /** The header, in lower case, that has the time to wait in milliseconds. It counts before Retry-After. */
  readonly retryAfterMsHeader?: string
  /**
   * Looks up a code of the vendor's; `createCodeTable` makes such a function of a table. Of a code that it does not know,
   * and of none, `classifyStatus` decides.
   */
  classify(code: string, answer: AnswerOfCode): CodeMeaning | undefined
  /** Looks up an HTTP status. Of one that it does not know, the usual meaning of the status decides. */
  classifyStatus?(answer: AnswerOfCode): CodeMeaning | undefined
  /** Credentials, which are taken out of everything that the vendor says. One of less than 8 characters is none. */
  readonly secrets: readonly (string | undefined)[]
  /**
   * True if an error under HTTP 200 says that nothing was done, also with a code that `classify` does not know. Default:
   * false, and such a change is of unknown outcome.
   */
  readonly refusesUnder200?: boolean
  /** Milliseconds since the epoch, against which a Retry-After that is a date is taken. Default: the system's. */
  readonly now?: () => number
}

/**
 * Reads one answer. An error in it counts whatever the status, an error status whatever the answer, and what the schema
 * does not take is `invalid-response`.
 */
export async function readAnswer<T>(
  form: AnswerForm,
  request: VendorRequest,
  response: HttpResponse,
  schema: AnswerSchema<T>,
): Promise<Result<{ readonly value: T; readonly vendor: VendorError }, CallRefused>> {
  const { status, headers } = response
  const { resultField } = form
  const isEmpty = status === 204
  const answer = isEmpty ? null : parse(form, response.text)
  const head: Taken<AnswerHead> = isEmpty ? { value: {} } : await take(form.head, answer)
  const { requestId, error, isRefusal = error !== undefined } = 'value' in head ? head.value : {}
  const isRefused = status >= 400 || isRefusal
  const vendor = vendorOf(form, response, requestId, isRefused ? error : undefined)

  const redirect = redirected(request, response, vendor)
  if (redirect !== undefined) return err(redirect)
  if (isRefused) {
    const retryAfterMs = parseRetryAfter(headers, (form.now ?? Date.now)(), form.retryAfterMsHeader)
    return err(vendorRefused(request, response, vendor, verdictOf(form, request, vendor), retryAfterMs))
  }
  if (!('value' in head)) return err(malformedAnswer(request, vendor, "is not in the vendor's form"))
  const taken = await take(schema, isEmpty || resultField === undefined ? answer : readField(answer, resultField))
  return 'value' in taken
    ? ok({ value: taken.value, vendor })
    : err(malformedAnswer(request, vendor, `lacks ${taken.field}, or has it in another form`))
}

function verdictOf(form: AnswerForm, { action }: VendorRequest, vendor: VendorError): VendorVerdict {
  const { code, message = '', httpStatus: status = 0 } = vendor
  const answer = { action, status, message }
  const known = (code === undefined ? undefined : form.classify(code, answer)) ?? form.classifyStatus?.(answer)
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
  requestId: string | undefined,
  error: AnswerHead['error'],
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

/** A parsed value, or the name of the field that does not match. */
type Taken<T> = { readonly value: T } | { readonly field: string }

/** Parses a value by a schema. */
async function take<T>(schema: AnswerSchema<T>, value: unknown): Promise<Taken<T>> {
  try {
    const outcome = await schema['~standard'].validate(value)
    return outcome.issues === undefined ? { value: outcome.value } : { field: fieldOf(outcome.issues) }
  } catch {
    // If a transformation of the schema throws, the answer does not match. The error may quote the answer.
    return { field: 'its result' }
  }
}

function fieldOf([issue]: readonly SchemaIssue[]): string {
  const keys = (issue?.path ?? []).map((segment) => String(typeof segment === 'object' ? segment.key : segment))
  // Another name is one of the answer's content.
  return keys.length > 0 && keys.every((key) => /^\w{1,60}$/.test(key)) ? keys.join('.') : 'its result'
}
