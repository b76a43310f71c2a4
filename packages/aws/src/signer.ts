import { createHash } from 'node:crypto'
import type { HttpRequest } from '@cloud-keypair/core/http'
import type { Credentials } from './credentials.js'
import type { Endpoint } from './endpoint.js'
import type { Parameter, SignedApi, WireRequest } from './requests.js'
import type { Vendor } from './vendor.js'

const ec2: SignedApi = { service: 'ec2', version: '2016-11-15' }

function flatten(name: string, value: Parameter): readonly (readonly [string, string])[] {
  if (typeof value === 'string') return [[name, value]]
  const entries = Array.isArray(value)
    ? value.map((item: Parameter, index) => [index + 1, item] as const)
    : Object.entries(value)
  return entries.flatMap(([key, item]) => flatten(`${name}.${key}`, item))
}

/** Signs a request (Signature Version 4), with a date in milliseconds since the epoch. */
export function sign(
  { sign: addSignature }: Vendor,
  { action, parameters, api: { service, version } = ec2 }: WireRequest,
  { origin, host, region }: Endpoint,
  { accessKeyId, secretAccessKey, sessionToken }: Credentials,
  now: number,
): HttpRequest {
  const given = Object.entries(parameters).flatMap(([name, value]) => flatten(name, value))
  const body = new URLSearchParams({ Action: action, Version: version, ...Object.fromEntries(given) }).toString()
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
