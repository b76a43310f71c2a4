import { ok, type Result } from '@cloud-keypair/core'
import type { CallFailure } from '@cloud-keypair/core/driver'
import { createSignedCall, type CredentialCache, type HttpTransport, type SignedCall } from '@cloud-keypair/core/http'
import { form } from './answer.js'
import { type Credentials, secretsOf } from './credentials/keys.js'
import type { Endpoint } from './endpoint.js'
import type { WireRequest } from './requests.js'
import { sign } from './signer.js'
import { loadSigning } from './vendor.js'

/** Makes one vendor call: credentials, signature, transport, answer. */
export type Call = SignedCall<WireRequest, Credentials>

interface Parts {
  /** Returns the address of requests; called by the first one. */
  readonly endpoint: () => Result<Endpoint, CallFailure>
  readonly credentials: CredentialCache<Credentials>
  readonly transport: HttpTransport
  readonly now: () => number
}

/** Makes what calls the vendor. */
export function createCall({ endpoint, credentials, transport, now }: Parts): Call {
  return createSignedCall({
    credentials,
    transportOf: () => transport,
    endpoint,
    load: loadSigning,
    sign: (request, { vendor, endpoint: to, as }) => ok(sign(vendor, request, to, as, now())),
    form: (_, { as }) => ({ ...form, secrets: secretsOf(as), now }),
  })
}
