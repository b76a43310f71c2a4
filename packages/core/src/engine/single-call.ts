import type { CallContext, CallFailure } from '../contract/key-pair-driver.js'
import { sendOnce } from './call.js'
import type { Operation } from './operation.js'
import { err, ok, type Result } from '../result.js'

/** A call that is not part of a batch: a read, or a change of one thing. */
interface SingleCall<T> {
  readonly call: 'lookup' | 'read-instances' | 'list' | 'list-instances' | 'import' | 'create' | 'update'
  /** Default: true. A read has no token, and its failure leaves nothing unanswered. */
  readonly mutating?: boolean
  send(context: CallContext): Promise<Result<T, CallFailure>>
  /** Reads back an unanswered send. Undefined proves nothing. */
  readBack?(): Promise<T | undefined>
  /**
   * The way to resend after a lost answer. `never`: the call could take effect twice, so only a read back settles it, if
   * there is one. `with-token`: the token alone prevents a second effect. Default: `safe`.
   */
  readonly resend?: 'safe' | 'with-token' | 'never'
}

/**
 * Sends a call until there is a definite answer or nothing more may be sent. An unanswered send is resent with the same
 * token. After a definite transient refusal the token is new, unless an earlier send may still take effect and only the
 * token prevents a second effect. A refusal after an unanswered send has an unknown outcome, unless a read back resolves
 * it.
 */
export async function sendSingle<T>(
  operation: Operation,
  { call, mutating = true, send, readBack, resend = 'safe' }: SingleCall<T>,
): Promise<Result<T, CallFailure>> {
  const newToken = (): string => (mutating ? operation.context.newToken() : '')
  let token = newToken()
  let unanswered: CallFailure | undefined
  let after: CallFailure | undefined
  for (let attempt = 0; ; attempt += 1) {
    const result: Result<T, CallFailure> =
      unanswered !== undefined && resend === 'never'
        ? err(unanswered)
        : await sendOnce(operation, { call, mutating, attempt: attempt + 1, after, token, send })
    if (result.isOk()) return result
    const failure = result.error
    after = failure
    if (failure.outcome === 'unknown') unanswered = failure
    else if (unanswered === undefined || resend !== 'with-token') token = newToken()
    if (unanswered !== undefined && resend === 'never' && readBack === undefined) return result

    const again = failure.transient && (await operation.waitToRetry(attempt, failure))
    if (unanswered === undefined && again) continue
    if (unanswered === undefined) return result
    const seen = await readBack?.()
    if (seen !== undefined) return ok(seen)
    if (!again) return err({ ...failure, outcome: 'unknown' })
  }
}
