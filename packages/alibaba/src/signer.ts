import type { HttpRequest } from '@cloud-keypair/core/http'
import type { Credentials } from './credentials.js'
import type { Endpoint } from './endpoint.js'
import type { WireRequest } from './request.js'
import type { VendorUtil } from './vendor.js'

/** Signs a request with a date, in milliseconds since the epoch. */
export type Sign = (
  vendor: VendorUtil,
  request: WireRequest,
  endpoint: Endpoint,
  credentials: Credentials,
  now: number,
) => HttpRequest

const algorithm = 'ACS3-HMAC-SHA256'
const method = 'POST'
const pathname = '/'

function encode(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  )
}

/**
 * Makes the signer of a product's API version. The vendor's code flattens the parameters and signs; all of them stand
 * in the query, as in the vendor's own clients.
 *
 * www.alibabacloud.com/help/en/sdk/product-overview/v3-request-structure-and-signature
 */
export function createSigner(version: string, newNonce: () => string): Sign {
  return (vendor, request, { origin, host }, { accessKeyId, accessKeySecret, securityToken }, now) => {
    const flat = Object.entries(vendor.query(request.parameters))
    // Text that is not well-formed UTF-16 has no percent-encoding; made well-formed it is one that the cloud can judge.
    const query = Object.fromEntries(flat.map(([name, value]) => [name, value.toWellFormed()]))
    const payload = vendor.hash(Buffer.alloc(0), algorithm).toString('hex')
    const headers: Record<string, string> = {
      host,
      accept: 'application/json',
      'x-acs-action': request.action,
      'x-acs-version': version,
      'x-acs-date': new Date(now).toISOString().replace(/\.\d{3}Z$/, 'Z'),
      'x-acs-signature-nonce': newNonce(),
      'x-acs-content-sha256': payload,
      ...(securityToken !== undefined && {
        'x-acs-accesskey-id': accessKeyId,
        'x-acs-security-token': securityToken,
      }),
    }
    const signed = { method, pathname, query, headers }
    const authorization = vendor.getAuthorization(signed, algorithm, payload, accessKeyId, accessKeySecret)
    const search = Object.entries(query).map(([name, value]) => `${encode(name)}=${encode(value)}`)
    return { method, url: `${origin}${pathname}?${search.join('&')}`, headers: { ...headers, authorization } }
  }
}
