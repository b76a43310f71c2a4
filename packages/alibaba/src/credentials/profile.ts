import { type CredentialSource, type Finding, type NotFound, unusable } from '@cloud-keypair/core/credentials'
import { chooseProfile, type Profile } from './choose-profile.js'
import { findByCloudSso } from './cloud-sso.js'
import { configPath, sharedPath, textOf } from './config-file.js'
import { findByCommand } from './external.js'
import { type Credentials, takeKeys } from './keys.js'
import { findInstanceRole } from './instance-role.js'
import { createOAuthLogin } from './oauth.js'
import { assumeRole, assumeRoleWithOidc, type StsAddress } from './sts.js'
import { type Surroundings, variable } from './surroundings.js'
import { findByUri } from './uri.js'

const keyNames = { accessKeyId: 'access_key_id', accessKeySecret: 'access_key_secret', securityToken: 'sts_token' }

/** The means to read a profile. */
interface Reading {
  readonly surroundings: Surroundings
  readonly findByOAuth: ReturnType<typeof createOAuthLogin>
  /** The profiles whose roles are being assumed: one that names itself in the end would never end. */
  readonly chain: readonly string[]
}

/** Makes the source of the profile that the option names, else of the one that is chosen without it. */
export function profileSource(option: string | undefined, surroundings: Surroundings): CredentialSource<Credentials> {
  const reading = { surroundings, findByOAuth: createOAuthLogin(surroundings), chain: [] }
  const paths = [configPath(surroundings), sharedPath(surroundings)].filter((path) => path !== undefined)
  const places = paths.join(' and ') || '~/.aliyun/config.json'
  return {
    name: option === undefined ? places : `profile ${option} of ${places}`,
    find: () =>
      chooseProfile(option, surroundings).match(
        (profile) => findByProfile(profile, reading),
        (lack) => lack,
      ),
  }
}

function findByProfile(profile: Profile, reading: Reading): Finding<Credentials> | Promise<Finding<Credentials>> {
  return profile.kind === 'command' ? findByMode(profile, reading) : findByType(profile, reading)
}

// The modes: config/profile.go of github.com/aliyun/aliyun-cli.
function findByMode(profile: Profile, reading: Reading): Finding<Credentials> | Promise<Finding<Credentials>> {
  const { name, label, fields } = profile
  const { surroundings, findByOAuth } = reading
  switch (textOf(fields, 'mode')?.toLowerCase()) {
    case 'ak':
      return keysOf(profile)
    case 'ststoken':
      return textOf(fields, 'sts_token') === undefined ? lacks(profile, 'sts_token') : keysOf(profile)
    case 'ramrolearn':
      return findRole(profile, keysOf(profile), surroundings)
    case 'chainableramrolearn':
      return findChained(profile, reading)
    case 'ramrolearnwithrolename':
      return findRole(profile, findInstanceRole(textOf(fields, 'ram_role_name'), surroundings), surroundings)
    case 'ecsramrole':
      return findInstance(profile, 'ram_role_name', surroundings)
    case 'oidc':
      return findOidcRole(profile, surroundings)
    case 'cloudsso':
      return findByCloudSso(profile, surroundings)
    case 'oauth':
      return findByOAuth(profile)
    case 'external':
      return findByCommand(profile, surroundings)
    case 'credentialsuri': {
      const uri = textOf(fields, 'credentials_uri') ?? variable(surroundings, 'ALIBABA_CLOUD_CREDENTIALS_URI')
      return uri === undefined ? lacks(profile, 'credentials_uri') : findByUri(uri, label, surroundings)
    }
    case undefined:
      return unusable(`${label}: it is not configured yet`, `Run aliyun configure --profile ${name}.`)
    default:
      return unusable(`${label}: its mode is not taken here`, 'Give the option credentials, or another profile.')
  }
}

// The types: providers/profile.ts of @alicloud/credentials.
function findByType(profile: Profile, { surroundings }: Reading): Finding<Credentials> | Promise<Finding<Credentials>> {
  const { label, fields } = profile
  switch (textOf(fields, 'type')) {
    case 'access_key':
      return keysOf(profile)
    case 'ecs_ram_role':
      return findInstance(profile, 'role_name', surroundings)
    case 'ram_role_arn':
      return findRole(profile, keysOf(profile), surroundings)
    case undefined:
      return unusable(`${label}: its type is missing`)
    default:
      return unusable(`${label}: its type is not taken here`, 'Give the option credentials, or another profile.')
  }
}

