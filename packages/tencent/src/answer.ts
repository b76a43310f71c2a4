import type { AnswerForm } from '@cloud-keypair/core/http'
import * as v from 'valibot'
import { classify } from './errors.js'

const text = v.optional(v.string())

const head: AnswerForm['head'] = v.pipe(
  v.object({ Response: v.object({ RequestId: text, Error: v.optional(v.object({ Code: text, Message: text })) }) }),
  v.transform(({ Response: { RequestId, Error: error } }) => ({
    requestId: RequestId,
    ...(error && { error: { code: error.Code, message: error.Message } }),
  })),
)

/** The form of answers. Refusals come with HTTP status 200 (cloud.tencent.com/document/product/213/15698). */
export const form: Omit<AnswerForm, 'secrets'> = { head, classify, resultField: 'Response', refusesUnder200: true }
