import type { CallFailure } from '../contract/key-pair-driver.js'
import { unauthenticated } from '../http/credential-cache.js'

/**
 * A source of credentials: an option, the environment, a profile in a file, the role of the instance.
 * `C` is one set of credentials.
 */
export interface CredentialSource<C> {
  /** The name of the source in messages and reports, such as `~/.aliyun/config.json`. */
  readonly name: string
  find(): Finding<C> | Promise<Finding<C>>
}

/** The result of asking one source. */
export type Finding<C> = { readonly kind: 'found'; readonly credentials: C } | NotFound

/** The reason why a source gives no credentials. */
export type NotFound =
  /** The source holds no credentials: the next source is asked. */
  | { readonly kind: 'absent'; readonly reason: string }
  /** The source holds credentials that cannot be used. No other source is asked, since it may stand for somebody else. */
  | { readonly kind: 'unusable'; readonly failure: CallFailure }

/** Makes the finding of credentials that can be used. */
export function found<C>(credentials: C): Finding<C> {
  return { kind: 'found', credentials }
}

/** Makes the finding of a source without credentials. The reason completes `<source>: …`, without a full stop. */
export function absent(reason: string): NotFound {
  return { kind: 'absent', reason }
}

/** Makes the finding of credentials that cannot be used. Neither message nor hint may hold a secret. */
export function unusable(message: string, hint?: string): NotFound {
  return { kind: 'unusable', failure: unauthenticated(message, hint) }
}

/**
 * Makes the finding of a call for credentials that failed. A transient failure keeps its code, so that the operation
 * retries, and its own hint. The message begins with the purpose of the call.
 */
export function failedCall(what: string, failure: CallFailure, refusedHint?: string): NotFound {
  const hint = failure.transient ? failure.hint : (refusedHint ?? failure.hint)
  const code = failure.transient ? failure.code : 'unauthenticated'
  const message = `${what}: ${failure.message}`
  const definite = { outcome: 'none', scope: 'call', ...(hint !== undefined && { hint }) } as const
  return { kind: 'unusable', failure: { ...failure, ...definite, code, message } }
}
