import { flattenParameters, type HttpRequest } from '@cloud-keypair/core/http'
import type { Credentials } from './credentials.js'
import type { Endpoint } from './endpoint.js'
import type { Api, WireRequest } from './requests.js'
import type { VendorSigning } from './vendor.js'

const ecs: Api = { service: 'ecs', version: '2020-04-01' }

/** Signs a request by the vendor's code, with a date in milliseconds since the epoch. */
export function sign(
  { Signer }: VendorSigning,
  { action, parameters, api: { service, version } = ecs }: WireRequest,
  { origin, host, region }: Endpoint,
  { accessKeyId, secretAccessKey, sessionToken }: Credentials,
  now: number,
): HttpRequest {
  const params = flattenParameters({ Action: action, Version: version, ...parameters })
  // Host and X-Date are to be signed (volcengine.com/docs/6369/67270); the vendor's code adds all but the host.
  const headers: Record<string, string> = { Host: host }
  const signer = new Signer({ method: 'GET', pathname: '/', region, params, headers }, service)
  signer.addAuthorization(
    { accessKeyId, secretKey: secretAccessKey, ...(sessionToken !== undefined && { sessionToken }) },
    new Date(now),
  )
  return { method: 'GET', url: `${origin}/?${signer.query}`, headers }
}
