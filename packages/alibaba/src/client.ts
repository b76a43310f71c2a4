import { ok, type Result } from '@cloud-keypair/core'
import type { CallContext, CallFailure } from '@cloud-keypair/core/driver'
import { createSignedCall, type CredentialCache, type HttpTransport } from '@cloud-keypair/core/http'
import type { GenericSchema } from 'valibot'
import { type Answer, consistent, formOf } from './answer.js'
import { type Credentials, secretsOf } from './credentials/keys.js'
import type { Endpoint } from './endpoint.js'
import type { Judge } from './errors.js'
import type { WireRequest } from './request.js'
import type { Sign } from './signer.js'
import { loadUtil } from './vendor.js'

/** Makes one vendor call: credentials, signature, transport, answer. */
export type Call = <T>(
  request: WireRequest,
  schema: GenericSchema<unknown, T>,
  context: CallContext,
) => Promise<Result<Answer<T>, CallFailure>>

interface Parts {
  readonly endpoint: () => Result<Endpoint, CallFailure>
  readonly credentials: CredentialCache<Credentials>
  readonly sign: Sign
  readonly transport: HttpTransport
  readonly judge: Judge
  readonly now: () => number
}

/** Makes what calls the vendor. */
export function createCall({ endpoint, credentials, sign, transport, judge, now }: Parts): Call {
  const form = formOf(judge)
  const call = createSignedCall({
    credentials,
    transportOf: () => transport,
    endpoint,
    load: loadUtil,
    sign: (request: WireRequest, { vendor, endpoint: to, as }) => ok(sign(vendor, request, to, as, now())),
    form: (_, { as }) => ({ ...form, secrets: secretsOf(as), now }),
  })
  return (request, schema, context) => call(request, consistent(schema), context)
}
