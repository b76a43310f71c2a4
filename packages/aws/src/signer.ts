import { createHash } from 'node:crypto'
import type { AccessKey } from '@cloud-keypair/core/credentials'
import { flattenParameters, type HttpRequest } from '@cloud-keypair/core/http'
import type { Endpoint } from './endpoint.js'
import type { WireRequest } from './requests.js'
import type { Vendor } from './vendor.js'

/** Signs a request (Signature Version 4), with a date in milliseconds since the epoch. */
export function sign(
  { sign: addSignature }: Vendor,
  { service, action, parameters }: WireRequest,
  { origin, host, region }: Endpoint,
  { id: accessKeyId, secret: secretAccessKey, token: sessionToken }: AccessKey,
  now: number,
): HttpRequest {
  const form = { Action: action, ...flattenParameters(parameters) }
  const body = new URLSearchParams(form).toString()
  const { headers = {} } = addSignature(
    {
      service,
      region,
      method: 'POST',
      host,
      path: '/',
      body,
      headers: {
        'content-type': 'application/x-www-form-urlencoded; charset=utf-8',
        // The vendor's own signer sends this too. A server that encodes the form anew still finds the hash that was signed.
        'x-amz-content-sha256': createHash('sha256').update(body).digest('hex'),
        'x-amz-date': new Date(now).toISOString().replaceAll(/[:-]|\.\d{3}/g, ''),
      },
    },
    { accessKeyId, secretAccessKey, ...(sessionToken !== undefined && { sessionToken }) },
  )
  // The transport sets host and length itself.
  const own = Object.entries(headers).filter(([name]) => !/^(?:host|content-length)$/i.test(name))
  return {
    method: 'POST',
    url: `${origin}/`,
    headers: Object.fromEntries(own.map(([name, value]) => [name.toLowerCase(), String(value)])),
    body,
  }
}
