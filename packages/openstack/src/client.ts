import { err, ok } from '@cloud-keypair/core'
import {
  createHttpTransport,
  createSignedCall,
  type CredentialCache,
  type HttpTransport,
  type SignedCall,
} from '@cloud-keypair/core/http'
import { form } from './answer.js'
import type { OpenStackOptions } from './options.js'
import { problemOf, type WireRequest } from './requests.js'
import type { Session } from './session.js'
import { sign } from './signer.js'

/** Makes one call: token, transport, answer. */
export type Call = SignedCall<WireRequest, Session>

/** Makes what calls Nova. A token that is refused is replaced once. */
export function createCall(sessions: CredentialCache<Session>, now: () => number): Call {
  return createSignedCall({
    credentials: sessions,
    transportOf: ({ transport }) => transport,
    endpoint: () => ok(null),
    load: async () => ok(null),
    sign: (request, { as }) => {
      const problem = problemOf(request, as.offered)
      return problem === undefined ? ok(sign(request, as)) : err(problem)
    },
    form: (_, { as: { secrets } }) => ({ ...form, secrets, now }),
  })
}

/** The transports of a driver: the given one, or its own, one for each set of certificate authorities. */
export interface Transports {
  for(certificateAuthorities: string | undefined): HttpTransport
  close(): Promise<void>
}

/** Makes the transports that the options lead to. */
export function createTransports(
  { transport }: OpenStackOptions,
  environment: Readonly<Record<string, string | undefined>>,
): Transports {
  const own = new Map<string, HttpTransport>()
  return {
    for: (certificateAuthorities) => {
      const key = certificateAuthorities ?? ''
      const one = transport ?? own.get(key) ?? createHttpTransport({ environment, certificateAuthorities })
      if (one !== transport) own.set(key, one)
      return one
    },
    close: async () => void (await Promise.all([...own.values()].map((one) => one.close()))),
  }
}
