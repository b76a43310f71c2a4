import type { Environment } from '../http/proxy.js'
import { readField } from '../foreign-values.js'
import { absent, type CredentialSource, type Finding, found, unusable } from './finding.js'

/** One access key, checked and trimmed. */
export interface AccessKey {
  readonly id: string
  readonly secret: string
  /** The token of temporary credentials. */
  readonly token?: string
  /** The end of the key, in milliseconds since the epoch. */
  readonly expiresAt?: number
}

/** The names of the parts of an access key in one place. */
export interface AccessKeyNames {
  readonly id: string
  readonly secret: string
  readonly token: string
}

/**
 * Checks an access key whose parts have these names, and whose end, if any, is `expiresAt`. White space around a part is
 * dropped. The message quotes no part of the key.
 */
export function readAccessKey(given: unknown, source: string, names: AccessKeyNames): Finding<AccessKey> {
  const [id, secret] = [partOf(readField(given, names.id)), partOf(readField(given, names.secret))]
  if (!id) return malformedPart(source, names.id)
  if (!secret) return malformedPart(source, names.secret)
  const token = partOf(readField(given, names.token) ?? '')
  if (token === undefined) return malformedPart(source, names.token)
  const end = readField(given, 'expiresAt') ?? undefined
  if (end !== undefined && (typeof end !== 'number' || !Number.isFinite(end))) return malformedPart(source, 'expiresAt')
  return found({
    id,
    secret,
    ...(token !== '' && { token }),
    ...(end !== undefined && { expiresAt: end }),
  })
}

/** Makes the source of an access key in variables. `names` are those of its parts in messages. */
export function variablesSource(
  environment: Environment,
  variables: AccessKeyNames,
  names: AccessKeyNames,
): CredentialSource<AccessKey> {
  const name = `${variables.id} and ${variables.secret}`
  return {
    name,
    find: () => {
      const [id, secret] = [environment[variables.id], environment[variables.secret]]
      if (!id && !secret) return absent('not set')
      const token = environment[variables.token]
      return readAccessKey({ [names.id]: id, [names.secret]: secret, [names.token]: token }, name, names)
    },
  }
}

/** Returns the parts of an access key that no text may show. */
export function secretsOf({ id, secret, token }: AccessKey): readonly (string | undefined)[] {
  return [id, secret, token]
}

/**
 * Returns a part without white space around it; undefined if it is no text, or has anything but visible ASCII inside.
 * Such a character is a slip of copying, and would break the header that the part becomes.
 */
function partOf(given: unknown): string | undefined {
  const part = typeof given === 'string' ? given.trim() : undefined
  return part !== undefined && /^[\x21-\x7e]*$/.test(part) ? part : undefined
}

function malformedPart(source: string, name: string): Finding<never> {
  return unusable(`${source}: ${name} is missing or malformed`)
}
