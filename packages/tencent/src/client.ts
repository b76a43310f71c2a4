import { err, type Result } from '@cloud-keypair/core'
import type { CallContext, CallFailure } from '@cloud-keypair/core/driver'
import { callWithCredentials, type CredentialCache, type HttpTransport, sendSigned } from '@cloud-keypair/core/http'
import type { GenericSchema } from 'valibot'
import { readAnswer } from './answer.js'
import { type Credentials, secretsOf } from './credentials.js'
import type { Endpoint } from './endpoint.js'
import type { WireRequest } from './requests.js'
import { sign } from './signer.js'
import { loadSign } from './vendor.js'

/** Makes one call: credentials, signature, transport, answer. */
export type Call = <T>(
  request: WireRequest,
  schema: GenericSchema<unknown, T>,
  context: CallContext,
) => Promise<Result<T, CallFailure>>

interface Parts {
  readonly endpoint: Result<Endpoint, CallFailure>
  readonly credentials: CredentialCache<Credentials>
  readonly transport: HttpTransport
  readonly now: () => number
}

/** Makes what calls Tencent Cloud CVM. */
export function createCall({ endpoint, credentials, transport, now }: Parts): Call {
  return async (request, schema, context) => {
    if (endpoint.isErr()) return err(endpoint.error)
    const vendor = await loadSign()
    if (vendor.isErr()) return err(vendor.error)
    return callWithCredentials(credentials, context.signal, async (as) => {
      const signed = sign(vendor.value, request, endpoint.value, as, now())
      const answer = await sendSigned(transport, request, signed, context, (response) =>
        readAnswer(request, response, schema, { secrets: secretsOf(as), now }),
      )
      return answer.map(({ value }) => value)
    })
  }
}
