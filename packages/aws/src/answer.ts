import { err, ok, type Result, type VendorError } from '@cloud-keypair/core'
import {
  type CallRefused,
  type HttpResponse,
  malformedAnswer,
  parseRetryAfter,
  redirected,
  vendorRefused,
} from '@cloud-keypair/core/http'
import * as v from 'valibot'
import { classify } from './errors.js'
import type { FormRequest } from './form.js'
import { readXml } from './xml.js'

const text = v.optional(v.string())
const documentSchema = v.record(v.string(), v.unknown())
const errorSchema = v.object({
  Errors: v.object({ Error: v.object({ Code: text, Message: text }) }),
  RequestID: text,
})
const headSchema = v.object({ requestId: text })

/**
 * Reads an answer: an error under any root whatever the status, an error status whatever is in it, and otherwise the
 * answer to this action, as far as the schema takes it.
 */
export function readAnswer<T>(
  request: FormRequest,
  response: HttpResponse,
  schema: v.GenericSchema<unknown, T>,
  scrub: (text: string) => string,
  now: number,
): Result<{ readonly value: T; readonly vendor: VendorError }, CallRefused> {
  const { status } = response
  const parsed = v.safeParse(documentSchema, readXml(response.text))
  const document = parsed.success ? parsed.output : {}
  const root = document[`${request.action}Response`]
  const refusal = Object.values(document)
    .map((element) => v.safeParse(errorSchema, element))
    .find(({ success }) => success)
  const vendor = vendorOf(status, root, refusal?.success ? refusal.output : undefined, response, scrub)

  const redirect = redirected(request, response, vendor)
  if (redirect !== undefined) return err(redirect)
  if (refusal !== undefined || status >= 400) {
    const verdict = classify(vendor.code, status)
    // A call over the rate was not looked at, though EC2 answers with 503, which elsewhere leaves the outcome open.
    const judged = verdict.code === 'throttled' ? { ...response, status: 429 } : response
    return err(vendorRefused(request, judged, vendor, verdict, parseRetryAfter(response.headers, now)))
  }
  const answer = v.safeParse(schema, root, { abortEarly: true })
  if (answer.success) return ok({ value: answer.output, vendor })
  const lacking = root === undefined ? null : v.getDotPath(answer.issues[0])
  const what = lacking === null ? "is not in the vendor's form" : `lacks ${lacking}, or has it in another form`
  return err(malformedAnswer(request, vendor, what))
}

function vendorOf(
  httpStatus: number,
  root: unknown,
  refusal: v.InferOutput<typeof errorSchema> | undefined,
  { headers }: HttpResponse,
  scrub: (text: string) => string,
): VendorError {
  const head = v.safeParse(headSchema, root)
  const requestId = (head.success ? head.output.requestId : refusal?.RequestID) ?? headers['x-amzn-requestid']
  const { Code, Message } = refusal?.Errors.Error ?? {}
  return {
    httpStatus,
    ...(requestId && { requestId: scrub(requestId) }),
    ...(Code && { code: scrub(Code) }),
    ...(Message && { message: scrub(Message) }),
  }
}
