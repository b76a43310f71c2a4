import { absent, type CredentialSource, unusable } from '@cloud-keypair/core/credentials'
import { type Credentials, takeKeys } from './keys.js'
import { assumeRoleWithOidc } from './sts.js'
import { type Surroundings, variable } from './surroundings.js'

// The names are those of @alicloud/credentials, providers/env.ts and providers/oidc_role_arn.ts.

const keyNames = {
  accessKeyId: 'ALIBABA_CLOUD_ACCESS_KEY_ID',
  accessKeySecret: 'ALIBABA_CLOUD_ACCESS_KEY_SECRET',
  securityToken: 'ALIBABA_CLOUD_SECURITY_TOKEN',
}
const roleNames = {
  roleArn: 'ALIBABA_CLOUD_ROLE_ARN',
  providerArn: 'ALIBABA_CLOUD_OIDC_PROVIDER_ARN',
  tokenFile: 'ALIBABA_CLOUD_OIDC_TOKEN_FILE',
}

/** True if the environment has a part of an access key, or of a role that is assumed by OIDC. */
export function hasCredentials(surroundings: Pick<Surroundings, 'environment'>): boolean {
  return hasKey(surroundings) || isAnySet(surroundings, [roleNames.providerArn, roleNames.tokenFile])
}

function hasKey(surroundings: Pick<Surroundings, 'environment'>): boolean {
  return isAnySet(surroundings, [keyNames.accessKeyId, keyNames.accessKeySecret])
}

function isAnySet(surroundings: Pick<Surroundings, 'environment'>, names: readonly string[]): boolean {
  return names.some((name) => variable(surroundings, name) !== undefined)
}

/** Makes the sources of the environment: an access key, then the role that is assumed with an OIDC token. */
export function environmentSources(surroundings: Surroundings): readonly CredentialSource<Credentials>[] {
  return [
    {
      name: `${keyNames.accessKeyId} and ${keyNames.accessKeySecret}`,
      find: () =>
        hasKey(surroundings) ? takeKeys(surroundings.environment, 'environment', keyNames) : absent('not set'),
    },
    oidcSource(surroundings),
  ]
}

function oidcSource(surroundings: Surroundings): CredentialSource<Credentials> {
  const { roleArn, providerArn, tokenFile } = roleNames
  return {
    name: `${tokenFile}, ${providerArn} and ${roleArn}`,
    find: () => {
      const role = {
        roleArn: variable(surroundings, roleArn),
        providerArn: variable(surroundings, providerArn),
        tokenFile: variable(surroundings, tokenFile),
        sessionName: variable(surroundings, 'ALIBABA_CLOUD_ROLE_SESSION_NAME'),
      }
      // The name of a role alone is read by others too, such as an assumption of it with an access key.
      if (role.providerArn === undefined && role.tokenFile === undefined) return absent('not set')
      if (role.tokenFile === undefined) return unusable(`environment: ${tokenFile} is missing`)
      if (role.providerArn === undefined) return unusable(`environment: ${providerArn} is missing`)
      if (role.roleArn === undefined) return unusable(`environment: ${roleArn} is missing`)
      const { sessionName } = role
      const named = { roleArn: role.roleArn, providerArn: role.providerArn, tokenFile: role.tokenFile, sessionName }
      return assumeRoleWithOidc(named, {}, surroundings)
    },
  }
}
