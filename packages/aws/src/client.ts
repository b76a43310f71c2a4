import { err, type Result } from '@cloud-keypair/core'
import type { CallContext, CallFailure } from '@cloud-keypair/core/driver'
import {
  callWithCredentials,
  type CredentialCache,
  type HttpRequest,
  type HttpTransport,
  scrub,
  sendSigned,
} from '@cloud-keypair/core/http'
import aws4 from 'aws4'
import type { GenericSchema } from 'valibot'
import { readAnswer } from './answer.js'
import type { Credentials } from './credentials.js'
import type { Endpoint } from './endpoint.js'
import type { FormRequest } from './form.js'

/** Makes one call: credentials, signature, transport, answer. */
export type Call = <T>(
  request: FormRequest,
  schema: GenericSchema<unknown, T>,
  context: CallContext,
) => Promise<Result<T, CallFailure>>

interface Parts {
  readonly endpoint: Result<Endpoint, CallFailure>
  readonly credentials: CredentialCache<Credentials>
  readonly transport: HttpTransport
  readonly now: () => number
}

/** Signs a request, with a date in milliseconds since the epoch. */
function sign(
  { action, parameters }: FormRequest,
  { origin, host, region }: Endpoint,
  { accessKeyId, secretAccessKey, sessionToken }: Credentials,
  now: number,
): HttpRequest {
  const body = new URLSearchParams({ Action: action, Version: '2016-11-15', ...parameters }).toString()
  const signed = aws4.sign(
    {
      service: 'ec2',
      region,
      method: 'POST',
      host,
      path: '/',
      body,
      headers: {
        'content-type': 'application/x-www-form-urlencoded; charset=utf-8',
        'x-amz-date': new Date(now).toISOString().replaceAll(/[:-]|\.\d{3}/g, ''),
      },
    },
    { accessKeyId, secretAccessKey, ...(sessionToken !== undefined && { sessionToken }) },
  )
  // The transport sets host and length itself.
  const headers = Object.entries(signed.headers ?? {}).filter(([name]) => !/^(?:host|content-length)$/i.test(name))
  return {
    method: 'POST',
    url: `${origin}/`,
    headers: Object.fromEntries(headers.map(([name, value]) => [name.toLowerCase(), String(value)])),
    body,
  }
}

/** Makes what calls Amazon EC2. */
export function createCall({ endpoint, credentials, transport, now }: Parts): Call {
  return async (request, schema, context) => {
    if (endpoint.isErr()) return err(endpoint.error)
    const to = endpoint.value
    return callWithCredentials(credentials, context.signal, async (as) => {
      const secrets = [as.secretAccessKey, as.accessKeyId, ...(as.sessionToken === undefined ? [] : [as.sessionToken])]
      const signed = sign(request, to, as, now())
      const answer = await sendSigned(transport, request, signed, context, (response) =>
        readAnswer(request, response, schema, (text) => scrub(text, secrets), now()),
      )
      return answer.map(({ value }) => value)
    })
  }
}
