import type { IncomingHttpHeaders } from 'node:http'
import { headerText } from '../header-text.js'
import vendorSign from '@volcengine/openapi/lib/base/sign.js'

// Node.js gives the exports of the vendor's module, a bundle most often its default export.
const VendorSigner = typeof vendorSign === 'function' ? vendorSign : vendorSign.default

/** The vendor's signer over a received request: what was signed is what the client says, no header is left out. */
class ReceivedRequestSigner extends VendorSigner {
  override isSignableHeader(): boolean {
    return true
  }
}

/** An `Authorization` header, taken apart. */
export interface Authorization {
  readonly accessKeyId: string
  readonly date: string
  readonly region: string
  readonly service: string
  readonly signedHeaders: readonly string[]
  readonly signature: string
}

/** A request whose signature is to be checked. */
export interface SignedRequest {
  readonly method: string
  readonly query: URLSearchParams
  readonly headers: IncomingHttpHeaders
  readonly body: string
  readonly authorization: Authorization
}

/** Computes the signature of a request with the vendor's own code. */
export function expectedSignature(request: SignedRequest, secretKey: string): string {
  const { region, service, accessKeyId, signedHeaders } = request.authorization
  const headers = Object.fromEntries(
    // The signer looks for this one header by its exact name.
    signedHeaders.map((name) => [
      name === 'x-content-sha256' ? 'X-Content-Sha256' : name,
      headerText(request.headers, name),
    ]),
  )
  const params = Object.fromEntries(
    [...new Set(request.query.keys())].map((name) => [name, request.query.getAll(name)]),
  )
  const signer = new ReceivedRequestSigner({ region, method: request.method, pathname: '/', params, headers }, service)
  const date = headerText(request.headers, 'x-date')
  return signer.authorization({ accessKeyId, secretKey }, date).replace(/^.*Signature=/, '')
}
