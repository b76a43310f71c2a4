import { absent, type CredentialSource, unusable } from '@cloud-keypair/core/credentials'
import { type Credentials, type Names, takeKeys } from './keys.js'
import { assumeRoleWithOidc } from './sts.js'
import type { Surroundings } from './surroundings.js'

/** The names of @volcengine/openapi, in the environment and in `~/.volc/config`. */
export const volcNames: Names = {
  accessKeyId: ['VOLC_ACCESSKEY'],
  secretAccessKey: ['VOLC_SECRETKEY'],
  sessionToken: ['VOLC_SESSIONTOKEN', 'VOLC_SESSION_TOKEN'],
}

// In this order: the vendor's SDKs of today, its command line and Terraform provider; @volcengine/openapi; the
// older SDKs. The last two do not know each other's names.
const families: readonly Names[] = [
  {
    accessKeyId: ['VOLCENGINE_ACCESS_KEY'],
    secretAccessKey: ['VOLCENGINE_SECRET_KEY'],
    sessionToken: ['VOLCENGINE_SESSION_TOKEN'],
  },
  volcNames,
  {
    accessKeyId: ['VOLCSTACK_ACCESS_KEY_ID', 'VOLCSTACK_ACCESS_KEY'],
    secretAccessKey: ['VOLCSTACK_SECRET_ACCESS_KEY', 'VOLCSTACK_SECRET_KEY'],
    sessionToken: ['VOLCSTACK_SESSION_TOKEN'],
  },
]

const roleName = 'VOLCENGINE_OIDC_ROLE_TRN'
const tokenFileName = 'VOLCENGINE_OIDC_TOKEN_FILE'

/** True if the environment has a part of an access key, or of a role that is assumed by OIDC. */
export function hasCredentials(environment: Surroundings['environment']): boolean {
  const isKeyThere = families.some((names) => takeKeys(environment, 'environment', names) !== undefined)
  return isKeyThere || Boolean(environment[roleName] || environment[tokenFileName])
}

/** Makes the sources of the environment: access keys, then the role that is assumed with an OIDC token. */
export function environmentSources(surroundings: Surroundings): readonly CredentialSource<Credentials>[] {
  const { environment } = surroundings
  const keys = families.map((names) => {
    const name = `${names.accessKeyId[0]} and ${names.secretAccessKey[0]}`
    return { name, find: () => takeKeys(environment, 'environment', names) ?? absent('not set') }
  })
  return [...keys, oidcSource(surroundings)]
}

// The names and what they mean: docs/EnvironmentVariables.md of github.com/volcengine/volcengine-nodejs-sdk.
function oidcSource(surroundings: Surroundings): CredentialSource<Credentials> {
  const { environment } = surroundings
  return {
    name: `${roleName} and ${tokenFileName}`,
    find: () => {
      const roleTrn = environment[roleName]?.trim()
      const tokenFile = environment[tokenFileName]?.trim()
      if (!roleTrn && !tokenFile) return absent('not set')
      if (!roleTrn) return unusable(`environment: ${roleName} is missing`)
      if (!tokenFile) return unusable(`environment: ${tokenFileName} is missing`)
      return assumeRoleWithOidc(
        {
          roleTrn,
          tokenFile,
          sessionName: environment['VOLCENGINE_OIDC_ROLE_SESSION_NAME'],
          policy: environment['VOLCENGINE_OIDC_ROLE_POLICY'],
          endpoint: environment['VOLCENGINE_OIDC_STS_ENDPOINT'],
        },
        surroundings,
      )
    },
  }
}
