import type { CallFailure } from '../contract/key-pair-driver.js'
import { errorKind } from '../foreign-values.js'
import {
  createCredentialCache,
  type CredentialCache,
  type Expiring,
  unauthenticated,
} from '../http/credential-cache.js'
import { err, ok, type Result } from '../result.js'
import { type CredentialSource, type Finding, unusable } from './finding.js'

/** One source that was asked. Holds no secret. */
export interface CredentialAttempt {
  readonly source: string
  readonly status: 'used' | 'absent' | 'unusable'
  /** The reason why the source gave no credentials, without a full stop. */
  readonly reason?: string
}

/** The credentials that a search found, and every source that it asked, in order. */
export interface CredentialSearch<C> {
  readonly credentials: Result<C, CallFailure>
  readonly attempts: readonly CredentialAttempt[]
}

const notCorrect = 'Correct or remove these credentials: no later source is asked while they are there.'

/**
 * Asks the sources in order until one has something, and takes everything from that one. Never rejects. `advice` says, as
 * one sentence, how a user gets credentials if there are none.
 */
export async function findCredentials<C>(
  sources: readonly CredentialSource<C>[],
  advice?: string,
): Promise<CredentialSearch<C>> {
  const attempts: CredentialAttempt[] = []
  for (const source of sources) {
    const finding = await ask(source)
    switch (finding.kind) {
      case 'found':
        attempts.push({ source: source.name, status: 'used' })
        return { credentials: ok(finding.credentials), attempts }
      case 'absent':
        attempts.push({ source: source.name, status: 'absent', reason: finding.reason })
        break
      case 'unusable':
        attempts.push({ source: source.name, status: 'unusable', reason: finding.failure.message })
        return { credentials: err(withHint(finding.failure)), attempts }
    }
  }
  const places = attempts.map(({ source, reason }) => `${source} (${reason})`)
  const hint = [advice, `Looked in: ${places.join('; ')}.`].filter(Boolean).join(' ')
  return { credentials: err(unauthenticated('there are no credentials', hint)), attempts }
}

/**
 * Makes the cache of the credentials that the sources give; nothing is read before it is asked. Errors:
 * `unauthenticated`.
 */
export function credentialsOf<C extends Expiring>(
  sources: readonly CredentialSource<C>[],
  advice: string,
  now: () => number,
): CredentialCache<C> {
  return createCredentialCache<C>(async () => (await findCredentials(sources, advice)).credentials, now)
}

/** Completes a failure whose source gave no hint. */
function withHint(failure: CallFailure): CallFailure {
  return failure.hint === undefined && failure.code === 'unauthenticated' ? { ...failure, hint: notCorrect } : failure
}

async function ask<C>(source: CredentialSource<C>): Promise<Finding<C>> {
  try {
    return await source.find()
  } catch (error) {
    return unusable(`${source.name} failed (${errorKind(error)})`)
  }
}
