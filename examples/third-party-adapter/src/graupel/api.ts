import { createHmac } from 'node:crypto'
import { createJsonCall, type HttpTransport, type JsonCall, type JsonRequest } from '@cloud-keypair/core/http'
import * as v from 'valibot'
import { codes } from './errors.js'

/** The address of Graupel, and the credentials. */
export interface GraupelOptions {
  readonly endpoint: string
  readonly accessKey: string
  readonly secretKey: string
  /** Sends the requests. Default: a new transport, which `close` closes. */
  readonly transport?: HttpTransport | undefined
}

const text = v.string()
const head = v.object({ requestId: text, error: v.optional(v.object({ code: text, message: text })) })

/** Makes the function that calls Graupel. Each request is signed over its action and body. */
export function createCall({ endpoint, accessKey, secretKey }: GraupelOptions, transport: HttpTransport): JsonCall {
  const sign = ({ action, parameters }: JsonRequest) => {
    const body = JSON.stringify(parameters)
    const signature = createHmac('sha256', secretKey).update(`${action}\n${body}`).digest('hex')
    const headers = { 'content-type': 'application/json', authorization: `Graupel ${accessKey}:${signature}` }
    return { method: 'POST', url: `${endpoint}/${action}`, headers, body } as const
  }
  const classify = (code: string) => codes.get(code)
  return createJsonCall({ transport, sign, head, classify, secrets: [accessKey, secretKey] })
}
