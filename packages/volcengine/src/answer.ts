import { err, ok, type CallFailure, type Result, type VendorError } from '@cloud-keypair/core'
import { parseRetryAfter, type HttpResponse, type TransportFailure } from '@cloud-keypair/core/http'
import * as v from 'valibot'
import { classify } from './errors.js'
import type { WireRequest } from './requests.js'
import { envelopeSchema, errorSchema, type Envelope } from './schemas.js'
import { sentence } from './scrub.js'

/** The vendor's answer to a call that it took, and what of it goes into the verdicts on single items. */
export interface Answer<T> {
  readonly result: T
  readonly vendor: VendorError
  /** Takes secrets out of the vendor's messages. */
  readonly scrub: (text: string) => string
}

/** Why there is no answer, and whether other credentials may be what it takes. */
export interface Refusal {
  readonly failure: CallFailure
  readonly credentials: boolean
}

type Answered<T> = Result<Answer<T>, Refusal>

/** What is known after something else than a definite answer: a read changes nothing, a change may have happened. */
function undecided(request: WireRequest): {
  readonly outcome: 'none' | 'unknown'
  readonly passing: true
  readonly scope: 'call'
} {
  return { outcome: request.mutating ? 'unknown' : 'none', passing: true, scope: 'call' }
}

function refuse(failure: CallFailure): Result<never, Refusal> {
  return err({ failure, credentials: false })
}

/** An answer that makes no sense. A change may have happened, and its token makes it safe to ask again. */
function senseless(request: WireRequest, vendor: VendorError, what: string): Result<never, Refusal> {
  return refuse({
    ...undecided(request),
    passing: request.mutating,
    code: 'invalid-response',
    message: `the answer to ${request.action} ${what}`,
    vendor,
  })
}

/** What the transport failed at, as the failure of a call. */
export function transportFailure(request: WireRequest, { kind, sent, message, cause }: TransportFailure): CallFailure {
  return {
    code: kind === 'too-large' ? 'invalid-response' : kind,
    message,
    outcome: sent && request.mutating ? 'unknown' : 'none',
    passing: kind === 'network' || (kind === 'too-large' && request.mutating),
    scope: 'call',
    ...(cause !== undefined && { cause }),
  }
}

function parseEnvelope(text: string): Envelope | undefined {
  try {
    const parsed = v.safeParse(envelopeSchema, JSON.parse(text))
    return parsed.success ? parsed.output : undefined
  } catch {
    // What the parser says quotes the answer.
    return undefined
  }
}

/** The instances that a refusal names: `User is not authorized to perform: %s on resource: %s.` (volcengine.com/docs/6369/68677). */
function culpritsIn(message: string, request: WireRequest): readonly string[] {
  const words = new Set(message.split(/[^A-Za-z0-9_-]+/))
  return (request.instanceIds ?? []).filter((id) => words.has(id))
}

function refusal(
  request: WireRequest,
  response: HttpResponse,
  vendor: VendorError,
  now: number,
): Result<never, Refusal> {
  const { status, headers } = response
  const { credentials, definite, ...verdict } = classify(vendor.code, status, request.action)
  const message = vendor.message ? sentence(vendor.message) : `${request.action} was answered with HTTP ${status}`
  // What fails on the cloud's side (5xx) may have been done before it failed, whatever the code says.
  const judged = definite && status < 500
  const culprits = judged && !verdict.passing ? culpritsIn(message, request) : []
  const retryAfterMs = parseRetryAfter(headers['retry-after'], now)
  return err({
    credentials: judged && credentials,
    failure: {
      ...(judged ? { outcome: 'none' } : undecided(request)),
      ...verdict,
      ...(status >= 500 && { passing: true }),
      message,
      scope: culprits.length > 0 ? 'items' : 'call',
      ...(culprits.length > 0 && { culprits }),
      ...(retryAfterMs !== undefined && { retryAfterMs }),
      vendor,
    },
  })
}

/**
 * Reads an answer: an error in it whatever the status, an error status whatever is in it, and otherwise a result
 * that the schema takes.
 */
export function readAnswer<T>(
  request: WireRequest,
  response: HttpResponse,
  schema: v.GenericSchema<unknown, T>,
  scrub: (text: string) => string,
  now: number,
): Answered<T> {
  const { status } = response
  const envelope = parseEnvelope(response.text)
  const metadata = envelope?.ResponseMetadata
  const requestId = metadata?.RequestId
  const vendor: VendorError = { httpStatus: status, ...(requestId && { requestId: scrub(requestId) }) }

  if (status >= 300 && status < 400) {
    return refuse({
      code: 'invalid-response',
      message: `${request.action} was answered with a redirect (HTTP ${status}), which is not followed`,
      outcome: 'none',
      passing: false,
      scope: 'call',
      vendor,
      hint: 'Check the endpoint.',
    })
  }
  const error = metadata?.Error
  if (error !== undefined && error !== null) {
    const { Code, Message } = v.parse(errorSchema, error)
    const named = { ...(Code && { code: scrub(Code) }), ...(Message && { message: scrub(Message) }) }
    return refusal(request, response, { ...vendor, ...named }, now)
  }
  if (status >= 400) return refusal(request, response, vendor, now)
  if (!metadata) return senseless(request, vendor, "is not in the vendor's form")
  const parsed = v.safeParse(schema, envelope.Result, { abortEarly: true })
  if (!parsed.success) {
    return senseless(
      request,
      vendor,
      `lacks ${v.getDotPath(parsed.issues[0]) ?? 'its result'}, or has it in another form`,
    )
  }
  return ok({ result: parsed.output, vendor, scrub })
}
