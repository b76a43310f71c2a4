import {
  absent,
  type AccessKey,
  type CredentialSource,
  errorKind,
  type Finding,
  found,
  optionSource,
  readAccessKey,
  type Surroundings,
  unusable,
  variablesSource,
} from '@cloud-keypair/core/credentials'
import * as v from 'valibot'
import type { AwsOptions } from './options.js'

const names = { id: 'accessKeyId', secret: 'secretAccessKey', token: 'sessionToken' }
const variables = { id: 'AWS_ACCESS_KEY_ID', secret: 'AWS_SECRET_ACCESS_KEY', token: 'AWS_SESSION_TOKEN' }

// The end of an access key as the vendor's package gives it.
const ending = v.object({ expiration: v.nullish(v.date()) })

/** Checks an access key of the option, or of the vendor's package. */
function checkKeys(given: unknown, source: string): Finding<AccessKey> {
  const key = readAccessKey(given, source, names)
  if (key.kind !== 'found' || key.credentials.expiresAt !== undefined) return key
  const end = v.safeParse(ending, given)
  if (!end.success) return unusable(`${source}: expiration is missing or malformed`)
  const { expiration } = end.output
  return expiration ? found({ ...key.credentials, expiresAt: expiration.getTime() }) : key
}

// Not a literal: the package is an optional peer, which need not be there.
const chainPackage: string = '@aws-sdk/credential-provider-node'
const chainHint = 'Run aws sts get-caller-identity, which says why; then aws configure, or aws sso login.'
const chainSchema = v.object({ defaultProvider: v.function() })

/** The credentials that the vendor's own tools find, if its package is installed. */
function chainSource(profile: string | undefined): CredentialSource<AccessKey> {
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
  { environment }: Surroundings,
): readonly CredentialSource<AccessKey>[] {
  if (credentials !== undefined) return [optionSource(credentials, checkKeys)]
  if (profile !== undefined) return [chainSource(profile)]
  return [variablesSource(environment, variables, names), chainSource(undefined)]
}
