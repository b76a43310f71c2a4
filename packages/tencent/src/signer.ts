import type { AccessKey } from '@cloud-keypair/core/credentials'
import type { HttpRequest } from '@cloud-keypair/core/http'
import type { Endpoint } from './endpoint.js'
import type { WireRequest } from './requests.js'
import type { SignClass } from './vendor.js'

const contentType = 'application/json'

/** Signs a request by the vendor's code (TC3-HMAC-SHA256), with a date in milliseconds since the epoch. */
export function sign(
  Sign: SignClass,
  { api: { service, version }, action, parameters }: WireRequest,
  { origin, region }: Endpoint,
  { id: secretId, secret: secretKey, token }: AccessKey,
  now: number,
): HttpRequest {
  const url = `${origin}/`
  const body = JSON.stringify(parameters)
  const timestamp = Math.floor(now / 1000)
  const authorization = Sign.sign3({
    method: 'POST',
    url,
    // Of anything but a buffer the vendor's code signs another text than the one that is sent.
    payload: Buffer.from(body),
    timestamp,
    service,
    secretId,
    secretKey,
    multipart: false,
    boundary: '',
    headers: { 'Content-Type': contentType },
  })
  const headers = {
    authorization,
    'content-type': contentType,
    'x-tc-action': action,
    'x-tc-version': version,
    'x-tc-region': region,
    'x-tc-timestamp': String(timestamp),
    ...(token !== undefined && { 'x-tc-token': token }),
  }
  return { method: 'POST', url, headers, body }
}
