import type { IncomingHttpHeaders } from 'node:http'
import { headerText } from './header-text.js'
import type { RecordedCall } from './recorded-call.js'

/** A call on record, while it is answered. */
export type OpenCall = { -readonly [K in keyof RecordedCall]: RecordedCall[K] }

/** The description of a request. */
export interface ReceivedCall {
  readonly action: string
  /** Its parameters, without secrets. */
  readonly query: Readonly<Record<string, string>>
  readonly token: string | undefined
  /** Without secrets. */
  readonly rawUrl: string
  readonly headers: IncomingHttpHeaders
  readonly atMs: number
}

/** Opens the record of a request. */
export function openCall({ headers, ...received }: ReceivedCall): OpenCall {
  return {
    ...received,
    mutating: false,
    status: undefined,
    code: undefined,
    committed: false,
    headers: Object.fromEntries(Object.keys(headers).map((name) => [name, redacted(name, headerText(headers, name))])),
  }
}

function redacted(name: string, value: string): string {
  switch (name) {
    case 'authorization':
      return value.replace(/Signature=.*$/, 'Signature=***')
    case 'x-security-token':
    case 'x-acs-security-token':
    case 'x-tc-token':
    case 'x-auth-token':
    case 'x-subject-token':
      return '***'
    default:
      return value
  }
}
