import type { Result, VendorError } from '@cloud-keypair/core'
import { type AnswerForm, type CallRefused, type HttpResponse, readAnswer as read } from '@cloud-keypair/core/http'
import * as v from 'valibot'
import { classify } from './errors.js'
import type { WireRequest } from './requests.js'

const text = v.optional(v.string())

const head: AnswerForm['head'] = v.pipe(
  v.object({ Response: v.object({ RequestId: text, Error: v.optional(v.object({ Code: text, Message: text })) }) }),
  v.transform(({ Response: { RequestId, Error: error } }) => ({
    requestId: RequestId,
    ...(error && { error: { code: error.Code, message: error.Message } }),
  })),
)

/** Reads an answer: an error in it whatever the status, an error status whatever is in it, and otherwise its `Response`. */
export function readAnswer<T>(
  { action, mutating, instanceIds }: WireRequest,
  response: HttpResponse,
  schema: v.GenericSchema<unknown, T>,
  { secrets, now }: Required<Pick<AnswerForm, 'secrets' | 'now'>>,
): Promise<Result<{ readonly value: T; readonly vendor: VendorError }, CallRefused>> {
  // Refusals come with HTTP status 200 (cloud.tencent.com/document/product/213/15698).
  const form = { head, classify, secrets, now, refusesUnder200: true }
  const request = { action, mutating, ...(instanceIds && { instanceIds }) }
  const content = v.pipe(
    v.object({ Response: schema }),
    v.transform((answer) => answer.Response),
  )
  return read(form, request, response, content)
}
