import { err, type Result } from '@cloud-keypair/core'
import type { CallContext, CallFailure } from '@cloud-keypair/core/driver'
import {
  callWithCredentials,
  type HttpTransport,
  type CredentialCache,
  scrub,
  sendSigned,
} from '@cloud-keypair/core/http'
import type { GenericSchema } from 'valibot'
import { readAnswer, type Answer } from './answer.js'
import type { Credentials } from './credentials.js'
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
  return async (request, schema, context) => {
    const resolved = endpoint()
    if (resolved.isErr()) return err(resolved.error)
    const to = resolved.value
    const vendor = await loadUtil()
    if (vendor.isErr()) return err(vendor.error)
    return callWithCredentials(credentials, context.signal, (as) => {
      const secrets = [as.accessKeySecret, as.securityToken, as.accessKeyId]
      const signed = { method: 'POST', ...sign(vendor.value, request, to, as, now()) } as const
      return sendSigned(transport, request, signed, context, (response) =>
        readAnswer(request, response, schema, { judge, scrub: (text) => scrub(text, secrets), now: now() }),
      )
    })
  }
}
