import type { CallContext, CallFailure } from '../contract/key-pair-driver.js'
import type { Expiring } from '../http/credential-cache.js'
import type { Result } from '../result.js'
import { type CredentialAttempt, findCredentials } from './find-credentials.js'
import type { CredentialSource } from './finding.js'

/** The owner of credentials, as the cloud tells it. */
export interface CredentialOwner {
  /** The id of the account. */
  readonly account: string
  /** The user or the role, in the cloud's own notation. */
  readonly name?: string
  /** The kind of the owner, in the cloud's own word. */
  readonly kind?: string
}

/** A problem of credentials, and its remedy. */
export interface CredentialProblem {
  readonly code: CallFailure['code']
  readonly message: string
  readonly hint?: string
}

/** The facts about the credentials that an adapter finds. Plain data without a secret, which may be printed. */
export interface CredentialReport {
  /** The source that gave the credentials; `undefined` if none did. */
  readonly source: string | undefined
  /** The last characters of the access key id, enough to recognise it. */
  readonly keyEnding: string | undefined
  /** The end of the credentials, as an ISO date; `undefined` if they do not end, or if it is unknown. */
  readonly expiresAt: string | undefined
  /** The owner of the credentials; `undefined` if the cloud did not tell. */
  readonly owner: CredentialOwner | undefined
  /** Every source that was asked, in order. */
  readonly attempts: readonly CredentialAttempt[]
  /** The reason why there are no credentials, or why their owner is unknown. */
  readonly problem: CredentialProblem | undefined
}

/** The input of a report. */
export interface Inspection<C> {
  readonly sources: readonly CredentialSource<C>[]
  /** The way for a user to get credentials, as one sentence. */
  readonly advice?: string
  /** Returns the access key id, which is no secret. */
  readonly keyIdOf: (credentials: C) => string
  /** Asks the cloud for the owner of the credentials. The context is one of a call, which ends after 10 seconds. */
  readonly readOwner: (credentials: C, context: CallContext) => Promise<Result<CredentialOwner, CallFailure>>
  /** Gives back sockets, after the report. */
  close(): Promise<void>
}

const limitMs = 10_000

/** Finds credentials as the driver does, asks for their owner, and reports all attempts. Never rejects. */
export async function inspectCredentials<C extends Expiring>(inspection: Inspection<C>): Promise<CredentialReport> {
  try {
    return await findAndAsk(inspection)
  } finally {
    await inspection.close()
  }
}

async function findAndAsk<C extends Expiring>(inspection: Inspection<C>): Promise<CredentialReport> {
  const { credentials, attempts } = await findCredentials(inspection.sources, inspection.advice)
  if (credentials.isErr()) {
    const problem = credentialProblem(credentials.error)
    return { source: undefined, keyEnding: undefined, expiresAt: undefined, owner: undefined, attempts, problem }
  }
  const { expiresAt } = credentials.value
  const context = { signal: AbortSignal.timeout(limitMs), token: '', trace: () => {} }
  const owner = await inspection.readOwner(credentials.value, context)
  return {
    source: attempts.at(-1)?.source,
    keyEnding: inspection.keyIdOf(credentials.value).slice(-4),
    expiresAt: expiresAt === undefined ? undefined : new Date(expiresAt).toISOString(),
    owner: owner.unwrapOr(undefined),
    attempts,
    problem: owner.isErr() ? credentialProblem(owner.error) : undefined,
  }
}

function credentialProblem({ code, message, hint }: CallFailure): CredentialProblem {
  return { code, message, ...(hint !== undefined && { hint }) }
}
