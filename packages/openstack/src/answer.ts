import type { Result, VendorError } from '@cloud-keypair/core'
import { type AnswerForm, type CallRefused, type HttpResponse, readAnswer as read } from '@cloud-keypair/core/http'
import * as v from 'valibot'
import { classify } from './errors.js'
import type { WireRequest } from './requests.js'

const fault = v.object({ code: v.number(), message: v.string(), title: v.optional(v.string()) })

/** The fault of an answer: the only field of a refusal. That of Keystone is called `error`, and has a title. */
const head: AnswerForm['head'] = v.pipe(
  v.record(v.string(), v.unknown()),
  v.transform((answer) => {
    const [field] = Object.entries(answer)
    const [key, value] = field ?? ['', undefined]
    const found = v.safeParse(fault, value)
    if (!found.success) return {}
    const { message, title } = found.output
    return { error: { code: key === 'error' ? (title ?? key) : key, message } }
  }),
)

/** Reads an answer of Nova or Keystone. */
export async function readAnswer<T>(
  request: Pick<WireRequest, 'action' | 'mutating'>,
  response: HttpResponse,
  schema: v.GenericSchema<unknown, T>,
  { secrets, now }: Required<Pick<AnswerForm, 'secrets' | 'now'>>,
): Promise<Result<{ readonly value: T; readonly vendor: VendorError }, CallRefused>> {
  const form = { head, requestIdHeader: 'x-openstack-request-id', classify, secrets, now }
  const answer = await read(form, request, response, schema)
  return answer.mapErr(({ failure, ...refused }) => ({
    ...refused,
    failure: response.status === 404 && failure.code === 'unknown' ? { ...failure, ...nothingThere } : failure,
  }))
}

/** A 404 that is not of the API: an address or a path that leads nowhere. */
const nothingThere = {
  code: 'invalid-response',
  hint: 'Check the URL of Keystone, and the endpoint of Nova in the catalog or the option endpoint.',
} as const
