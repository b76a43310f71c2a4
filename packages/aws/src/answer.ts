import type { AnswerForm } from '@cloud-keypair/core/http'
import * as v from 'valibot'
import { classify } from './errors.js'

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

/** The form of answers, but for their parser. */
export const form: Omit<AnswerForm, 'secrets'> = { head, classify, requestIdHeader: 'x-amzn-requestid' }
