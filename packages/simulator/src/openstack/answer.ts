import { damageText, isShapeDamage, reshape } from '../damage.js'
import type { BodyDamage } from '../fault.js'
import type { HttpAnswer } from '../http-server.js'
import type { JsonObject } from '../json.js'

/** An answer. Without a body it is HTTP 204. */
export type Answer =
  | { readonly status: number; readonly body?: JsonObject; readonly headers?: Readonly<Record<string, string>> }
  | Refusal

/** A refusal, with the key of its fault. */
export interface Refusal {
  readonly status: number
  readonly fault: string
  readonly message: string
  readonly retryAfterMs?: number | undefined
}

const faults: ReadonlyMap<number, string> = new Map([
  [400, 'badRequest'],
  [403, 'forbidden'],
  [404, 'itemNotFound'],
  [409, 'conflictingRequest'],
  [413, 'overLimit'],
  [429, 'overLimit'],
])

/** Returns a refusal of Nova. */
export function refuse(status: number, message: string): Refusal {
  return { status, fault: faults.get(status) ?? 'computeFault', message }
}

/** Returns a refusal of Keystone, and of what checks tokens in front of Nova. */
export function refuseIdentity(status: number, message: string): Refusal {
  return { status, fault: 'error', message }
}

/** Returns the answer to a path that Nova and Keystone do not have: a page, as their web frameworks make it. */
export function noSuchPath(requestId: string): HttpAnswer {
  const headers = { 'content-type': 'text/html; charset=UTF-8', 'x-openstack-request-id': requestId }
  const title = '404 Not Found'
  const body = `<html>\n <head>\n  <title>${title}</title>\n </head>\n <body>\n  <h1>${title}</h1>\n </body>\n</html>`
  return { status: 404, headers, body }
}

/** Returns the answer as it goes over the wire. */
export function toHttp(answer: Answer, requestId: string): HttpAnswer {
  const headers = { 'content-type': 'application/json', 'x-openstack-request-id': requestId }
  if ('fault' in answer) {
    const { status, fault, message, retryAfterMs } = answer
    const title = fault === 'error' ? { title: status === 401 ? 'Unauthorized' : 'Bad Request' } : {}
    const wait = retryAfterMs === undefined ? {} : { 'retry-after': String(Math.ceil(retryAfterMs / 1000)) }
    return {
      status,
      headers: { ...headers, ...wait },
      body: JSON.stringify({ [fault]: { code: status, message, ...title } }),
    }
  }
  const body = answer.body === undefined ? '' : JSON.stringify(answer.body)
  return { status: answer.status, headers: { ...headers, ...answer.headers }, body }
}

/** Returns the damaged answer. One without a body is damaged as an empty object. */
export function damaged(damage: BodyDamage, answer: Answer = { status: 200 }, requestId: string): HttpAnswer {
  const whole = toHttp(answer, requestId)
  const shown = whole.body === '' ? { ...whole, status: 200, body: '{}' } : whole
  if (!isShapeDamage(damage)) return damageText(damage, shown)
  if (damage === 'error-in-200') return { ...toHttp(refuse(400, 'An error under HTTP 200.'), requestId), status: 200 }
  if ('fault' in answer || answer.body === undefined) return shown
  return { ...shown, body: JSON.stringify(reshape(damage, answer.body)) }
}
