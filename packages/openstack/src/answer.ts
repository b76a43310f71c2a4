import type { AnswerForm } from '@cloud-keypair/core/http'
import * as v from 'valibot'
import { classify } from './errors.js'

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

/** The form of answers of Nova and Keystone. */
export const form: Omit<AnswerForm, 'secrets'> = {
  head,
  requestIdHeader: 'x-openstack-request-id',
  classify,
  // A 404 that is not of the API: an address or a path that leads nowhere.
  classifyStatus: ({ status }) =>
    status === 404
      ? {
          code: 'invalid-response',
          items: true,
          hint: 'Check the URL of Keystone, and the endpoint of Nova in the catalog or the option endpoint.',
        }
      : undefined,
}
