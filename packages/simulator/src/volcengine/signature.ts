import { createHash, createHmac } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import { headerText } from '../header-text.js'

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

/**
 * Computes the signature of a request by the vendor's written rules (volcengine.com/docs/6369/67270), without the vendor's
 * code, which clients use.
 */
export function expectedSignature({ method, query, headers, authorization }: SignedRequest, secretKey: string): string {
  const { date: day, region, service } = authorization
  const names = authorization.signedHeaders.toSorted()
  const bodyHash = names.includes('x-content-sha256') ? headerText(headers, 'x-content-sha256') : sha256('')
  const canonicalRequest = [
    method.toUpperCase(),
    '/',
    canonicalQuery(query),
    ...names.map((name) => `${name}:${headerText(headers, name).replaceAll(/\s+/g, ' ').trim()}`),
    '',
    names.join(';'),
    bodyHash,
  ].join('\n')
  const scope = [day, region, service, 'request']
  const toSign = ['HMAC-SHA256', headerText(headers, 'x-date'), scope.join('/'), sha256(canonicalRequest)].join('\n')
  return hmac(scope.reduce<string | Buffer>(hmac, secretKey), toSign).toString('hex')
}

/** Returns the parameters by name, and those of one name by value. */
function canonicalQuery(query: URLSearchParams): string {
  return [...query]
    .map(([name, value]) => [encode(name), encode(value)] as const)
    .sort(([name, value], [otherName, otherValue]) => compare(name, otherName) || compare(value, otherValue))
    .map(([name, value]) => `${name}=${value}`)
    .join('&')
}

function compare(one: string, other: string): number {
  return one < other ? -1 : Number(one > other)
}

/** Encodes all but the unreserved characters of RFC 3986. */
function encode(text: string): string {
  return encodeURIComponent(text).replaceAll(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`)
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

function hmac(key: string | Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest()
}
