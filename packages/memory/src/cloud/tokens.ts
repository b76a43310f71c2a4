import { err, type Result } from '@cloud-keypair/core'
import type { RefusedCall } from './answer.js'
import * as refusals from './refusals.js'

/** What was asked with each token, whatever the action. */
export type AskedByToken = Map<string, string>

/** The results that one action remembers by token. The same token with the same request gives the same result. */
export class TokenMemory<T> {
  readonly #results = new Map<string, Result<T, RefusedCall>>()
  readonly #asked: AskedByToken
  readonly #forgetsFailures: boolean

  constructor(asked: AskedByToken, forgetsFailures: boolean) {
    this.#asked = asked
    this.#forgetsFailures = forgetsFailures
  }

  /** The result to give in place of doing the request; undefined where it is to be done. */
  recall(token: string, request: string): Result<T, RefusedCall> | undefined {
    const asked = this.#asked.get(token)
    if (asked === undefined) return undefined
    if (asked !== request) return err(refusals.tokenMismatch)
    return this.#results.get(token) ?? err(refusals.tokenInProgress)
  }

  /** The request is being done. */
  begin(token: string, request: string): void {
    this.#asked.set(token, request)
  }

  /** The request was done, or refused. */
  finish(token: string, result: Result<T, RefusedCall>): void {
    if (result.isErr() && this.#forgetsFailures) this.#asked.delete(token)
    else this.#results.set(token, result)
  }
}
