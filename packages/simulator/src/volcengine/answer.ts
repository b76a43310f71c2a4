import type { ErrorBody } from '../circumstances.js'
import type { Json, JsonObject } from '../json.js'
import type { HttpAnswer } from '../http-server.js'

/** The answer to a call. */
export type Answer = Accepted | Refusal

/** HTTP 200. Items that failed are inside `result`. */
export interface Accepted {
  readonly status: 200
  readonly result: JsonObject
}

/** A call that was refused as a whole. */
export interface Refusal {
  readonly status: number
  readonly error: ErrorBody
  /** Refused by the gateway, before the service saw it. */
  readonly gateway?: { readonly codeN: number | undefined }
  readonly retryAfterMs?: number | undefined
}

/** The part of every answer that is not the result. */
export interface Metadata {
  readonly requestId: string
  readonly action: string
  readonly version: string
  readonly region: string
}

/** True if a call was refused. */
export function isRefusal(answer: Answer): answer is Refusal {
  return 'error' in answer
}

/** Returns HTTP 200 with this result. */
export function accept(result: JsonObject): Accepted {
  return { status: 200, result }
}

/** Returns a refusal by the service. */
export function refuse(status: number, code: string, message: string): Refusal {
  return { status, error: { code, message } }
}

/** Returns a refusal by the gateway, with the number of its code if the vendor published one. */
export function refuseAtGateway(status: number, code: string, message: string, codeN?: number): Refusal {
  return { status, error: { code, message }, gateway: { codeN } }
}

/** Returns the element of `Error` in an item or in the envelope. */
export function errorElement(error: ErrorBody): JsonObject {
  return { Code: error.code, Message: error.message }
}

/**
 * Returns the envelope. Errors of the gateway carry `CodeN` and no `Service`
 * (docs.byteplus.com/en/docs/waf/common_response_parameters), those of the service are the other way round
 * (docs.byteplus.com/en/docs/ecs/Responses).
 */
export function envelope(answer: Answer, metadata: Metadata): JsonObject {
  const { requestId, action, version, region } = metadata
  const head = { RequestId: requestId, Action: action, Version: version }
  const ofService = { ...head, Service: 'ecs', Region: region }
  if (!isRefusal(answer)) return { ResponseMetadata: ofService, Result: answer.result }
  const error = errorElement(answer.error)
  if (answer.gateway === undefined) return { ResponseMetadata: { ...ofService, Error: error } }
  const { codeN } = answer.gateway
  const numbered = codeN === undefined ? error : { CodeN: codeN, ...error }
  return { ResponseMetadata: { ...head, Region: region, Error: numbered } }
}

/** Returns the answer as it goes over the wire. */
export function toHttp(answer: Answer, body: Json): HttpAnswer {
  const wait = isRefusal(answer) ? answer.retryAfterMs : undefined
  return {
    status: answer.status,
    headers: {
      'content-type': 'application/json; charset=utf-8',
      ...(wait === undefined ? {} : { 'retry-after': String(Math.ceil(wait / 1000)) }),
    },
    body: JSON.stringify(body),
  }
}
