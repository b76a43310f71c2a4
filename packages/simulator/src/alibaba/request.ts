import { headerText } from '../header-text.js'
import type { Exchange } from '../http-server.js'

/** A request to a gateway of Alibaba Cloud's RPC style, taken apart. */
export interface RpcRequest {
  readonly method: string
  readonly path: string
  readonly headers: Exchange['headers']
  readonly body: string
  /** Action, version and the like, from the headers or the parameters. */
  readonly action: string
  readonly version: string
  /** The parameters of the query. */
  readonly query: URLSearchParams
  /** The parameters of the query and of a form. */
  readonly pairs: readonly (readonly [string, string])[]
}

/** Parameters that every request may carry: those of the older signature, and a version. */
export const commonParameters = [
  'Action',
  'Version',
  'Format',
  'Timestamp',
  'AccessKeyId',
  'SecurityToken',
  'Signature',
  'SignatureMethod',
  'SignatureVersion',
  'SignatureNonce',
  'SignatureType',
] as const

/** Takes a request apart. Parameters may be in the query or in a form. */
export function readRequest({ method, url, headers, body }: Exchange): RpcRequest {
  const { pathname: path, searchParams: query } = new URL(url, 'http://127.0.0.1')
  const isForm = headerText(headers, 'content-type').startsWith('application/x-www-form-urlencoded')
  const pairs = [...query, ...(isForm ? new URLSearchParams(body) : [])]
  const first = (name: string): string => pairs.find(([key]) => key === name)?.[1] ?? ''
  return {
    method,
    path,
    headers,
    body,
    action: headerText(headers, 'x-acs-action') || first('Action'),
    version: headerText(headers, 'x-acs-version') || first('Version'),
    query,
    pairs,
  }
}

const secrets = ['Signature', 'SecurityToken']

/** Returns the parameters for the record, without secrets. */
export function recordable({ pairs }: RpcRequest): Record<string, string> {
  return Object.fromEntries(pairs.filter(([name]) => !secrets.includes(name)))
}

/** Returns a URL for the record, without secrets. */
export function withoutSecrets(url: string): string {
  return url.replace(/([?&](?:Signature|SecurityToken)=)[^&]*/g, '$1***')
}
