import { ok, type Result } from '@cloud-keypair/core'
import { type AccessKey, secretsOf, type Surroundings } from '@cloud-keypair/core/credentials'
import type { CallFailure } from '@cloud-keypair/core/driver'
import { createSignedCall, type CredentialCache, type SignedCall } from '@cloud-keypair/core/http'
import { form } from './answer.js'
import type { Endpoint } from './endpoint.js'
import type { WireRequest } from './requests.js'
import { sign } from './signer.js'
import { loadSign } from './vendor.js'

/** Makes one call: credentials, signature, transport, answer. */
export type Call = SignedCall<WireRequest, AccessKey>

/** Makes what calls Tencent Cloud CVM. */
export function createCall(
  endpoint: Result<Endpoint, CallFailure>,
  credentials: CredentialCache<AccessKey>,
  { transport, now }: Surroundings,
): Call {
  return createSignedCall({
    credentials,
    transportOf: () => transport,
    endpoint: () => endpoint,
    load: loadSign,
    sign: (request, { vendor, endpoint: to, as }) => ok(sign(vendor, request, to, as, now())),
    form: (_, { as }) => ({ ...form, secrets: secretsOf(as), now }),
  })
}
