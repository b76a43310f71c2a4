import { createHash } from 'node:crypto'
import { Readable } from 'node:stream'
import vendorUtil from '@alicloud/openapi-util'
import { headerText } from '../header-text.js'
import type { RpcRequest } from './request.js'

// Node.js gives the exports of the vendor's module, a bundle most often its default export.
const OpenApiUtil = typeof vendorUtil === 'function' ? vendorUtil : vendorUtil.default

/** The algorithm of the newer signature. */
export const algorithm = 'ACS3-HMAC-SHA256'

/** Computes the newer signature of a request over these headers, with the vendor's own code. */
export function headerSignature(
  request: RpcRequest,
  signedHeaders: readonly string[],
  { accessKeyId, accessKeySecret }: { readonly accessKeyId: string; readonly accessKeySecret: string },
): string {
  const { method, path: pathname } = request
  const query = Object.fromEntries(request.query)
  const headers = Object.fromEntries(signedHeaders.map((name) => [name, headerText(request.headers, name)]))
  const signed = { protocol: 'http', port: 80, method, pathname, query, headers, body: Readable.from([]) }
  const bodyHash = createHash('sha256').update(request.body).digest('hex')
  const authorization = OpenApiUtil.getAuthorization(signed, algorithm, bodyHash, accessKeyId, accessKeySecret)
  return authorization.replace(/^.*Signature=/, '')
}

/** Computes the older signature of a request over its parameters, with the vendor's own code. */
export function parameterSignature({ method, pairs }: RpcRequest, accessKeySecret: string): string {
  const { Signature: _, ...signed } = Object.fromEntries(pairs)
  return OpenApiUtil.getRPCSignature(signed, method, accessKeySecret)
}
