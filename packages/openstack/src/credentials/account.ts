import { type Finding, found, readSmallFile, unusable } from '@cloud-keypair/core/credentials'
import * as v from 'valibot'
import { readAuthUrl } from '../endpoint.js'
import type { OpenStackOptions } from '../options.js'
import { type Identity, identityOf } from './identity.js'

/** A cloud, and who works in it. */
export interface Account {
  /** The URL of Keystone, with `/v3`. */
  readonly authUrl: string
  readonly identity: Identity
  readonly region: string | undefined
  readonly interface: string
  /** The URL of Nova, if it is not that of the catalog. */
  readonly endpoint: string | undefined
  readonly certificateAuthorities: string | undefined
  /** Absent: the end of a token is that of the token. */
  readonly expiresAt?: number
}

/** The settings of a cloud as clouds.yaml has them, from whatever source. The fields of `auth` may also be beside it. */
export type CloudSettings = Readonly<Record<string, unknown>>

/** A source as messages name it. */
export interface Wording {
  readonly source: string
  /** Returns the name that the source has for a field of clouds.yaml. */
  nameOf(field: string): string
}

// An empty text is none, as in an openrc file that leaves a variable empty.
const text = v.pipe(
  v.nullish(v.string()),
  v.transform((value) => value || undefined),
)
const settingNames = ['auth_url', 'auth_type', 'region_name', 'interface', 'compute_endpoint_override', 'cacert']
const userNames = ['username', 'user_id', 'password', 'user_domain_id', 'user_domain_name', 'domain_id', 'domain_name']
const projectNames = ['project_id', 'project_name', 'project_domain_id', 'project_domain_name', 'token']
const applicationNames = ['id', 'name', 'secret'].map((name) => `application_credential_${name}`)
const names = [...settingNames, ...userNames, ...projectNames, ...applicationNames]
const texts = v.object(Object.fromEntries(names.map((name) => [name, text])))
const nested = v.object({ auth: v.nullish(v.record(v.string(), v.unknown())) })

const isOn = (flag: unknown): boolean => flag === true || /^(?:true|yes|on|1)$/i.test(String(flag))
const isOff = (flag: unknown): boolean => flag === false || /^(?:false|no|off|0)$/i.test(String(flag))

/** Reads the settings of a cloud. Messages quote no secret. */
export function accountOf(settings: CloudSettings, options: OpenStackOptions, wording: Wording): Finding<Account> {
  const { source, nameOf } = wording
  const auth = v.safeParse(nested, settings)
  if (!auth.success) return unusable(`${source}: auth is not a list of fields`)
  const read = v.safeParse(texts, { ...settings, ...auth.output.auth }, { abortEarly: true })
  if (!read.success) {
    const field = nameOf(v.getDotPath(read.issues[0]) ?? 'auth')
    return unusable(`${source}: ${field} is not a text`, `Put the value of ${field} in quotes.`)
  }
  const given = read.output
  if (isOff(settings['verify']) || isOn(settings['insecure'])) {
    const hint = 'Name the file of its certificate authority as cacert, or set the option certificateAuthorities.'
    return unusable(`${source} turns off the check of certificates, which is always made here`, hint)
  }
  if (settings['cert'] !== undefined) return unusable(`${source} has a client certificate, which is not supported here`)
  const authUrl = options.authUrl ?? given['auth_url']
  if (authUrl === undefined) {
    const field = nameOf('auth_url')
    const hint =
      settings['profile'] === undefined
        ? `Set ${field}.`
        : `Set ${field}: its profile is not in clouds-public.yaml, or has none.`
    return unusable(`${source}: ${field} is missing`, hint)
  }
  const address = readAuthUrl(authUrl)
  if (address.isErr()) return { kind: 'unusable', failure: address.error }
  const wanted = options.interface ?? (given['interface'] ?? 'public').replace(/URL$/, '')
  if (!['public', 'internal', 'admin'].includes(wanted)) {
    return unusable(`${source}: ${nameOf('interface')} is none of public, internal and admin`)
  }
  const identity = identityOf(given, given['auth_type'])
  if (identity.isErr()) {
    const { field } = identity.error
    if (field !== undefined) return unusable(`${source}: ${nameOf(field)} is missing`, hintOn(field, nameOf(field)))
    const hint = 'Use password, v3applicationcredential or v3token.'
    return unusable(`${source}: ${nameOf('auth_type')} is of another kind than is supported here`, hint)
  }
  const authorities = authoritiesOf(given['cacert'], source)
  if (authorities.kind !== 'found') return authorities
  return found({
    authUrl: address.value,
    identity: identity.value,
    region: options.region ?? given['region_name'],
    interface: wanted,
    endpoint: options.endpoint ?? given['compute_endpoint_override'],
    certificateAuthorities: options.certificateAuthorities ?? authorities.credentials,
  })
}

function hintOn(field: string, name: string): string | undefined {
  return field.endsWith('_domain_name') ? `Set ${name}: it is Default on many clouds.` : `Set ${name}.`
}

function authoritiesOf(path: string | undefined, source: string): Finding<string | undefined> {
  if (path === undefined) return found(undefined)
  const read = readSmallFile(path)
  if (read.isErr()) return unusable(`${source}: the file of its certificate authority ${read.error}`)
  return read.value === undefined
    ? unusable(`${source}: the file of its certificate authority does not exist`, `Correct the path ${path}.`)
    : found(read.value)
}

/** Returns the parts of an account that no text may show. */
export function secretsOf({ identity }: Account): readonly string[] {
  return [identity.kind === 'token' ? identity.token : identity.secret]
}
