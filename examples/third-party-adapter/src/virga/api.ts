import { createJsonCall, type HttpTransport, type JsonCall, type JsonRequest } from '@cloud-keypair/core/http'
import * as v from 'valibot'
import { codes } from './errors.js'

/** The address of Virga, and the credentials. */
export interface VirgaOptions {
  readonly endpoint: string
  readonly apiKey: string
  /** Sends the requests. Default: a new transport, which `close` closes. */
  readonly transport?: HttpTransport | undefined
}

const text = v.optional(v.string())
const head = v.pipe(
  v.object({ RequestId: text, Fault: v.optional(v.object({ Type: text, Text: text })) }),
  v.transform(({ RequestId, Fault }) => ({
    requestId: RequestId,
    error: Fault && { code: Fault.Type, message: Fault.Text },
  })),
)

/** Makes what calls Virga. */
export function createCall({ endpoint, apiKey }: VirgaOptions, transport: HttpTransport): JsonCall {
  const sign = ({ action, parameters }: JsonRequest) => {
    const headers = { 'content-type': 'application/json', 'x-api-key': apiKey, 'x-action': action }
    return { method: 'POST', url: endpoint, headers, body: JSON.stringify(parameters) } as const
  }
  const classify = (code: string) => codes.get(code)
  return createJsonCall({ transport, sign, head, classify, secrets: [apiKey] })
}
