import { err, ok, type CallContext, type CallFailure, type Result } from '@cloud-keypair/core'
import type { HttpTransport } from '@cloud-keypair/core/http'
import type { GenericSchema } from 'valibot'
import { readAnswer, transportFailure, type Answer, type Refusal } from './answer.js'
import type { Credentials, CredentialSource } from './credentials.js'
import type { Endpoint } from './endpoint.js'
import type { Judge } from './errors.js'
import type { WireRequest } from './request.js'
import { scrub } from './scrub.js'
import type { Sign } from './signer.js'

/** Makes one vendor call: credentials, signature, transport, answer. */
export type Call = <T>(
  request: WireRequest,
  schema: GenericSchema<unknown, T>,
  context: CallContext,
) => Promise<Result<Answer<T>, CallFailure>>

interface Parts {
  readonly endpoint: Result<Endpoint, CallFailure>
  readonly credentials: CredentialSource
  readonly sign: Sign
  readonly transport: HttpTransport
  readonly judge: Judge
  readonly now: () => number
}

const aborted: CallFailure = {
  code: 'aborted',
  message: 'the call was aborted before it was sent',
  outcome: 'none',
  passing: false,
  scope: 'call',
}

/** The value, or undefined where the signal comes first. The promise must not reject. */
function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T | undefined> {
  return new Promise((resolve) => {
    const stop = (): void => resolve(undefined)
    if (signal.aborted) stop()
    signal.addEventListener('abort', stop, { once: true })
    void promise.then((value) => {
      signal.removeEventListener('abort', stop)
      resolve(value)
    })
  })
}

function same(one: Credentials, other: Credentials): boolean {
  return (
    one.accessKeyId === other.accessKeyId &&
    one.accessKeySecret === other.accessKeySecret &&
    one.securityToken === other.securityToken
  )
}

/**
 * Makes what calls the vendor. Where the cloud refuses the credentials, others are asked for once, and the request is
 * signed anew: it was judged, so nothing was done yet.
 */
export function createCall({ endpoint, credentials, sign, transport, judge, now }: Parts): Call {
  async function attempt<T>(
    request: WireRequest,
    schema: GenericSchema<unknown, T>,
    context: CallContext,
    to: Endpoint,
    as: Credentials,
  ): Promise<Result<Answer<T>, Refusal>> {
    const { action } = request
    context.trace({ action })
    const signed = sign(request, to, as, now())
    const sent = await transport.send({ method: 'POST', ...signed }, context.signal)
    if (sent.isErr()) return err({ failure: transportFailure(request, sent.error), credentials: false })
    const answer = readAnswer(request, sent.value, schema, { judge, scrub: (text) => scrub(text, as), now: now() })
    const { httpStatus, requestId } = (answer.isOk() ? answer.value.vendor : answer.error.failure.vendor) ?? {}
    context.trace({
      action,
      ...(httpStatus !== undefined && { httpStatus }),
      ...(requestId !== undefined && { requestId }),
    })
    return answer
  }

  return async (request, schema, context) => {
    if (endpoint.isErr()) return err(endpoint.error)
    const loaded = await unlessAborted(credentials.get(), context.signal)
    if (loaded === undefined) return err(aborted)
    if (loaded.isErr()) return err(loaded.error)
    const first = await attempt(request, schema, context, endpoint.value, loaded.value)
    if (first.isOk()) return ok(first.value)
    const { failure } = first.error
    if (!first.error.credentials) return err(failure)
    const renewed = await unlessAborted(credentials.renew(loaded.value), context.signal)
    if (renewed === undefined) return err(failure)
    if (renewed.isErr()) return err(renewed.error)
    if (same(renewed.value, loaded.value)) return err(failure)
    const second = await attempt(request, schema, context, endpoint.value, renewed.value)
    return second.mapErr((refusal) => refusal.failure)
  }
}
