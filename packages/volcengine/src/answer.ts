import type { AnswerForm, SignedAnswer } from '@cloud-keypair/core/http'
import type { Credentials } from './credentials/keys.js'
import { classify } from './errors.js'
import { headSchema } from './schemas.js'

/** The vendor's answer to a call that it took. */
export type Answer<T> = SignedAnswer<T, Credentials>

/** The form of answers. */
export const form: Omit<AnswerForm, 'secrets'> = {
  head: headSchema,
  resultField: 'Result',
  classify: (code, { action, status, message }) => classify(code, status, action, message),
  classifyStatus: ({ action, status }) => classify(undefined, status, action),
}
