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
import { classify } from './errors.js'
import type { WireRequest } from './requests.js'
import { envelopeSchema, errorSchema, type Envelope } from './schemas.js'

/** The vendor's answer to a call that it took, and what of it goes into the verdicts on single items. */
export interface Answer<T> {
  readonly result: T
  readonly vendor: VendorError
  /** Takes secrets out of the vendor's messages. */
  readonly scrub: (text: string) => string
}

function parseEnvelope(text: string): Envelope | undefined {
  try {
    const parsed = v.safeParse(envelopeSchema, parseAnswer(text))
    return parsed.success ? parsed.output : undefined
  } catch {
    // The parser's message quotes the answer, which may hold a secret.
    return undefined
  }
}

function refusalOf(request: WireRequest, response: HttpResponse, vendor: VendorError, now: number): CallRefused {
  const judgement = classify(vendor.code, response.status, request.action, vendor.message)
  return vendorRefused(request, response, vendor, judgement, parseRetryAfter(response.headers, now))
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
): Result<Answer<T>, CallRefused> {
  const { status } = response
  const envelope = parseEnvelope(response.text)
  const metadata = envelope?.ResponseMetadata
  const requestId = metadata?.RequestId
  const vendor: VendorError = { httpStatus: status, ...(requestId && { requestId: scrub(requestId) }) }

  const redirect = redirected(request, response, vendor)
  if (redirect !== undefined) return err(redirect)
  const error = metadata?.Error
  if (error !== undefined && error !== null) {
    const { Code, Message } = v.parse(errorSchema, error)
    const named = { ...(Code && { code: scrub(Code) }), ...(Message && { message: scrub(Message) }) }
    return err(refusalOf(request, response, { ...vendor, ...named }, now))
  }
  if (status >= 400) return err(refusalOf(request, response, vendor, now))
  if (!metadata) return err(malformedAnswer(request, vendor, "is not in the vendor's form"))
  const parsed = v.safeParse(schema, envelope.Result, { abortEarly: true })
  if (!parsed.success) {
    const lacking = v.getDotPath(parsed.issues[0]) ?? 'its result'
    return err(malformedAnswer(request, vendor, `lacks ${lacking}, or has it in another form`))
  }
  return ok({ result: parsed.output, vendor, scrub })
}
