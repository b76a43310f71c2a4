import type { CallFailure } from '../contract/key-pair-driver.js'
import type { HttpRequest, HttpResponse, HttpTransport } from '../http/types.js'
import { err, ok, type Result } from '../result.js'

/** Makes a signal that is aborted after some milliseconds. */
export type TimeLimit = (ms: number) => AbortSignal

const realTime: TimeLimit = (ms) => AbortSignal.timeout(ms)

/** Sends one request for credentials and waits for its answer, but not longer than the limit. Never rejects. */
export async function sendWithin(
  transport: HttpTransport,
  request: HttpRequest,
  ms: number,
  limit: TimeLimit = realTime,
): Promise<Result<HttpResponse, CallFailure>> {
  const sent = await transport.send(request, limit(ms))
  if (sent.isOk()) return ok(sent.value)
  const { kind, message, hint, permanent = false, closed = false } = sent.error
  return err({
    code: 'network',
    message: kind === 'aborted' ? `there was no answer within ${ms / 1000} s` : message,
    outcome: 'none',
    transient: kind !== 'too-large' && !permanent && !closed,
    scope: 'call',
    ...(closed && { closed }),
    ...(hint !== undefined && { hint }),
  })
}
