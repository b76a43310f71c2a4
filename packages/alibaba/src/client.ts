import { err, type CallContext, type CallFailure, type Result } from '@cloud-keypair/core'
import {
  callWith,
  type HttpTransport,
  type Refusal,
  type Renewable,
  scrub,
  transportRefusal,
} from '@cloud-keypair/core/http'
import type { GenericSchema } from 'valibot'
import { readAnswer, type Answer } from './answer.js'
import type { Credentials } from './credentials.js'
import type { Endpoint } from './endpoint.js'
import type { Judge } from './errors.js'
import type { WireRequest } from './request.js'
import type { Sign } from './signer.js'

/** Makes one vendor call: credentials, signature, transport, answer. */
export type Call = <T>(
  request: WireRequest,
  schema: GenericSchema<unknown, T>,
  context: CallContext,
) => Promise<Result<Answer<T>, CallFailure>>

interface Parts {
  readonly endpoint: Result<Endpoint, CallFailure>
  readonly credentials: Renewable<Credentials>
  readonly sign: Sign
  readonly transport: HttpTransport
  readonly judge: Judge
  readonly now: () => number
}

/** Makes what calls the vendor. */
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
    if (sent.isErr()) return err(transportRefusal(request, sent.error))
    const secrets = [as.accessKeySecret, as.securityToken, as.accessKeyId]
    const answer = readAnswer(request, sent.value, schema, { judge, scrub: (text) => scrub(text, secrets), now: now() })
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
    return callWith(credentials, context.signal, (as) => attempt(request, schema, context, endpoint.value, as))
  }
}
