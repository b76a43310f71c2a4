import type { ErrorBody } from '../circumstances.js'
import { damageText, isShapeDamage, reshape } from '../damage.js'
import type { BodyDamage } from '../fault.js'
import type { HttpAnswer } from '../http-server.js'
import type { JsonObject } from '../json.js'

/** The answer to a call. */
export type Answer = { readonly result: JsonObject } | Refusal

/** A refusal of a call. */
export interface Refusal {
  readonly error: ErrorBody
  /** Default 200. */
  readonly status?: number | undefined
  readonly retryAfterMs?: number | undefined
}

/** Returns an answer without a refusal. */
export function accept(result: JsonObject = {}): Answer {
  return { result }
}

/** Returns a refusal. Its HTTP status is 200, as in the vendor's samples. */
export function refuse(code: string, message: string): Refusal {
  return { error: { code, message } }
}

/** Returns the refusal of a call without a parameter that it needs. */
export function missing(name: string): Refusal {
  return refuse('MissingParameter', `The request is missing the parameter \`${name}\`.`)
}

/** Returns the refusal of a list that is too long. */
export function tooMany(name: string): Refusal {
  return refuse('InvalidParameterValue.LimitExceeded', `The parameter \`${name}\` has too many values.`)
}

function bodyOf(answer: Answer, requestId: string): JsonObject {
  if ('result' in answer) return { ...answer.result, RequestId: requestId }
  const { code, message } = answer.error
  return { Error: { Code: code, Message: message }, RequestId: requestId }
}

/** Returns the answer as it goes over the wire. */
export function toHttp(answer: Answer, requestId: string, body: JsonObject = bodyOf(answer, requestId)): HttpAnswer {
  const { status = 200, retryAfterMs }: Omit<Refusal, 'error'> = 'error' in answer ? answer : {}
  return {
    status,
    headers: {
      'content-type': 'application/json',
      ...(retryAfterMs !== undefined && { 'retry-after': String(Math.ceil(retryAfterMs / 1000)) }),
    },
    body: JSON.stringify({ Response: body }),
  }
}

/** Returns the damaged answer. */
export function damaged(damage: BodyDamage, answer: Answer, requestId: string): HttpAnswer {
  if (!isShapeDamage(damage)) return damageText(damage, toHttp(answer, requestId))
  if (damage === 'error-in-200') {
    return toHttp(refuse('InternalServerError', 'An internal error has occurred.'), requestId)
  }
  const body = bodyOf(answer, requestId)
  return toHttp(answer, requestId, 'error' in answer ? body : reshape(damage, body))
}
