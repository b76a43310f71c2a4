import { err, ok, type Result } from '@cloud-keypair/core'
import type { CallFailure } from '@cloud-keypair/core/driver'
import {
  type CredentialSource,
  credentialsOf,
  optionSource,
  surroundingsOf as readSurroundings,
} from '@cloud-keypair/core/credentials'
import type { CredentialCache } from '@cloud-keypair/core/http'
import { randomUUID } from 'node:crypto'
import { chooseProfile, type Profile } from './credentials/choose-profile.js'
import { environmentSources, hasCredentials } from './credentials/environment.js'
import { checkKeys, type Credentials } from './credentials/keys.js'
import { instanceRoleSource, metadataHost } from './credentials/instance-role.js'
import { profileSource } from './credentials/profile.js'
import type { Surroundings } from './credentials/surroundings.js'
import { uriSource } from './credentials/uri.js'
import type { AlibabaOptions } from './options.js'

export type { Credentials } from './credentials/keys.js'

/** Returns what the sources of credentials work with. A proxy is not asked for the metadata of the instance. */
export function surroundingsOf(options: AlibabaOptions): Surroundings {
  return { ...readSurroundings(options, metadataHost), newNonce: options.testing?.newToken ?? randomUUID }
}

/** The way for a user to get credentials. */
export const advice = 'Set ALIBABA_CLOUD_ACCESS_KEY_ID and ALIBABA_CLOUD_ACCESS_KEY_SECRET, or run aliyun configure.'

/** Makes the sources that the options leave, in the order in which they are asked. */
export function credentialSources(
  { credentials, profile }: AlibabaOptions,
  surroundings: Surroundings,
): readonly CredentialSource<Credentials>[] {
  if (credentials !== undefined) return [optionSource(credentials, checkKeys)]
  if (profile !== undefined) return [profileSource(profile, surroundings)]
  return [
    ...environmentSources(surroundings),
    profileSource(undefined, surroundings),
    instanceRoleSource(surroundings),
    uriSource(surroundings),
  ]
}

/**
 * Makes the cache of the credentials that the options lead to; nothing is read before it is asked. Errors:
 * `unauthenticated`.
 */
export function createCredentials(options: AlibabaOptions, surroundings: Surroundings): CredentialCache<Credentials> {
  return credentialsOf(credentialSources(options, surroundings), advice, surroundings.now)
}

/**
 * Returns the profile that gives the credentials, and the region with them; `undefined` if they come from elsewhere.
 * Errors: why the profile cannot be read.
 */
export function profileInUse(
  { credentials, profile }: AlibabaOptions,
  surroundings: Pick<Surroundings, 'environment' | 'home'>,
): Result<Profile | undefined, CallFailure> {
  if (credentials !== undefined) return ok(undefined)
  if (profile === undefined && hasCredentials(surroundings)) return ok(undefined)
  return chooseProfile(profile, surroundings).orElse((lack) =>
    lack.kind === 'unusable' ? err(lack.failure) : ok(undefined),
  )
}
