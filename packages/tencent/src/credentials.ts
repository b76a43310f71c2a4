import {
  absent,
  type CredentialSource,
  type Finding,
  findCredentials,
  found,
  homeDirectoryOf,
  optionSource,
  readSmallFile,
  unusable,
} from '@cloud-keypair/core/credentials'
import { createCredentialCache, type CredentialCache } from '@cloud-keypair/core/http'
import { parse } from 'ini'
import { join } from 'node:path'
import * as v from 'valibot'
import type { TencentOptions } from './options.js'

/** One access key, checked and trimmed. */
export interface Credentials {
  readonly secretId: string
  readonly secretKey: string
  readonly token?: string
  readonly expiresAt?: number
}

type Environment = Readonly<Record<string, string | undefined>>

// The parts become header values: anything but visible ASCII is a slip of copying, and would break the header.
const part = v.pipe(v.string(), v.trim(), v.regex(/^[\x21-\x7e]+$/))
const schema = v.object({
  secretId: part,
  secretKey: part,
  token: v.nullish(v.union([part, v.pipe(v.string(), v.trim(), v.empty())])),
  expiresAt: v.nullish(v.pipe(v.number(), v.finite())),
})

/** Checks an access key. The message quotes no part of the key. */
function checkKeys(given: unknown, source: string): Finding<Credentials> {
  const parsed = v.safeParse(schema, given, { abortEarly: true })
  if (!parsed.success) {
    return unusable(`${source}: ${v.getDotPath(parsed.issues[0]) ?? 'secretId'} is missing or malformed`)
  }
  const { secretId, secretKey, token, expiresAt } = parsed.output
  return found({ secretId, secretKey, ...(token && { token }), ...(typeof expiresAt === 'number' && { expiresAt }) })
}

// The names and files are those of common/credential.js of tencentcloud-sdk-nodejs-common.
function environmentSource(environment: Environment): CredentialSource<Credentials> {
  const name = 'TENCENTCLOUD_SECRET_ID and TENCENTCLOUD_SECRET_KEY'
  return {
    name,
    find: () => {
      const secretId = environment['TENCENTCLOUD_SECRET_ID']
      const secretKey = environment['TENCENTCLOUD_SECRET_KEY']
      if (!secretId && !secretKey) return absent('not set')
      return checkKeys({ secretId, secretKey, token: environment['TENCENTCLOUD_SESSION_TOKEN'] }, name)
    },
  }
}

const section = v.object({ secret_id: v.optional(v.unknown()), secret_key: v.optional(v.unknown()) })

/** Makes the source of a profile in one file. A profile that is asked for by name must be in one of the files. */
function fileSource(path: string, profile: string): CredentialSource<Credentials> {
  return {
    name: path,
    find: () => {
      const text = readSmallFile(path)
      if (text.isErr()) return unusable(`${path} ${text.error}`)
      if (text.value === undefined) return absent('there is no such file')
      const fields = v.safeParse(section, parse(text.value)[profile])
      if (!fields.success) return absent(`it has no profile ${profile}`)
      const { secret_id: secretId, secret_key: secretKey } = fields.output
      return checkKeys({ secretId, secretKey }, `the profile ${profile} of ${path}`)
    },
  }
}

/** The way for a user to get credentials. */
export const advice =
  'Set TENCENTCLOUD_SECRET_ID and TENCENTCLOUD_SECRET_KEY, or write secret_id and secret_key into ~/.tencentcloud/credentials.'

/** Makes the sources that the options leave, in the order in which they are asked. */
export function credentialSources(
  { credentials, profile, testing = {} }: TencentOptions,
  environment: Environment,
): readonly CredentialSource<Credentials>[] {
  if (credentials !== undefined) return [optionSource(credentials, checkKeys)]
  const home = homeDirectoryOf(testing.homeDirectory)
  const own = home === undefined ? [] : [join(home, '.tencentcloud', 'credentials')]
  const files = [...own, '/etc/tencentcloud/credentials'].map((path) => fileSource(path, profile ?? 'default'))
  return profile === undefined ? [environmentSource(environment), ...files] : files
}

/** Makes the cache of the credentials that the options lead to. Errors: `unauthenticated`. */
export function createCredentials(
  options: TencentOptions,
  environment: Environment,
  now: () => number,
): CredentialCache<Credentials> {
  const sources = credentialSources(options, environment)
  return createCredentialCache<Credentials>(async () => (await findCredentials(sources, advice)).credentials, now)
}

/** Returns the parts of an access key that no text may show. */
export function secretsOf({ secretId, secretKey, token }: Credentials): readonly string[] {
  return [secretId, secretKey, token ?? '']
}
