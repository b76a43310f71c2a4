import type { Result, VendorError } from '@cloud-keypair/core'
import { type AnswerForm, type CallRefused, type HttpResponse, readAnswer as read } from '@cloud-keypair/core/http'
import * as v from 'valibot'
import { classify } from './errors.js'
import type { WireRequest } from './requests.js'
import type { Vendor } from './vendor.js'
import { readXml } from './xml.js'

const text = v.optional(v.string())
const named = v.object({ Code: text, Message: text })
const root = v.object({
  requestId: text,
  RequestID: text,
  RequestId: text,
  Errors: v.optional(v.object({ Error: named })),
  Error: v.optional(named),
})

/** The request id and the error of an answer: `Response` of EC2, `ErrorResponse` of STS, or the element of the action. */
const head: AnswerForm['head'] = v.pipe(
  v.record(v.string(), root),
  v.transform((document) => {
    const [{ requestId, RequestID, RequestId, Errors, Error: error = Errors?.Error } = {}] = Object.values(document)
    return {
      requestId: requestId ?? RequestID ?? RequestId,
      ...(error && { error: { code: error.Code, message: error.Message } }),
    }
  }),
)

/**
 * Reads an answer: an error in it whatever the status, an error status whatever is in it, and otherwise the element of
 * the action, if the schema takes it.
 */
export async function readAnswer<T>(
  vendor: Vendor,
  request: WireRequest,
  response: HttpResponse,
  schema: v.GenericSchema<unknown, T>,
  { secrets, now }: Required<Pick<AnswerForm, 'secrets' | 'now'>>,
): Promise<Result<{ readonly value: T; readonly vendor: VendorError }, CallRefused>> {
  const parse = (xml: string): unknown => readXml(vendor, xml)
  const form = { parse, head, requestIdHeader: 'x-amzn-requestid', classify, secrets, now }
  const element = v.pipe(
    v.record(v.string(), v.unknown()),
    v.transform((document) => document[`${request.action}Response`]),
    schema,
  )
  const answer = await read(form, request, response, element)
  // EC2 does not look at a call over the rate, though it answers with 503, after which any other call may be done.
  return answer.mapErr(({ failure, ...refused }) => ({
    ...refused,
    failure: failure.code === 'throttled' ? { ...failure, outcome: 'none' } : failure,
  }))
}
