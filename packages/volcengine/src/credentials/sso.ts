import { err, ok, type Result } from '@cloud-keypair/core'
import type { CallFailure } from '@cloud-keypair/core/driver'
import {
  failedCall,
  type Finding,
  type NotFound,
  timeOf,
  unauthenticated,
  unusable,
} from '@cloud-keypair/core/credentials'
import { createHash } from 'node:crypto'
import { join } from 'node:path'
import * as v from 'valibot'
import type { Profile } from './choose-profile.js'
import { textOf } from './config-file.js'
import { checkKeys, type Credentials } from './keys.js'
import { askForLogin, type FindByLogin, readLogin, renewalMs } from './login.js'
import { defaultRegion } from './sts.js'
import type { Surroundings } from './surroundings.js'
import { timeOfNumber } from './time.js'

// Hosts, paths, fields and the name of the file: sso_provider.go, oauth_client.go, portal_client.go and cli_provider.go
// in volcengine/credentials/clicreds of github.com/volcengine/volcengine-go-sdk.

/** A login to an SSO portal. */
interface Login {
  readonly access_token: string
  readonly expires_at?: string | null | undefined
  readonly refresh_token?: string | null | undefined
  readonly client_id?: string | null | undefined
  readonly client_secret?: string | null | undefined
}

const maybe = v.nullish(v.string())
const text = v.pipe(v.string(), v.trim(), v.regex(/^[\x21-\x7e]+$/))
const loginSchema: v.GenericSchema<unknown, Login> = v.object({
  access_token: text,
  expires_at: maybe,
  refresh_token: maybe,
  client_id: maybe,
  client_secret: maybe,
})
const tokenSchema = v.object({
  access_token: text,
  refresh_token: maybe,
  expires_in: v.pipe(v.number(), v.minValue(1)),
})
const roleSchema = v.object({
  Result: v.object({
    RoleCredentials: v.object({
      AccessKeyId: v.string(),
      SecretAccessKey: v.string(),
      SessionToken: maybe,
      Expiration: v.nullish(v.number()),
    }),
  }),
})

/** Makes what gets credentials with the login of `ve sso login`. It remembers the logins that it renewed. */
export function createSsoLogin(surroundings: Surroundings): FindByLogin {
  /** Renewed logins, by the refresh token that the file has. */
  const renewed = new Map<string, Login>()
  const { now } = surroundings

  async function currentLogin(path: string, region: string): Promise<Result<Login, CallFailure>> {
    const read = readLogin(path, loginSchema)
    if (read.isErr()) return err(unauthenticated(read.error))
    const key = read.value.refresh_token ?? ''
    const login = renewed.get(key) ?? read.value
    if (endOf(login) - renewalMs > now()) return ok(login)
    const next = await renew(login, region, surroundings)
    if (next.isOk()) renewed.set(key, next.value)
    return next
  }

  return async (profile) => {
    const stored = storedSession(profile, now())
    if (stored !== undefined) return stored
    const session = sessionOf(profile)
    if (session.isErr()) return session.error
    const { region, path, accountId, roleName } = session.value
    const hint = `Run ve sso login --profile ${profile.name}.`
    const login = await currentLogin(path, region)
    if (login.isErr()) return failedCall(`${profile.label}: its SSO login`, login.error, hint)
    const query = new URLSearchParams({ account_id: accountId, role_name: roleName })
    const answer = await askForLogin(
      {
        method: 'GET',
        url: `https://cloudidentity-portal.${region}.volces.com/federation/credentials?${query.toString()}`,
        headers: { accept: 'application/json', 'x-bd-cloudidentity-bearer-token': login.value.access_token },
      },
      roleSchema,
      surroundings,
    )
    if (answer.isErr()) return failedCall(`${profile.label}: its role ${roleName}`, answer.error, hint)
    const { AccessKeyId, SecretAccessKey, SessionToken, Expiration } = answer.value.Result.RoleCredentials
    const keys = { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken }
    return checkKeys({ ...keys, expiresAt: timeOfNumber(Expiration) }, profile.label)
  }
}

/** Returns the credentials that the command stored in the profile; `undefined` if there are none, or if they end soon. */
function storedSession({ fields, label }: Profile, now: number): Finding<Credentials> | undefined {
  const expiresAt = timeOfNumber(fields['sts-expiration'])
  const accessKeyId = textOf(fields, 'access-key')
  const secretAccessKey = textOf(fields, 'secret-key')
  if (expiresAt === undefined || expiresAt - renewalMs <= now || !accessKeyId || !secretAccessKey) return undefined
  return checkKeys({ accessKeyId, secretAccessKey, sessionToken: textOf(fields, 'session-token'), expiresAt }, label)
}

interface Session {
  readonly region: string
  /** The file of the login. */
  readonly path: string
  readonly accountId: string
  readonly roleName: string
}

function sessionOf({ label, fields, file }: Profile): Result<Session, NotFound> {
  const lacks = (what: string): Result<never, NotFound> =>
    err(unusable(`${label}: ${what} is missing`, 'Run ve configure sso.'))
  const name = textOf(fields, 'sso-session-name')
  const accountId = textOf(fields, 'account-id')
  const roleName = textOf(fields, 'role-name')
  if (name === undefined) return lacks('sso-session-name')
  if (accountId === undefined) return lacks('account-id')
  if (roleName === undefined) return lacks('role-name')
  const session = file.ssoSessions[name]
  const startUrl = session && textOf(session, 'start-url')
  if (session === undefined || startUrl === undefined) return lacks(`the start-url of the SSO session ${name}`)
  const region = textOf(session, 'region') ?? textOf(fields, 'region') ?? defaultRegion
  // The region becomes a part of a host.
  if (!/^[a-z0-9]+(-[a-z0-9]+)*$/.test(region))
    return err(unusable(`${label}: the region of its SSO session is malformed`))
  return ok({ region, path: join(file.folder, 'sso', 'cache', fileName(startUrl, name)), accountId, roleName })
}

/** Returns the name of the file that the command, which is written in Go, keeps a login in. */
function fileName(startUrl: string, sessionName: string): string {
  const json = JSON.stringify({ start_url: startUrl, session_name: sessionName })
  const asGo = json.replaceAll(/[<>&\u2028\u2029]/g, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`)
  return `${createHash('sha1').update(asGo).digest('hex')}.json`
}

function endOf({ expires_at }: Login): number {
  // The vendor's SDK for Go takes a login without an end for one that is over, and renews it.
  return timeOf(expires_at) ?? 0
}

async function renew(login: Login, region: string, surroundings: Surroundings): Promise<Result<Login, CallFailure>> {
  const { refresh_token, client_id, client_secret } = login
  if (!refresh_token || !client_id || !client_secret) return err(unauthenticated('it ran out'))
  const answer = await askForLogin(
    {
      method: 'POST',
      url: `https://cloudidentity-oauth.${region}.volces.com/token`,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ grant_type: 'refresh_token', client_id, client_secret, refresh_token }),
    },
    tokenSchema,
    surroundings,
  )
  return answer.map((token) => ({
    ...login,
    access_token: token.access_token,
    refresh_token: token.refresh_token || refresh_token,
    expires_at: new Date(surroundings.now() + token.expires_in * 1000).toISOString(),
  }))
}
