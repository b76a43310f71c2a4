import { err, ok, type Result } from '@cloud-keypair/core'
import type { CallFailure } from '@cloud-keypair/core/driver'
import {
  type CredentialSource,
  credentialsOf,
  optionSource,
  surroundingsOf as readSurroundings,
} from '@cloud-keypair/core/credentials'
import type { CredentialCache } from '@cloud-keypair/core/http'
import { chooseProfile, type Profile } from './credentials/choose-profile.js'
import { environmentSources, hasCredentials } from './credentials/environment.js'
import { keyFileSource } from './credentials/key-file.js'
import { checkKeys, type Credentials } from './credentials/keys.js'
import { instanceRoleSource, metadataHost } from './credentials/instance-role.js'
import { profileSource } from './credentials/profile.js'
import type { Surroundings } from './credentials/surroundings.js'
import type { VolcengineOptions } from './options.js'

export type { Credentials } from './credentials/keys.js'

/** Returns what the sources of credentials work with. A proxy is not asked for the metadata of the instance. */
export function surroundingsOf(options: VolcengineOptions): Surroundings {
  return readSurroundings(options, metadataHost)
}

/** The way for a user to get credentials. */
export const advice = 'Set VOLCENGINE_ACCESS_KEY and VOLCENGINE_SECRET_KEY, or run ve configure set.'

/** Makes the sources that the options leave, in the order in which they are asked. */
export function credentialSources(
  { credentials, profile }: VolcengineOptions,
  surroundings: Surroundings,
): readonly CredentialSource<Credentials>[] {
  if (credentials !== undefined) return [optionSource(credentials, checkKeys)]
  if (profile !== undefined) return [profileSource(profile, surroundings)]
  return [
    ...environmentSources(surroundings),
    profileSource(undefined, surroundings),
    keyFileSource(surroundings),
    instanceRoleSource(surroundings),
  ]
}

/**
 * Makes the cache of the credentials that the options lead to; nothing is read before it is asked. Errors:
 * `unauthenticated`.
 */
export function createCredentials(
  options: VolcengineOptions,
  surroundings: Surroundings,
): CredentialCache<Credentials> {
  return credentialsOf(credentialSources(options, surroundings), advice, surroundings.now)
}

/**
 * Returns the profile that gives the credentials, and region and endpoint with them; `undefined` if they come from
 * elsewhere. Errors: why the profile cannot be read.
 */
export function profileInUse(
  { credentials, profile }: VolcengineOptions,
  surroundings: Surroundings,
): Result<Profile | undefined, CallFailure> {
  if (credentials !== undefined) return ok(undefined)
  if (profile === undefined && hasCredentials(surroundings.environment)) return ok(undefined)
  return chooseProfile(profile, surroundings).orElse((lack) =>
    lack.kind === 'unusable' ? err(lack.failure) : ok(undefined),
  )
}
