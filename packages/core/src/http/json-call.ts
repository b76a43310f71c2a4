import { ok } from '../result.js'
import type { VendorRequest } from './answer-failure.js'
import { keepCredentials } from './credential-cache.js'
import type { AnswerForm } from './read-answer.js'
import { createPlainCall, type PlainCall } from './signed-call.js'
import type { HttpRequest, HttpTransport } from './types.js'

/** One action of an API, with its parameters. */
export interface JsonRequest extends VendorRequest {
  readonly parameters: object
}

/** An API of one call for each action. Its requests are of any form: `sign` makes their method, address and body. */
export interface JsonApi extends AnswerForm {
  readonly transport: HttpTransport
  /** Makes of an action what is sent: address, headers, signature and body. Must not throw. */
  sign(request: JsonRequest): HttpRequest
}

/**
 * Makes one call, and returns the answer as the schema parses it. Never rejects: whatever goes wrong is a failure.
 */
export type JsonCall = PlainCall<JsonRequest>

/**
 * Makes what calls an API whose credentials stay the same: signs, sends once, tells the events what the vendor calls it,
 * and reads the answer. An error in the answer counts whatever the status, an error status whatever the answer, and what
 * the schema does not take is `invalid-response`. A change that was sent and not definitely answered is of outcome
 * `unknown`. For credentials that end there is `createSignedCall`.
 */
export function createJsonCall(api: JsonApi): JsonCall {
  return createPlainCall({
    credentials: keepCredentials(null),
    transportOf: () => api.transport,
    endpoint: () => ok(null),
    load: async () => ok(null),
    sign: (request: JsonRequest) => ok(api.sign(request)),
    form: () => api,
  })
}
