import type { ErrorBody } from '../circumstances.js'
import type { HttpAnswer } from '../http-server.js'
import type { JsonObject } from '../json.js'

/** The answer to a call. */
export type Answer = Accepted | Refusal

/** HTTP 200. Items that failed are inside `result`. */
export interface Accepted {
  readonly status: 200
  readonly result: JsonObject
}

/** A call that was refused as a whole, or what would refuse it. */
export interface Refusal {
  readonly status: number
  readonly error: ErrorBody
  readonly retryAfterMs?: number | undefined
}

/** The origin that an answer names. */
export interface Origin {
  readonly requestId: string
  /** `Ecs` or `Ens`. */
  readonly product: string
  readonly hostId: string
}

/** True if a call was refused. */
export function isRefusal(answer: Answer): answer is Refusal {
  return 'error' in answer
}

/** Returns HTTP 200 with this result. */
export function accept(result: JsonObject): Accepted {
  return { status: 200, result }
}

/** Returns a refusal. */
export function refuse(status: number, code: string, message: string): Refusal {
  return { status, error: { code, message } }
}

/**
 * Returns the body. The form of an error is shown at
 * help.aliyun.com/en/ecs/developer-reference/error-code-error-code-troubleshooting-ideas.
 */
export function bodyOf(answer: Answer, { requestId, product, hostId }: Origin): JsonObject {
  if (!isRefusal(answer)) return { ...answer.result, RequestId: requestId }
  const { code, message } = answer.error
  const query = new URLSearchParams({ q: code, product, requestId: requestId.trim() })
  const recommend = `https://api.aliyun.com/troubleshoot?${query.toString()}`
  return { RequestId: requestId, HostId: hostId, Code: code, Message: message, Recommend: recommend }
}

/**
 * Returns the answer as it goes over the wire. `x-acs-retry-after` is in milliseconds: the vendor's SDK takes it so
 * (github.com/aliyun/darabonba-openapi, ts/test/client.spec.ts).
 */
export function toHttp(answer: Answer, body: JsonObject, requestId: string): HttpAnswer {
  const wait = isRefusal(answer) ? answer.retryAfterMs : undefined
  return {
    status: answer.status,
    headers: {
      'content-type': 'application/json;charset=utf-8',
      'x-acs-request-id': requestId.trim(),
      ...(wait === undefined ? {} : { 'x-acs-retry-after': String(wait) }),
    },
    body: JSON.stringify(body),
  }
}
