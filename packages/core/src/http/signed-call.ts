import type { CallContext, CallFailure } from '../contract/key-pair-driver.js'
import type { VendorError } from '../contract/error.js'
import { err, type Result } from '../result.js'
import { type CallRefused, notAnswered, type VendorRequest } from './answer-failure.js'
import { callWithCredentials, type CredentialCache } from './credential-cache.js'
import type { Loader } from './load-once.js'
import { type AnswerForm, type AnswerSchema, readAnswer } from './read-answer.js'
import type { HttpRequest, HttpTransport } from './types.js'

/** The means of one call: its credentials, the address, and code of other packages. */
export interface CallMeans<Credentials, Endpoint, Vendor> {
  readonly as: Credentials
  readonly endpoint: Endpoint
  readonly vendor: Vendor
}

/** An API of one call for each action: what differs between APIs. */
export interface SignedApi<Request extends VendorRequest, Credentials, Endpoint, Vendor> {
  readonly credentials: CredentialCache<Credentials>
  /** Returns the transport of requests that are signed with these credentials. */
  transportOf(as: Credentials): HttpTransport
  /** Resolves the address of requests. Called before each call. */
  endpoint(): Result<Endpoint, CallFailure>
  /** Loads the code of other packages that a call needs, such as the vendor's signer. */
  readonly load: Loader<Vendor>
  /**
   * Makes of a request what is sent: method, address, headers, signature and body. A failure is that of the call, and
   * nothing is sent. Must not throw.
   */
  sign(request: Request, means: CallMeans<Credentials, Endpoint, Vendor>): Result<HttpRequest, CallFailure>
  /** Returns the form of the answer to a request. */
  form(request: Request, means: CallMeans<Credentials, Endpoint, Vendor>): AnswerForm
}

/** The value of an answer, and what a verdict on one of its items needs. */
export interface SignedAnswer<T, Credentials> {
  readonly value: T
  readonly vendor: VendorError
  /** The credentials that the request was signed with. */
  readonly as: Credentials
}

/** Makes one call, and returns the answer as the schema parses it. Never rejects: whatever goes wrong is a failure. */
export type SignedCall<Request extends VendorRequest, Credentials> = <T>(
  request: Request,
  schema: AnswerSchema<T>,
  context: CallContext,
) => Promise<Result<SignedAnswer<T, Credentials>, CallFailure>>

/** Makes one call like a {@link SignedCall}, and returns the value of the answer alone. */
export type PlainCall<Request extends VendorRequest> = <T>(
  request: Request,
  schema: AnswerSchema<T>,
  context: CallContext,
) => Promise<Result<T, CallFailure>>

/** Makes what calls an API, for an API whose verdicts on items need no more than the value of an answer. */
export function createPlainCall<Request extends VendorRequest, Credentials, Endpoint, Vendor>(
  api: SignedApi<Request, Credentials, Endpoint, Vendor>,
): PlainCall<Request> {
  const call = createSignedCall(api)
  return async (request, schema, context) => (await call(request, schema, context)).map(({ value }) => value)
}

/**
 * Makes what calls an API: resolves the address, loads the vendor's code, gets credentials, signs, sends once, tells the
 * events what the vendor calls it, and reads the answer. If the cloud refuses the credentials, and others are found, the
 * call is made once more with those. A change that was sent and not definitely answered is of outcome `unknown`.
 */
export function createSignedCall<Request extends VendorRequest, Credentials, Endpoint, Vendor>(
  api: SignedApi<Request, Credentials, Endpoint, Vendor>,
): SignedCall<Request, Credentials> {
  return async (request, schema, context) => {
    const endpoint = api.endpoint()
    if (endpoint.isErr()) return err(endpoint.error)
    const vendor = await api.load()
    if (vendor.isErr()) return err(vendor.error)
    return callWithCredentials(api.credentials, context.signal, (as) =>
      sendAs(api, request, { as, endpoint: endpoint.value, vendor: vendor.value }, schema, context),
    )
  }
}

async function sendAs<T, Request extends VendorRequest, Credentials, Endpoint, Vendor>(
  api: SignedApi<Request, Credentials, Endpoint, Vendor>,
  request: Request,
  means: CallMeans<Credentials, Endpoint, Vendor>,
  schema: AnswerSchema<T>,
  context: CallContext,
): Promise<Result<SignedAnswer<T, Credentials>, CallRefused>> {
  const { action } = request
  const signed = api.sign(request, means)
  if (signed.isErr()) return err({ failure: signed.error, credentials: false })
  context.trace({ action })
  const sent = await api.transportOf(means.as).send(signed.value, context.signal)
  if (sent.isErr()) return err(notAnswered(request, sent.error))
  const answer = await readAnswer(api.form(request, means), request, sent.value, schema)
  const { httpStatus, requestId } = (answer.isOk() ? answer.value.vendor : answer.error.failure.vendor) ?? {}
  context.trace({
    action,
    ...(httpStatus !== undefined && { httpStatus }),
    ...(requestId !== undefined && { requestId }),
  })
  return answer.map((found) => ({ ...found, as: means.as }))
}