function keysOf(profile: Profile): Finding<Credentials> {
  const needed = [keyNames.accessKeyId, keyNames.accessKeySecret]
  const missing = needed.find((name) => textOf(profile.fields, name) === undefined)
  return missing === undefined ? takeKeys(profile.fields, profile.label, keyNames) : lacks(profile, missing)
}

/** Finds the role of the instance, which has to exist even if the profile does not name it. */
async function findInstance(
  profile: Profile,
  field: string,
  surroundings: Surroundings,
): Promise<Finding<Credentials>> {
  const finding = await findInstanceRole(textOf(profile.fields, field), surroundings)
  return finding.kind === 'absent' ? unusable(`${profile.label}: ${finding.reason}`) : finding
}

async function findRole(
  profile: Profile,
  caller: Finding<Credentials> | Promise<Finding<Credentials>>,
  surroundings: Surroundings,
): Promise<Finding<Credentials>> {
  const { label, fields, kind } = profile
  const field = (name: string): string | undefined => textOf(fields, kind === 'command' ? `ram_${name}` : name)
  const roleArn = field('role_arn')
  if (roleArn === undefined) return lacks(profile, kind === 'command' ? 'ram_role_arn' : 'role_arn')
  const as = await caller
  if (as.kind === 'absent') return unusable(`${label}: ${as.reason}`)
  if (as.kind === 'unusable') return as
  const role = {
    roleArn,
    sessionName: kind === 'command' ? field('session_name') : textOf(fields, 'role_session_name'),
    seconds: textOf(fields, 'expired_seconds'),
    externalId: textOf(fields, 'external_id'),
    policy: textOf(fields, 'policy'),
  }
  return assumeRole(as.credentials, role, stsAddressOf(profile), surroundings)
}

function findChained(profile: Profile, reading: Reading): Finding<Credentials> | Promise<Finding<Credentials>> {
  const { name, label, fields, file } = profile
  const source = textOf(fields, 'source_profile')
  if (source === undefined) return lacks(profile, 'source_profile')
  const chain = [...reading.chain, name]
  const fieldsOfSource = file.profiles.get(source)
  if (fieldsOfSource === undefined) return unusable(`${label}: its source_profile ${source} is not there`)
  if (chain.includes(source)) return unusable(`${label}: its source_profile leads back to itself`)
  const sourceProfile = { ...profile, name: source, label: `profile ${source} of ${file.path}`, fields: fieldsOfSource }
  return findRole(profile, findByMode(sourceProfile, { ...reading, chain }), reading.surroundings)
}

function findOidcRole(
  profile: Profile,
  surroundings: Surroundings,
): Finding<Credentials> | Promise<Finding<Credentials>> {
  const { fields } = profile
  const roleArn = textOf(fields, 'ram_role_arn')
  const providerArn = textOf(fields, 'oidc_provider_arn')
  const tokenFile = textOf(fields, 'oidc_token_file')
  if (roleArn === undefined) return lacks(profile, 'ram_role_arn')
  if (providerArn === undefined) return lacks(profile, 'oidc_provider_arn')
  if (tokenFile === undefined) return lacks(profile, 'oidc_token_file')
  const role = { roleArn, providerArn, tokenFile, sessionName: textOf(fields, 'ram_session_name') }
  return assumeRoleWithOidc(role, stsAddressOf(profile), surroundings)
}

function stsAddressOf({ fields }: Profile): StsAddress {
  return {
    endpoint: textOf(fields, 'sts_endpoint'),
    region: textOf(fields, 'sts_region'),
    ...(fields['enable_vpc'] === true && { inVpc: true }),
  }
}

function lacks({ name, label, kind }: Profile, field: string): NotFound {
  const hint = kind === 'command' ? `Run aliyun configure --profile ${name}.` : `Add ${field} to this file.`
  return unusable(`${label}: ${field} is missing`, hint)
}
