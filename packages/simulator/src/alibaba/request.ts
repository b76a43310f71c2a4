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
  /** What came in the query. */
  readonly query: URLSearchParams
  /** What came in the query and in a form. */
  readonly pairs: readonly (readonly [string, string])[]
}

/** What every request may carry beside the parameters of its action: those of the older signature, and a version. */
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

/** The parameters, for the record: no secret is among them. */
export function recordable({ pairs }: RpcRequest): Record<string, string> {
  return Object.fromEntries(pairs.filter(([name]) => !secrets.includes(name)))
}

/** A URL, for the record. */
export function withoutSecrets(url: string): string {
  return url.replace(/([?&](?:Signature|SecurityToken)=)[^&]*/g, '$1***')
}
