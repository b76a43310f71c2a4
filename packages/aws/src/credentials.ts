import {
  absent,
  type CredentialSource,
  errorKind,
  type Finding,
  findCredentials,
  found,
  optionSource,
  unusable,
} from '@cloud-keypair/core/credentials'
import { createCredentialCache, type CredentialCache } from '@cloud-keypair/core/http'
import * as v from 'valibot'
import type { AwsOptions } from './options.js'

/** One access key, checked and trimmed. */
export interface Credentials {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken?: string
  readonly expiresAt?: number
}

type Environment = Readonly<Record<string, string | undefined>>

// The parts become header values: anything but visible ASCII is a slip of copying, and would break the header.
const part = v.pipe(v.string(), v.trim(), v.regex(/^[\x21-\x7e]+$/))
const schema = v.object({
  accessKeyId: part,
  secretAccessKey: part,
  sessionToken: v.nullish(v.union([part, v.pipe(v.string(), v.trim(), v.empty())])),
  expiresAt: v.nullish(v.pipe(v.number(), v.finite())),
  // As the vendor's package gives it.
  expiration: v.nullish(v.date()),
})

/** Checks an access key. The message quotes no part of the key. */
function checkKeys(given: unknown, source: string): Finding<Credentials> {
  const parsed = v.safeParse(schema, given, { abortEarly: true })
  if (!parsed.success) {
    return unusable(`${source}: ${v.getDotPath(parsed.issues[0]) ?? 'accessKeyId'} is missing or malformed`)
  }
  const { accessKeyId, secretAccessKey, sessionToken, expiresAt, expiration } = parsed.output
  const end = expiresAt ?? expiration?.getTime()
  return found({
    accessKeyId,
    secretAccessKey,
    ...(sessionToken && { sessionToken }),
    ...(end !== undefined && { expiresAt: end }),
  })
}

function environmentSource(environment: Environment): CredentialSource<Credentials> {
  const name = 'AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY'
  return {
    name,
    find: () => {
      const accessKeyId = environment['AWS_ACCESS_KEY_ID']
      const secretAccessKey = environment['AWS_SECRET_ACCESS_KEY']
      if (!accessKeyId && !secretAccessKey) return absent('not set')
      return checkKeys({ accessKeyId, secretAccessKey, sessionToken: environment['AWS_SESSION_TOKEN'] }, name)
    },
  }
}

// Not a literal: the package is an optional peer, which need not be there.
const chainPackage: string = '@aws-sdk/credential-provider-node'
const chainHint = 'Run aws sts get-caller-identity, which says why; then aws configure, or aws sso login.'
const chainSchema = v.object({ defaultProvider: v.function() })

/** The credentials that the vendor's own tools find, if its package is installed. */
function chainSource(profile: string | undefined): CredentialSource<Credentials> {
  return {
    name: chainPackage,
    find: async () => {
      const module: unknown = await import(chainPackage).catch(() => undefined)
      const loaded = v.safeParse(chainSchema, module)
      if (!loaded.success) {
        if (profile === undefined) return absent('not installed')
        const hint = `Install ${chainPackage} beside this package. Or leave the profile out, and set variables.`
        return unusable(`the profile ${profile} needs ${chainPackage}, which is not installed`, hint)
      }
      try {
        const provide = v.parse(v.function(), loaded.output.defaultProvider(profile === undefined ? {} : { profile }))
        return checkKeys(await provide(), chainPackage)
      } catch (error) {
        return unusable(`${chainPackage} found no credentials (${errorKind(error)})`, chainHint)
      }
    },
  }
}

/** The way for a user to get credentials. */
export const advice =
  'Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY. Or install @aws-sdk/credential-provider-node beside this package, which finds what the aws command finds.'

/** Makes the sources that the options leave, in the order in which they are asked. */
export function credentialSources(
  { credentials, profile }: AwsOptions,
  environment: Environment,
): readonly CredentialSource<Credentials>[] {
  if (credentials !== undefined) return [optionSource(credentials, checkKeys)]
  if (profile !== undefined) return [chainSource(profile)]
  return [environmentSource(environment), chainSource(undefined)]
}

/** Makes the cache of the credentials that the options lead to. Errors: `unauthenticated`. */
export function createCredentials(
  options: AwsOptions,
  environment: Environment,
  now: () => number,
): CredentialCache<Credentials> {
  const sources = credentialSources(options, environment)
  return createCredentialCache<Credentials>(async () => (await findCredentials(sources, advice)).credentials, now)
}

/** Returns the parts of an access key that no text may show. */
export function secretsOf({ accessKeyId, secretAccessKey, sessionToken }: Credentials): readonly string[] {
  return [accessKeyId, secretAccessKey, sessionToken ?? '']
}
