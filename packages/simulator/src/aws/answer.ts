import type { ErrorBody } from '../circumstances.js'
import type { HttpAnswer } from '../http-server.js'

/** An element of an answer: a text, named elements, or a list, each of whose entries is an `item`. */
export type Xml = string | { readonly [name: string]: Xml | undefined } | readonly Xml[]

/** The answer to a call. */
export type Answer =
  | { readonly status: 200; readonly result: { readonly [name: string]: Xml | undefined } }
  | { readonly status: number; readonly error: ErrorBody; readonly retryAfterMs?: number | undefined }

/** Returns a refusal of a call. */
export function refuse(code: string, message: string, status = 400): Answer {
  return { status, error: { code, message } }
}

/** Returns the answer as it goes over the wire. */
export function toHttp(answer: Answer, action: string, requestId: string): HttpAnswer {
  const headers = { 'content-type': 'text/xml;charset=UTF-8', 'x-amzn-requestid': requestId }
  if ('result' in answer) {
    const body = `<${action}Response xmlns="http://ec2.amazonaws.com/doc/2016-11-15/">${written({ requestId, ...answer.result })}</${action}Response>`
    return { status: 200, headers, body: declared(body) }
  }
  const { code, message } = answer.error
  const wait = answer.retryAfterMs
  const error = written({ Errors: { Error: { Code: code, Message: message } }, RequestID: requestId })
  return {
    status: answer.status,
    headers: { ...headers, ...(wait !== undefined && { 'retry-after': String(Math.ceil(wait / 1000)) }) },
    body: declared(`<Response>${error}</Response>`),
  }
}

function declared(body: string): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n${body}`
}

function isList(value: Xml): value is readonly Xml[] {
  return Array.isArray(value)
}

function written(value: Xml): string {
  if (typeof value === 'string') return escaped(value)
  if (isList(value)) return value.map((item) => `<item>${written(item)}</item>`).join('\n')
  return Object.entries(value)
    .map(([name, element]) => (element === undefined ? '' : `<${name}>${written(element)}</${name}>`))
    .join('\n')
}

function escaped(text: string): string {
  return text.replaceAll(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`)
}
