import { err, ok, type Result, type VendorError } from '@cloud-keypair/core'
import {
  type HttpResponse,
  parseAnswer,
  parseRetryAfter,
  redirected,
  type CallRefused,
  malformedAnswer,
  vendorRefused,
} from '@cloud-keypair/core/http'
import * as v from 'valibot'
import type { Judge } from './errors.js'
import type { WireRequest } from './request.js'
import { envelopeSchema } from './schemas.js'

/** The vendor's answer to a call that it took, and what of it goes into the verdicts on single items. */
export interface Answer<T> {
  readonly result: T
  readonly vendor: VendorError
  /** Takes secrets out of the vendor's messages. */
  readonly scrub: (text: string) => string
}

/** The means to read an answer. */
export interface Reader {
  readonly judge: Judge
  readonly scrub: (text: string) => string
  readonly now: number
}

function parseEnvelope(text: string): v.InferOutput<typeof envelopeSchema> | undefined {
  try {
    const parsed = v.safeParse(envelopeSchema, parseAnswer(text))
    return parsed.success && !Array.isArray(parsed.output) ? parsed.output : undefined
  } catch {
    // The parser's message quotes the answer, which may hold a secret.
    return undefined
  }
}

const maxRetryMs = 24 * 60 * 60 * 1000

/**
 * Reads the time to wait. The vendor's own header is in milliseconds (its client for Node.js, getThrottlingTimeLeft and
 * the retry that uses it).
 */
function retryAfterOf({ headers }: HttpResponse, now: number): number | undefined {
  const own = headers['x-acs-retry-after']?.trim() ?? ''
  if (/^\d+$/.test(own) && Number(own) <= maxRetryMs) return Number(own)
  return parseRetryAfter(headers, now)
}

function refusalOf(
  request: WireRequest,
  response: HttpResponse,
  vendor: VendorError,
  { judge, now }: Reader,
): CallRefused {
  const judgement = judge.call(vendor.code, response.status, vendor.message)
  return vendorRefused(request, response, vendor, judgement, retryAfterOf(response, now))
}

// Values of `Code` in answers that are no errors, such as 0 in those of ENS's power actions.
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
): Result<Answer<T>, CallRefused> {
  const { status } = response
  const { scrub } = reader
  const envelope = parseEnvelope(response.text)
  // Trimmed: in the sample of ENS's DeleteKeyPairs a tab follows the id.
  const requestId = scrub(envelope?.RequestId ?? '').trim()
  const vendor: VendorError = { httpStatus: status, ...(requestId && { requestId }) }

  const redirect = redirected(request, response, vendor)
  if (redirect !== undefined) return err(redirect)
  const code = envelope?.Code ?? ''
  if (status >= 400 || !fine.includes(code)) {
    const message = envelope?.Message
    const named = { ...(code && { code: scrub(code) }), ...(message && { message: scrub(message) }) }
    return err(refusalOf(request, response, { ...vendor, ...named }, reader))
  }
  if (envelope === undefined) return err(malformedAnswer(request, vendor, "is not in the vendor's form"))
  if (envelope.Success === 'false') return err(malformedAnswer(request, vendor, 'contradicts itself'))
  const parsed = v.safeParse(schema, envelope, { abortEarly: true })
  if (!parsed.success) {
    const lacking = v.getDotPath(parsed.issues[0]) ?? 'its result'
    return err(malformedAnswer(request, vendor, `lacks ${lacking}, or has it in another form`))
  }
  return ok({ result: parsed.output, vendor, scrub })
}
