import type { Credentials } from './credentials.js'
import type { Endpoint } from './endpoint.js'
import type { Parameter, SignedApi, WireRequest } from './requests.js'
import type { VendorSigning } from './vendor.js'

/** A request as it goes out. */
export interface SignedRequest {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
}

const ecs: SignedApi = { service: 'ecs', version: '2020-04-01' }

function flatten(name: string, value: Parameter): readonly (readonly [string, string])[] {
  if (value === undefined) return []
  // The vendor's code drops a text that is not well-formed UTF-16; in UTF-8 it is one that the cloud can judge.
  if (typeof value !== 'object') return [[name, Buffer.from(String(value)).toString()]]
  const entries = Array.isArray(value)
    ? value.map((item: Parameter, index) => [index + 1, item] as const)
    : Object.entries(value)
  return entries.flatMap(([key, item]) => flatten(`${name}.${key}`, item))
}

/** Signs a request by the vendor's code, with a date in milliseconds since the epoch. */
export function sign(
  { Signer, queryParamsToString }: VendorSigning,
  { action, parameters, api: { service, version } = ecs }: WireRequest,
  { origin, host, region }: Endpoint,
  { accessKeyId, secretAccessKey, sessionToken }: Credentials,
  now: number,
): SignedRequest {
  const params = Object.fromEntries([
    ['Action', action],
    ['Version', version],
    ...Object.entries(parameters).flatMap(([name, value]) => flatten(name, value)),
  ])
  // Host and X-Date are to be signed (volcengine.com/docs/6369/67270); the vendor's code adds all but the host.
  const headers: Record<string, string> = { Host: host }
  const signer = new Signer({ method: 'GET', pathname: '/', region, params, headers }, service)
  signer.addAuthorization(
    { accessKeyId, secretKey: secretAccessKey, ...(sessionToken !== undefined && { sessionToken }) },
    new Date(now),
  )
  // The signer put the parameters in the order that it signed.
  return { url: `${origin}/?${queryParamsToString(signer.request.params)}`, headers }
}
