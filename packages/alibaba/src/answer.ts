import { err, ok, type CallFailure, type Result, type VendorError } from '@cloud-keypair/core'
import { parseRetryAfter, type HttpResponse, type TransportFailure } from '@cloud-keypair/core/http'
import * as v from 'valibot'
import type { Judge } from './errors.js'
import type { WireRequest } from './request.js'
import { envelopeSchema } from './schemas.js'
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

/** What an answer is read with. */
export interface Reader {
  readonly judge: Judge
  readonly scrub: (text: string) => string
  readonly now: number
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

/** An answer that makes no sense. A change may have happened, and all of them but a create bear repeating. */
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

function parseEnvelope(text: string): v.InferOutput<typeof envelopeSchema> | undefined {
  try {
    const parsed = v.safeParse(envelopeSchema, JSON.parse(text))
    return parsed.success && !Array.isArray(parsed.output) ? parsed.output : undefined
  } catch {
    // What the parser says quotes the answer.
    return undefined
  }
}

/** The instances that a refusal names. */
function culpritsIn(message: string, request: WireRequest): readonly string[] {
  const words = new Set(message.split(/[^A-Za-z0-9_-]+/))
  return (request.instanceIds ?? []).filter((id) => words.has(id))
}

const longestRetryMs = 24 * 60 * 60 * 1000

/** The vendor's own header is in milliseconds (its client for Node.js, getThrottlingTimeLeft and the retry that uses it). */
function retryAfterOf({ headers }: HttpResponse, now: number): number | undefined {
  const own = headers['x-acs-retry-after']?.trim() ?? ''
  if (/^\d+$/.test(own) && Number(own) <= longestRetryMs) return Number(own)
  return parseRetryAfter(headers['retry-after'], now)
}

function refusal(
  request: WireRequest,
  response: HttpResponse,
  vendor: VendorError,
  { judge, now }: Reader,
): Result<never, Refusal> {
  const { status } = response
  const { credentials, definite, items, ...verdict } = judge.call(vendor.code, status)
  const message = vendor.message ? sentence(vendor.message) : `${request.action} was answered with HTTP ${status}`
  // What fails on the cloud's side (5xx) may have been done before it failed, whatever the code says.
  const judged = definite && status < 500
  const culprits = judged && !verdict.passing ? culpritsIn(message, request) : []
  const ofItems = culprits.length > 0 || (judged && items && request.instanceIds !== undefined)
  const retryAfterMs = retryAfterOf(response, now)
  return err({
    credentials: judged && credentials,
    failure: {
      ...(judged ? { outcome: 'none' } : undecided(request)),
      ...verdict,
      ...(status >= 500 && { passing: true }),
      message,
      scope: ofItems ? 'items' : 'call',
      ...(culprits.length > 0 && { culprits }),
      ...(retryAfterMs !== undefined && { retryAfterMs }),
      vendor,
    },
  })
}

// What an answer that is none of an error says in `Code`, where it has one: 0 in those of ENS's power actions.
const fine: readonly string[] = ['', '0', '200', 'OK', 'success', 'Success']

/**
 * Reads an answer: an error in it whatever the status, an error status whatever is in it, and otherwise a result
 * that the schema takes.
 */
export function readAnswer<T>(
  request: WireRequest,
  response: HttpResponse,
  schema: v.GenericSchema<unknown, T>,
  reader: Reader,
): Answered<T> {
  const { status } = response
  const { scrub } = reader
  const envelope = parseEnvelope(response.text)
  // Trimmed: in the sample of ENS's DeleteKeyPairs a tab follows the id.
  const requestId = scrub(envelope?.RequestId ?? '').trim()
  const vendor: VendorError = { httpStatus: status, ...(requestId && { requestId }) }

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
  const code = envelope?.Code ?? ''
  if (status >= 400 || !fine.includes(code)) {
    const message = envelope?.Message
    const named = { ...(code && { code: scrub(code) }), ...(message && { message: scrub(message) }) }
    return refusal(request, response, { ...vendor, ...named }, reader)
  }
  if (envelope === undefined) return senseless(request, vendor, "is not in the vendor's form")
  const parsed = v.safeParse(schema, envelope, { abortEarly: true })
  if (!parsed.success) {
    const lacking = v.getDotPath(parsed.issues[0]) ?? 'its result'
    return senseless(request, vendor, `lacks ${lacking}, or has it in another form`)
  }
  return ok({ result: parsed.output, vendor, scrub })
}
