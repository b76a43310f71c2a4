import { ok, type Result } from '@cloud-keypair/core'
import { type AccessKey, secretsOf, type Surroundings } from '@cloud-keypair/core/credentials'
import type { CallFailure } from '@cloud-keypair/core/driver'
import { createPlainCall, type CredentialCache, type PlainCall } from '@cloud-keypair/core/http'
import { form } from './answer.js'
import type { Endpoint } from './endpoint.js'
import type { WireRequest } from './requests.js'
import { sign } from './signer.js'
import { loadVendor } from './vendor.js'
import { readXml } from './xml.js'

/** Makes one call: credentials, signature, transport, answer. */
export type Call = PlainCall<WireRequest>

/** Makes what calls Amazon EC2. */
export function createCall(
  endpoint: Result<Endpoint, CallFailure>,
  credentials: CredentialCache<AccessKey>,
  { transport, now }: Surroundings,
): Call {
  const call: Call = createPlainCall({
    credentials,
    transportOf: () => transport,
    endpoint: () => endpoint,
    load: loadVendor,
    sign: (request, { vendor, endpoint: to, as }) => ok(sign(vendor, request, to, as, now())),
    form: ({ action }, { vendor, as }) => ({
      ...form,
      parse: (xml) => readXml(vendor, xml),
      resultField: `${action}Response`,
      secrets: secretsOf(as),
      now,
    }),
  })
  // EC2 does not look at a call over the rate, though it answers with 503, after which any other call may be done.
  return async (request, schema, context) =>
    (await call(request, schema, context)).mapErr((failure) =>
      failure.code === 'throttled' ? { ...failure, outcome: 'none' } : failure,
    )
}
