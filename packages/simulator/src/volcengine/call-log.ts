import type { IncomingHttpHeaders } from 'node:http'
import type { RecordedCall } from '../recorded-call.js'
import { headerText } from './signature.js'

/** A call on record, while it is answered. */
export type OpenCall = { -readonly [K in keyof RecordedCall]: RecordedCall[K] }

/** Opens the record of a request. */
export function openCall(url: string, query: URLSearchParams, headers: IncomingHttpHeaders, atMs: number): OpenCall {
  return {
    action: query.get('Action') ?? '',
    query: Object.fromEntries(query),
    mutating: false,
    status: undefined,
    code: undefined,
    atMs,
    token: query.get('ClientToken') ?? undefined,
    committed: false,
    rawUrl: url,
    headers: Object.fromEntries(Object.keys(headers).map((name) => [name, redacted(name, headerText(headers, name))])),
  }
}

function redacted(name: string, value: string): string {
  switch (name) {
    case 'authorization':
      return value.replace(/Signature=.*$/, 'Signature=***')
    case 'x-security-token':
      return '***'
    default:
      return value
  }
}
