import { err, type Result } from '@cloud-keypair/core'
import type { CallContext, CallFailure } from '@cloud-keypair/core/driver'
import {
  callWithCredentials,
  type CredentialCache,
  createHttpTransport,
  type HttpTransport,
  sendSigned,
} from '@cloud-keypair/core/http'
import type { GenericSchema } from 'valibot'
import { readAnswer } from './answer.js'
import type { OpenStackOptions } from './options.js'
import { problemOf, type WireRequest } from './requests.js'
import type { Session } from './session.js'
import { sign } from './signer.js'

/** Makes one call: token, transport, answer. Tells with which session the answer was given. */
export type Call = <T>(
  request: WireRequest,
  schema: GenericSchema<unknown, T>,
  context: CallContext,
) => Promise<Result<{ readonly value: T; readonly session: Session }, CallFailure>>

/** Makes what calls Nova. A token that is refused is replaced once. */
export function createCall(sessions: CredentialCache<Session>, now: () => number): Call {
  return (request, schema, context) =>
    callWithCredentials(sessions, context.signal, async (session) => {
      const { secrets, transport, offered } = session
      const failure = problemOf(request, offered)
      if (failure !== undefined) return err({ failure, credentials: false })
      const answer = await sendSigned(transport, request, sign(request, session), context, (response) =>
        readAnswer(request, response, schema, { secrets, now }),
      )
      return answer.map(({ value }) => ({ value, session }))
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
