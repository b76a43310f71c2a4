import { isNativeError } from 'node:util/types'
import { err, ok, type CallFailure, type Result } from '@cloud-keypair/core'
import { createCredentialCache, type CredentialCache } from '@cloud-keypair/core/http'
import * as v from 'valibot'
import type { AlibabaOptions } from './options.js'
import { loadChain } from './vendor.js'

/** One access key, checked and trimmed. */
export interface Credentials {
  readonly accessKeyId: string
  readonly accessKeySecret: string
  readonly securityToken?: string
  /** When the key ends, in milliseconds since the epoch. */
  readonly expiresAt?: number
}

type Loaded = Result<Credentials, CallFailure>

// They become header values: anything but visible ASCII is a slip of copying, and would break the header.
const part = v.pipe(v.string(), v.trim(), v.regex(/^[\x21-\x7e]+$/))
const schema = v.object({
  accessKeyId: part,
  accessKeySecret: part,
  securityToken: v.nullish(v.union([part, v.pipe(v.string(), v.trim(), v.empty())])),
})

const looked =
  'Looked for the option credentials, then ALIBABA_CLOUD_ACCESS_KEY_ID and ALIBABA_CLOUD_ACCESS_KEY_SECRET, ' +
  'ALIBABA_CLOUD_OIDC_TOKEN_FILE, ~/.aliyun/config.json, ~/.alibabacloud/credentials, the role of an ECS instance, ' +
  'and ALIBABA_CLOUD_CREDENTIALS_URI.'

function unauthenticated(message: string, hint?: string): Result<never, CallFailure> {
  const failure = { code: 'unauthenticated', message, outcome: 'none', transient: false, scope: 'call' } as const
  return err({ ...failure, ...(hint !== undefined && { hint }) })
}

/** Reads the three parts. What they hold stands in no message. */
function parse(given: unknown, source: string): Loaded {
  const parsed = v.safeParse(schema, given, { abortEarly: true })
  if (!parsed.success) {
    return unauthenticated(`${source}: ${v.getDotPath(parsed.issues[0]) ?? 'accessKeyId'} is missing or malformed`)
  }
  const { accessKeyId, accessKeySecret, securityToken } = parsed.output
  return ok({ accessKeyId, accessKeySecret, ...(securityToken && { securityToken }) })
}

/**
 * Walks the vendor's chain, with a new chain each time: one that found nothing once asks only its last place for ever.
 * Its messages quote the files and answers that it could not read, secrets included, so none of them is passed on.
 */
async function search(): Promise<Loaded> {
  const chain = await loadChain()
  if (chain.isErr()) return err(chain.error)
  try {
    return parse(await new chain.value().getCredential(), 'what the default chain of credentials found')
  } catch {
    return unauthenticated('there are no credentials', looked)
  }
}

async function ask(credentials: () => Promise<unknown>): Promise<Loaded> {
  try {
    return parse(await credentials(), 'what the function credentials gave')
  } catch (error) {
    // The name alone: the text of an error that is not ours may quote a secret.
    const kind = isNativeError(error) && /^[A-Za-z]{1,40}$/.test(error.name) ? error.name : 'Error'
    return unauthenticated(`the function credentials failed (${kind})`)
  }
}

/**
 * Makes the source of what the options say; nothing is read before it is asked. However many ask at first, one search
 * serves them all: the vendor's chain fails for the second while the first is at it. Errors: `unauthenticated`.
 */
export function createCredentialSource({ credentials }: AlibabaOptions): CredentialCache<Credentials> {
  const load = async (): Promise<Loaded> => {
    if (credentials === undefined) return search()
    return typeof credentials === 'function' ? ask(credentials) : parse(credentials, 'the option credentials')
  }
  return createCredentialCache(load)
}
