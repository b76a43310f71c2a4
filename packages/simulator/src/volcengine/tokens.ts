import { isRefusal, refuse, type Answer } from './answer.js'
import type { VolcengineVariants } from './variants.js'

/** The answers that a region remembers by ClientToken. */
export interface TokenMemory {
  /** Returns the earlier answer to a repeated request. Undefined if the request has to be carried out. */
  recall(token: string, request: string, now: number): Answer | undefined
  /** Marks a request as being carried out. */
  begin(token: string, request: string, now: number): void
  /** Records the answer to a request that was carried out or refused. */
  finish(token: string, answer: Answer, variants: VolcengineVariants): void
}

interface Entry {
  readonly request: string
  readonly firstAt: number
  answer?: Answer
  expiresAt: number
}

/** True if a text can be a ClientToken: at most 64 ASCII characters. */
export function isToken(text: string): boolean {
  return /^[\x20-\x7e]{1,64}$/.test(text)
}

/** Creates an empty memory. The codes are those of volcengine.com/docs/6396/120513. */
export function createTokenMemory(): TokenMemory {
  const entries = new Map<string, Entry>()
  return {
    recall: (token, request, now) => {
      const entry = entries.get(token)
      if (entry === undefined || now >= entry.expiresAt) return undefined
      if (entry.request !== request) {
        const message = 'The request uses the same client token as a previous, but non-identical request.'
        return refuse(400, 'IdempotentParameterMismatch', message)
      }
      const busy = 'The previous request with the same client token is still being processed, please try again later.'
      return entry.answer ?? refuse(412, 'IdempotentProcessing', busy)
    },
    begin: (token, request, now) => {
      entries.set(token, { request, firstAt: now, expiresAt: Infinity })
    },
    finish: (token, answer, { tokenFailure, tokenLifetime, createReplay }) => {
      const entry = entries.get(token)
      if (entry === undefined) return
      if (isRefusal(answer) && tokenFailure === 'forgotten') entries.delete(token)
      entry.answer = createReplay === 'with-private-key' ? answer : withoutPrivateKey(answer)
      entry.expiresAt = entry.firstAt + tokenLifetime
    },
  }
}

function withoutPrivateKey(answer: Answer): Answer {
  if (isRefusal(answer)) return answer
  const { PrivateKey: _, ...result } = answer.result
  return { ...answer, result }
}
