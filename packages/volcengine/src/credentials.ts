import { readFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { err, ok, type CallFailure, type Result } from '@cloud-keypair/core'
import { createCredentialCache, type CredentialCache } from '@cloud-keypair/core/http'
import * as v from 'valibot'
import type { VolcengineOptions } from './options.js'

/** One access key, checked and trimmed. */
export interface Credentials {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken?: string
}

type Loaded = Result<Credentials, CallFailure>

type Values = Readonly<Record<string, unknown>>

/** What one source calls the parts; the first name that has a value counts. */
interface Names {
  readonly accessKeyId: readonly string[]
  readonly secretAccessKey: readonly string[]
  readonly sessionToken: readonly string[]
}

const volc: Names = {
  accessKeyId: ['VOLC_ACCESSKEY'],
  secretAccessKey: ['VOLC_SECRETKEY'],
  sessionToken: ['VOLC_SESSIONTOKEN', 'VOLC_SESSION_TOKEN'],
}

// In this order: the vendor's SDKs of today, its command line and Terraform provider; @volcengine/openapi; the
// older SDKs. The last two do not know each other's names.
const environmentNames: readonly Names[] = [
  {
    accessKeyId: ['VOLCENGINE_ACCESS_KEY'],
    secretAccessKey: ['VOLCENGINE_SECRET_KEY'],
    sessionToken: ['VOLCENGINE_SESSION_TOKEN'],
  },
  volc,
  {
    accessKeyId: ['VOLCSTACK_ACCESS_KEY_ID', 'VOLCSTACK_ACCESS_KEY'],
    secretAccessKey: ['VOLCSTACK_SECRET_ACCESS_KEY', 'VOLCSTACK_SECRET_KEY'],
    sessionToken: ['VOLCSTACK_SESSION_TOKEN'],
  },
]

// They become header values: anything but visible ASCII is a slip of copying, and would break the header.
const part = v.pipe(v.string(), v.trim(), v.regex(/^[\x21-\x7e]+$/))
const schema = v.object({
  accessKeyId: part,
  secretAccessKey: part,
  sessionToken: v.nullish(v.union([part, v.pipe(v.string(), v.trim(), v.empty())])),
})

function unauthenticated(message: string, hint?: string): Result<never, CallFailure> {
  const failure = { code: 'unauthenticated', message, outcome: 'none', transient: false, scope: 'call' } as const
  return err({ ...failure, ...(hint !== undefined && { hint }) })
}

/** Reads the three parts. What they hold stands in no message. */
function parse(given: unknown, source: string, names?: Names): Loaded {
  const parsed = v.safeParse(schema, given, { abortEarly: true })
  if (!parsed.success) {
    const field = v.getDotPath(parsed.issues[0]) ?? 'accessKeyId'
    const name =
      field === 'accessKeyId' || field === 'secretAccessKey' || field === 'sessionToken' ? names?.[field][0] : undefined
    return unauthenticated(`${source}: ${name ?? field} is missing or malformed`)
  }
  const { accessKeyId, secretAccessKey, sessionToken } = parsed.output
  return ok({ accessKeyId, secretAccessKey, ...(sessionToken && { sessionToken }) })
}

/** Undefined where the source has neither half of a key. */
function read(values: Values, source: string, names: Names): Loaded | undefined {
  const first = (candidates: readonly string[]): unknown =>
    candidates.map((name) => values[name]).find((value) => value !== undefined && value !== '')
  const accessKeyId = first(names.accessKeyId)
  const secretAccessKey = first(names.secretAccessKey)
  if (accessKeyId === undefined && secretAccessKey === undefined) return undefined
  return parse({ accessKeyId, secretAccessKey, sessionToken: first(names.sessionToken) }, source, names)
}

/** What went wrong, in one word: the text of an error that is not ours may quote a secret. */
function kindOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  if (typeof code === 'string' && /^[A-Z][A-Z0-9_]{1,40}$/.test(code)) return code
  return error instanceof Error && /^[A-Za-z]{1,40}$/.test(error.name) ? error.name : 'Error'
}

async function readConfig(path: string): Promise<Loaded | undefined> {
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (error) {
    const kind = kindOf(error)
    return kind === 'ENOENT' || kind === 'ENOTDIR' ? undefined : unauthenticated(`${path} cannot be read (${kind})`)
  }
  try {
    const values: unknown = JSON.parse(text)
    if (!Array.isArray(values) && v.is(v.record(v.string(), v.unknown()), values)) return read(values, path, volc)
  } catch {
    // What the parser says quotes the file.
  }
  return unauthenticated(`${path} is not a JSON object`)
}

/** Undefined where the user has none, as in a container that runs under a user id of its own. */
function homeOf({ homeDirectory }: VolcengineOptions): string | undefined {
  try {
    return homeDirectory ?? homedir()
  } catch {
    return undefined
  }
}

async function search(environment: Values, home: string | undefined): Promise<Loaded> {
  for (const names of environmentNames) {
    const found = read(environment, 'environment', names)
    if (found !== undefined) return found
  }
  const path = home === undefined ? undefined : join(home, '.volc', 'config')
  const looked = environmentNames.map((names) => `${names.accessKeyId[0]} and ${names.secretAccessKey[0]}`).join(', ')
  return (
    (path === undefined ? undefined : await readConfig(path)) ??
    unauthenticated(
      'there are no credentials',
      `Looked for the option credentials, then ${looked}, then ${path ?? 'a home directory'}.`,
    )
  )
}

async function ask(credentials: () => Promise<unknown>): Promise<Loaded> {
  try {
    return parse(await credentials(), 'what the function credentials gave')
  } catch (error) {
    return unauthenticated(`the function credentials failed (${kindOf(error)})`)
  }
}

/** Makes the source of what the options say; nothing is read before it is asked. Errors: `unauthenticated`. */
export function createCredentialSource(
  options: VolcengineOptions,
  environment: Readonly<Record<string, string | undefined>>,
): CredentialCache<Credentials> {
  const { credentials } = options
  const load = async (): Promise<Loaded> => {
    if (credentials === undefined) return search(environment, homeOf(options))
    return typeof credentials === 'function' ? ask(credentials) : parse(credentials, 'the option credentials')
  }
  return createCredentialCache(load)
}
