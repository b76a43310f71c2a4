import type { AnswerForm, SignedAnswer } from '@cloud-keypair/core/http'
import * as v from 'valibot'
import type { Credentials } from './credentials/keys.js'
import type { Judge } from './errors.js'
import { envelopeSchema } from './schemas.js'

/** The vendor's answer to a call that it took. */
export type Answer<T> = SignedAnswer<T, Credentials>

// Values of `Code` in answers that are no errors, such as 0 in those of ENS's power actions.
const fine: readonly string[] = ['', '0', '200', 'OK', 'success', 'Success']

const head: AnswerForm['head'] = v.pipe(
  envelopeSchema,
  v.check((envelope) => !Array.isArray(envelope)),
  v.transform(({ RequestId, Code, Message }) => ({
    // Trimmed: in the sample of ENS's DeleteKeyPairs a tab follows the id.
    requestId: RequestId?.trim() || undefined,
    error: { code: Code ?? undefined, message: Message ?? undefined },
    isRefusal: !fine.includes(Code ?? ''),
  })),
)

/** Returns the form of a product's answers. */
export function formOf(judge: Judge): Omit<AnswerForm, 'secrets'> {
  return {
    head,
    // The vendor's client for Node.js reads it: getThrottlingTimeLeft and the retry that uses it.
    retryAfterMsHeader: 'x-acs-retry-after',
    classify: (code, { status, message }) => judge.call(code, status, message),
    classifyStatus: ({ status, message }) => judge.call(undefined, status, message),
  }
}

/** Completes the schema of an answer: one that says that it failed, under a code of success, is malformed. */
export function consistent<T>(schema: v.GenericSchema<unknown, T>): v.GenericSchema<unknown, T> {
  return v.pipe(
    envelopeSchema,
    v.check(({ Success }) => Success !== 'false'),
    v.transform((answer): unknown => answer),
    schema,
  )
}
