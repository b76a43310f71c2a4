import { type Finding, found, timeOf, unusable } from '@cloud-keypair/core/credentials'
import * as v from 'valibot'

/** One access key, checked and trimmed. */
export interface Credentials {
  readonly accessKeyId: string
  readonly accessKeySecret: string
  readonly securityToken?: string
  /** The end of the key, in milliseconds since the epoch. */
  readonly expiresAt?: number
}

/** The names of the parts in one source. */
export interface Names {
  readonly accessKeyId: string
  readonly accessKeySecret: string
  readonly securityToken: string
}

type Values = Readonly<Record<string, unknown>>

// The parts become header values: anything but visible ASCII is a slip of copying, and would break the header.
const part = v.pipe(v.string(), v.trim(), v.regex(/^[\x21-\x7e]+$/))
const schema = v.object({
  accessKeyId: part,
  accessKeySecret: part,
  securityToken: v.nullish(v.union([part, v.pipe(v.string(), v.trim(), v.empty())])),
  expiresAt: v.nullish(v.pipe(v.number(), v.finite())),
})

/** Checks an access key. No message holds what a part says. */
export function checkKeys(given: unknown, source: string, names?: Names): Finding<Credentials> {
  const parsed = v.safeParse(schema, given, { abortEarly: true })
  if (!parsed.success) {
    const field = v.getDotPath(parsed.issues[0]) ?? 'accessKeyId'
    const name =
      field === 'accessKeyId' || field === 'accessKeySecret' || field === 'securityToken' ? names?.[field] : undefined
    return unusable(`${source}: ${name ?? field} is missing or malformed`)
  }
  const { accessKeyId, accessKeySecret, securityToken, expiresAt } = parsed.output
  return found({
    accessKeyId,
    accessKeySecret,
    ...(securityToken && { securityToken }),
    ...(typeof expiresAt === 'number' && { expiresAt }),
  })
}

/** Takes an access key out of named values. */
export function takeKeys(values: Values, source: string, names: Names): Finding<Credentials> {
  const [accessKeyId, accessKeySecret] = [values[names.accessKeyId], values[names.accessKeySecret]]
  return checkKeys({ accessKeyId, accessKeySecret, securityToken: values[names.securityToken] }, source, names)
}

const sessionSchema = v.object({
  AccessKeyId: part,
  AccessKeySecret: part,
  SecurityToken: part,
  Expiration: v.nullish(v.string()),
})

/** Takes a session in the form that all services of the vendor give one in. */
export function takeSession(given: unknown, source: string): Finding<Credentials> {
  const parsed = v.safeParse(sessionSchema, given, { abortEarly: true })
  if (!parsed.success) {
    return unusable(`${source}: ${v.getDotPath(parsed.issues[0]) ?? 'AccessKeyId'} is missing or malformed`)
  }
  const { AccessKeyId, AccessKeySecret, SecurityToken, Expiration } = parsed.output
  const keys = { accessKeyId: AccessKeyId, accessKeySecret: AccessKeySecret, securityToken: SecurityToken }
  return checkKeys({ ...keys, expiresAt: timeOf(Expiration) }, source)
}

/** Returns the parts of an access key that no text may show. */
export function secretsOf({
  accessKeyId,
  accessKeySecret,
  securityToken,
}: Credentials): readonly (string | undefined)[] {
  return [accessKeySecret, securityToken, accessKeyId]
}
