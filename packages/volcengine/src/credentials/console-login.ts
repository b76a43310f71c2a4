import { err, ok, type Result } from '@cloud-keypair/core'
import type { CallFailure } from '@cloud-keypair/core/driver'
import { failedCall, parseJson, timeOf, unauthenticated, unusable } from '@cloud-keypair/core/credentials'
import { readEndpoint } from '@cloud-keypair/core/http'
import { createHash } from 'node:crypto'
import { join } from 'node:path'
import * as v from 'valibot'
import type { Profile } from './choose-profile.js'
import { textOf } from './config-file.js'
import { checkKeys } from './keys.js'
import { askForLogin, type FindByLogin, readLogin, renewalMs } from './login.js'
import type { Surroundings } from './surroundings.js'

// Files, paths and fields: console_login_provider.go and console_login_oauth.go in volcengine/credentials/clicreds of
// github.com/volcengine/volcengine-go-sdk. The "access token" is a set of temporary credentials.

const defaultEndpoint = 'https://signin.volcengine.com'

const maybe = v.nullish(v.string())
const keysSchema = v.object({ access_key_id: v.string(), secret_access_key: v.string(), session_token: v.string() })
/** The credentials, as JSON or as JSON in a text. */
const accessTokenSchema = v.union([keysSchema, v.pipe(v.string(), v.transform(parseJson), keysSchema)])
const loginSchema = v.object({
  access_token: v.fallback(v.nullish(accessTokenSchema), undefined),
  issued_at: maybe,
  expires_in: v.nullish(v.number()),
  refresh_token: maybe,
  client_id: maybe,
  scope: maybe,
  endpoint_url: maybe,
})
type Login = v.InferOutput<typeof loginSchema>

const tokenSchema = v.object({
  access_token: accessTokenSchema,
  refresh_token: maybe,
  expires_in: v.pipe(v.number(), v.minValue(1)),
})

/** Makes what gets credentials with the login of `ve login`. It remembers the logins that it renewed. */
export function createConsoleLogin(surroundings: Surroundings): FindByLogin {
  /** Renewed logins, by the refresh token that the file has. */
  const renewed = new Map<string, Login>()
  const { now } = surroundings

  async function currentLogin(path: string): Promise<Result<Login, CallFailure>> {
    const read = readLogin(path, loginSchema)
    if (read.isErr()) return err(unauthenticated(read.error))
    const key = read.value.refresh_token ?? ''
    const login = renewed.get(key) ?? read.value
    if (login.access_token && endOf(login) - renewalMs > now()) return ok(login)
    const next = await renew(login, surroundings)
    if (next.isOk()) renewed.set(key, next.value)
    return next
  }

  return async (profile) => {
    const hint = `Run ve login --profile ${profile.name}.`
    const path = pathOf(profile, surroundings)
    if (path === undefined) return unusable(`${profile.label}: there is no login`, hint)
    const login = await currentLogin(path)
    if (login.isErr()) return failedCall(`${profile.label}: its login`, login.error, hint)
    const { access_key_id, secret_access_key, session_token } = login.value.access_token ?? {}
    const keys = { accessKeyId: access_key_id, secretAccessKey: secret_access_key, sessionToken: session_token }
    return checkKeys({ ...keys, expiresAt: endOf(login.value) }, profile.label)
  }
}

function pathOf({ fields, file }: Profile, { environment }: Surroundings): string | undefined {
  const session = textOf(fields, 'login-session')
  if (session === undefined) return undefined
  const folder = environment['VOLCENGINE_LOGIN_CACHE_DIRECTORY'] || join(file.folder, 'login', 'cache')
  return join(folder, `${createHash('sha1').update(session).digest('hex')}.json`)
}

function endOf({ issued_at, expires_in }: Login): number {
  return (timeOf(issued_at) ?? 0) + (expires_in ?? 0) * 1000
}

async function renew(login: Login, surroundings: Surroundings): Promise<Result<Login, CallFailure>> {
  const { refresh_token, client_id, scope } = login
  if (!refresh_token || !client_id) return err(unauthenticated('it ran out'))
  const endpoint = readEndpoint(login.endpoint_url?.replace(/\/+$/, '') || defaultEndpoint, defaultEndpoint)
  if (endpoint.isErr()) return err(endpoint.error)
  const form = { grant_type: 'refresh_token', client_id, refresh_token, ...(scope && { scope }) }
  const answer = await askForLogin(
    {
      method: 'POST',
      url: `${endpoint.value.origin}/authorize/oauth/token`,
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams(form).toString(),
    },
    tokenSchema,
    surroundings,
  )
  return answer.map((token) => ({
    ...login,
    access_token: token.access_token,
    refresh_token: token.refresh_token || refresh_token,
    issued_at: new Date(surroundings.now()).toISOString(),
    expires_in: token.expires_in,
  }))
}
