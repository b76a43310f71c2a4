import { type Finding, found, unusable } from '@cloud-keypair/core/credentials'
import * as v from 'valibot'

/** One access key, checked and trimmed. */
export interface Credentials {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken?: string
  /** The end of the key, in milliseconds since the epoch. */
  readonly expiresAt?: number
}

/** The names of the parts in one source. The first name that has a value counts. */
export interface Names {
  readonly accessKeyId: readonly string[]
  readonly secretAccessKey: readonly string[]
  readonly sessionToken: readonly string[]
}

export type Values = Readonly<Record<string, unknown>>

// The parts become header values: anything but visible ASCII is a slip of copying, and would break the header.
const part = v.pipe(v.string(), v.trim(), v.regex(/^[\x21-\x7e]+$/))
const schema = v.object({
  accessKeyId: part,
  secretAccessKey: part,
  sessionToken: v.nullish(v.union([part, v.pipe(v.string(), v.trim(), v.empty())])),
  expiresAt: v.nullish(v.pipe(v.number(), v.finite())),
})

/** Checks an access key. No message holds what a part says. */
export function checkKeys(given: unknown, source: string, names?: Names): Finding<Credentials> {
  const parsed = v.safeParse(schema, given, { abortEarly: true })
  if (!parsed.success) {
    const field = v.getDotPath(parsed.issues[0]) ?? 'accessKeyId'
    const name =
      field === 'accessKeyId' || field === 'secretAccessKey' || field === 'sessionToken' ? names?.[field][0] : undefined
    return unusable(`${source}: ${name ?? field} is missing or malformed`)
  }
  const { accessKeyId, secretAccessKey, sessionToken, expiresAt } = parsed.output
  return found({
    accessKeyId,
    secretAccessKey,
    ...(sessionToken && { sessionToken }),
    ...(typeof expiresAt === 'number' && { expiresAt }),
  })
}

/** Takes an access key out of named values; `undefined` if they have neither half of one. */
export function takeKeys(values: Values, source: string, names: Names): Finding<Credentials> | undefined {
  const first = (candidates: readonly string[]): unknown =>
    candidates.map((name) => values[name]).find((value) => value !== undefined && value !== '')
  const accessKeyId = first(names.accessKeyId)
  const secretAccessKey = first(names.secretAccessKey)
  if (accessKeyId === undefined && secretAccessKey === undefined) return undefined
  return checkKeys({ accessKeyId, secretAccessKey, sessionToken: first(names.sessionToken) }, source, names)
}

/** Returns the parts of an access key that no text may show. */
export function secretsOf({
  accessKeyId,
  secretAccessKey,
  sessionToken,
}: Credentials): readonly (string | undefined)[] {
  return [secretAccessKey, sessionToken, accessKeyId]
}
