import { createRequire } from 'node:module'
import util from 'node:util'
import type { Credentials } from './credentials.js'
import type { Endpoint } from './endpoint.js'
import type { Parameter, WireRequest } from './requests.js'

type VendorSigner = typeof import('@volcengine/openapi/lib/base/sign.js', { with: { 'resolution-mode': 'require' } })

/** A request as it goes out. */
export interface SignedRequest {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
}

/** Signs a request as of a date, in milliseconds since the epoch. */
export type Sign = (request: WireRequest, endpoint: Endpoint, credentials: Credentials, now: number) => SignedRequest

const version = '2020-04-01'
const service = 'ecs'

/**
 * Loads the vendor's own signing code, and nothing else of its package: what sends requests there logs headers and
 * answers. The signing code itself writes what it signs, the session token included, to `util.debuglog`, which it
 * takes hold of while it is loaded; so it gets one that is silent.
 */
function loadSigner(): VendorSigner {
  const require = createRequire(import.meta.url)
  const { debuglog } = util
  Reflect.set(util, 'debuglog', () => () => undefined)
  try {
    return require('@volcengine/openapi/lib/base/sign')
  } finally {
    Reflect.set(util, 'debuglog', debuglog)
  }
}

function flatten(name: string, value: Parameter): readonly (readonly [string, string])[] {
  if (value === undefined) return []
  // The vendor's code drops a text that is not well-formed UTF-16; in UTF-8 it is one that the cloud can judge.
  if (typeof value !== 'object') return [[name, Buffer.from(String(value)).toString()]]
  const entries = Array.isArray(value)
    ? value.map((item: Parameter, index) => [index + 1, item] as const)
    : Object.entries(value)
  return entries.flatMap(([key, item]) => flatten(`${name}.${key}`, item))
}

/** Makes the signer; the vendor's code is loaded by the first request. */
export function createSigner(): Sign {
  let vendor: VendorSigner | undefined

  return ({ action, parameters }, { origin, host, region }, { accessKeyId, secretAccessKey, sessionToken }, now) => {
    vendor ??= loadSigner()
    const params = Object.fromEntries([
      ['Action', action],
      ['Version', version],
      ...Object.entries(parameters).flatMap(([name, value]) => flatten(name, value)),
    ])
    // Host and X-Date are to be signed (volcengine.com/docs/6369/67270); the vendor's code adds all but the host.
    const headers: Record<string, string> = { Host: host }
    const signer = new vendor.default({ method: 'GET', pathname: '/', region, params, headers }, service)
    signer.addAuthorization(
      { accessKeyId, secretKey: secretAccessKey, ...(sessionToken !== undefined && { sessionToken }) },
      new Date(now),
    )
    // The signer put the parameters in the order that it signed.
    return { url: `${origin}/?${vendor.queryParamsToString(signer.request.params)}`, headers }
  }
}
