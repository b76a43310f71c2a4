import { err, type Result } from '@cloud-keypair/core'
import type { RefusedCall } from './answer.js'
import * as refusals from './refusals.js'

/** The request of each token, of any action. */
export type AskedByToken = Map<string, string>

/** The results of one action by token. The same token with the same request gives the same result. */
export class TokenMemory<T> {
  readonly #results = new Map<string, Result<T, RefusedCall>>()
  readonly #asked: AskedByToken
  readonly #forgetsFailures: boolean

  constructor(asked: AskedByToken, forgetsFailures: boolean) {
    this.#asked = asked
    this.#forgetsFailures = forgetsFailures
  }

  /** Returns the earlier result of a repeated request. Undefined if the request has to be carried out. */
  recall(token: string, request: string): Result<T, RefusedCall> | undefined {
    const asked = this.#asked.get(token)
    if (asked === undefined) return undefined
    if (asked !== request) return err(refusals.tokenMismatch)
    return this.#results.get(token) ?? err(refusals.tokenInProgress)
  }

  /** Marks a request as being carried out. */
  begin(token: string, request: string): void {
    this.#asked.set(token, request)
  }

  /** Records the result of a request that was carried out or refused. */
  finish(token: string, result: Result<T, RefusedCall>): void {
    if (result.isErr() && this.#forgetsFailures) this.#asked.delete(token)
    else this.#results.set(token, result)
  }
}
