import { type CredentialSource, type Finding, type NotFound, unusable } from '@cloud-keypair/core/credentials'
import { chooseProfile, type Profile } from './choose-profile.js'
import { configPath, textOf } from './config-file.js'
import { createConsoleLogin } from './console-login.js'
import { checkKeys, type Credentials } from './keys.js'
import type { FindByLogin } from './login.js'
import { findInstanceRole } from './instance-role.js'
import { createSsoLogin } from './sso.js'
import { assumeRole, assumeRoleWithOidc } from './sts.js'
import type { Surroundings } from './surroundings.js'
import { timeOfNumber } from './time.js'

const keyNames = { accessKeyId: ['access-key'], secretAccessKey: ['secret-key'], sessionToken: ['session-token'] }

/** Makes the source of the profile that the option names, else of the one that is chosen without it. */
export function profileSource(option: string | undefined, surroundings: Surroundings): CredentialSource<Credentials> {
  const byLogin = { sso: createSsoLogin(surroundings), 'console-login': createConsoleLogin(surroundings) }
  const path = configPath(surroundings) ?? '~/.volcengine/config.json'
  return {
    name: option === undefined ? path : `profile ${option} of ${path}`,
    find: () =>
      chooseProfile(option, surroundings).match(
        (profile) => findByMode(profile, byLogin, surroundings),
        (finding) => finding,
      ),
  }
}

// The modes: docs/2-Authentication.md of github.com/volcengine/volcengine-cli, and CLIConfigCredentialProvider.ts of
// github.com/volcengine/volcengine-nodejs-sdk, which has StsToken and IamRole besides.
function findByMode(
  profile: Profile,
  byLogin: Readonly<Record<'sso' | 'console-login', FindByLogin>>,
  surroundings: Surroundings,
): Finding<Credentials> | Promise<Finding<Credentials>> {
  const mode = (textOf(profile.fields, 'mode') ?? 'ak').toLowerCase()
  switch (mode) {
    case 'ak':
      return keysOf(profile)
    case 'ststoken':
      return findSession(profile, surroundings)
    case 'ramrolearn':
    case 'iamrole':
      return findRole(profile, surroundings)
    case 'oidc':
      return findOidcRole(profile, surroundings)
    case 'ecsrole': {
      const role = textOf(profile.fields, 'role-name')
      return role === undefined ? lacks(profile, 'role-name') : findInstanceRole(role, surroundings)
    }
    case 'sso':
    case 'console-login':
      return byLogin[mode](profile)
    default:
      return unusable(
        `${profile.label}: its mode is not known here`,
        'Give the option credentials, or another profile.',
      )
  }
}

function keysOf(profile: Profile): Finding<Credentials> {
  const { fields, label } = profile
  const [accessKeyId, secretAccessKey] = [textOf(fields, 'access-key'), textOf(fields, 'secret-key')]
  if (accessKeyId === undefined) return lacks(profile, 'access-key')
  if (secretAccessKey === undefined) return lacks(profile, 'secret-key')
  return checkKeys({ accessKeyId, secretAccessKey, sessionToken: textOf(fields, 'session-token') }, label, keyNames)
}

function findSession(profile: Profile, { now }: Surroundings): Finding<Credentials> {
  if (textOf(profile.fields, 'session-token') === undefined) return lacks(profile, 'session-token')
  const keys = keysOf(profile)
  const expiresAt = timeOfNumber(profile.fields['sts-expiration'])
  if (keys.kind !== 'found' || expiresAt === undefined) return keys
  if (expiresAt <= now()) {
    const command = `ve configure set --profile ${profile.name}`
    return unusable(`${profile.label}: its session token ran out`, `Get another, and run ${command} with it.`)
  }
  return { kind: 'found', credentials: { ...keys.credentials, expiresAt } }
}

async function findRole(profile: Profile, surroundings: Surroundings): Promise<Finding<Credentials>> {
  const { fields } = profile
  const keys = keysOf(profile)
  if (keys.kind !== 'found') return keys
  const account = textOf(fields, 'account-id')
  const role = textOf(fields, 'role-name')
  const trn = textOf(fields, 'role-trn') ?? (account && role ? `trn:iam::${account}:role/${role}` : undefined)
  if (trn === undefined) return lacks(profile, role === undefined ? 'role-name' : 'account-id')
  return assumeRole(keys.credentials, { trn, region: textOf(fields, 'region') }, surroundings)
}

function findOidcRole(
  profile: Profile,
  surroundings: Surroundings,
): Finding<Credentials> | Promise<Finding<Credentials>> {
  const roleTrn = textOf(profile.fields, 'role-trn')
  const tokenFile = textOf(profile.fields, 'oidc-token-file')
  if (roleTrn === undefined) return lacks(profile, 'role-trn')
  if (tokenFile === undefined) return lacks(profile, 'oidc-token-file')
  return assumeRoleWithOidc({ roleTrn, tokenFile }, surroundings)
}

function lacks({ name, label }: Profile, field: string): NotFound {
  return unusable(
    `${label}: ${field} is missing`,
    `Run ve configure set --profile ${name} --${field} …, with the value in place of the dots.`,
  )
}
