import { err, ok, type Result } from '@cloud-keypair/core'
import type { CallFailure } from '@cloud-keypair/core/driver'
import {
  failedCall,
  type Finding,
  parseJson,
  readSmallFile,
  replaceFile,
  timeOf,
  unauthenticated,
  unusable,
} from '@cloud-keypair/core/credentials'
import * as v from 'valibot'
import type { Profile } from './choose-profile.js'
import { secondsOf, textOf } from './config-file.js'
import { checkKeys, type Credentials } from './keys.js'
import { askForJson } from './json-request.js'
import { storedSession } from './stored-session.js'
import type { Surroundings } from './surroundings.js'

// Hosts, paths, fields and the ids of the vendor's command: providers/cli_profile.ts and providers/oauth.ts of
// @alicloud/credentials, and config/configure.go of github.com/aliyun/aliyun-cli.
const sites: ReadonlyMap<string, Site> = new Map([
  ['CN', { origin: 'https://oauth.aliyun.com', clientId: '4038181954557748008' }],
  ['INTL', { origin: 'https://oauth.alibabacloud.com', clientId: '4103531455503354461' }],
])

interface Site {
  readonly origin: string
  readonly clientId: string
}

/** A login of the vendor's command. */
interface Login {
  readonly accessToken: string | undefined
  readonly refreshToken: string | undefined
  readonly expiresAt: number
}

/** A login is renewed this long before it ends. */
const marginMs = 60_000

const token = v.pipe(v.string(), v.trim(), v.regex(/^[\x21-\x7e]+$/))
const tokenSchema = v.object({
  access_token: token,
  refresh_token: token,
  expires_in: v.fallback(v.pipe(v.number(), v.minValue(1)), 3600),
})
const sessionSchema = v.object({
  accessKeyId: v.string(),
  accessKeySecret: v.string(),
  securityToken: v.string(),
  expiration: v.nullish(v.string()),
})

/** Makes what gets credentials with the login of a profile of mode OAuth. */
export function createOAuthLogin(surroundings: Surroundings): (profile: Profile) => Promise<Finding<Credentials>> {
  /** Renewed logins, by the refresh token that the file had: the file may not be ours to write. */
  const renewed = new Map<string, Login>()
  const { now } = surroundings

  async function currentLogin(profile: Profile, site: Site): Promise<Result<Login, CallFailure>> {
    const stored = loginOf(profile)
    const key = stored.refreshToken ?? ''
    const login = renewed.get(key) ?? stored
    if (login.accessToken !== undefined && login.expiresAt - marginMs > now()) return ok(login)
    const next = await renew(login, site, surroundings)
    if (next.isErr()) return err(next.error)
    renewed.set(key, next.value)
    save(profile, key, next.value)
    return next
  }

  return async (profile) => {
    const stored = storedSession(profile, surroundings)
    if (stored !== undefined) return stored
    const { name, label, fields } = profile
    const hint = `Run aliyun configure --profile ${name} --mode OAuth.`
    const site = sites.get(textOf(fields, 'oauth_site_type')?.toUpperCase() ?? '')
    if (site === undefined) return unusable(`${label}: oauth_site_type is neither CN nor INTL`, hint)
    const login = await currentLogin(profile, site)
    if (login.isErr()) return failedCall(`${label}: its OAuth login`, login.error, hint)
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${login.value.accessToken}` }
    const answer = await askForJson({ method: 'POST', url: `${site.origin}/v1/exchange`, headers }, surroundings)
    if (answer.isErr()) return failedCall(`${label}: its OAuth login`, answer.error, hint)
    const parsed = v.safeParse(sessionSchema, answer.value)
    if (!parsed.success) return unusable(`${label}: its OAuth login was answered without credentials`, hint)
    return checkKeys({ ...parsed.output, expiresAt: timeOf(parsed.output.expiration) }, label)
  }
}

function loginOf({ fields }: Profile): Login {
  return {
    accessToken: textOf(fields, 'oauth_access_token'),
    refreshToken: textOf(fields, 'oauth_refresh_token'),
    expiresAt: secondsOf(fields, 'oauth_access_token_expire') ?? 0,
  }
}

async function renew(login: Login, site: Site, surroundings: Surroundings): Promise<Result<Login, CallFailure>> {
  if (login.refreshToken === undefined) return err(unauthenticated('it ran out'))
  const form = { grant_type: 'refresh_token', refresh_token: login.refreshToken, client_id: site.clientId }
  const answer = await askForJson(
    {
      method: 'POST',
      url: `${site.origin}/v1/token`,
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams(form).toString(),
    },
    surroundings,
  )
  if (answer.isErr()) return err(answer.error)
  const parsed = v.safeParse(tokenSchema, answer.value)
  if (!parsed.success) return err(unauthenticated('the answer is not in the expected form'))
  const { access_token, refresh_token, expires_in } = parsed.output
  return ok({
    accessToken: access_token,
    refreshToken: refresh_token,
    expiresAt: surroundings.now() + expires_in * 1000,
  })
}

const fileSchema = v.looseObject({ profiles: v.array(v.looseObject({})) })

/**
 * Saves a renewed login in the file of the command, as the vendor's SDK does: a refresh token can be used once. A login
 * that somebody else renewed meanwhile stays. A file that cannot be written stays as it is.
 */
function save({ name, file }: Profile, usedToken: string, login: Login): void {
  const parsed = v.safeParse(fileSchema, parseJson(readSmallFile(file.path).unwrapOr(undefined) ?? ''))
  if (!parsed.success) return
  const profiles = parsed.output.profiles.map((profile) =>
    profile['name'] === name && profile['oauth_refresh_token'] === usedToken
      ? {
          ...profile,
          oauth_access_token: login.accessToken,
          oauth_refresh_token: login.refreshToken,
          oauth_access_token_expire: Math.floor(login.expiresAt / 1000),
        }
      : profile,
  )
  replaceFile(file.path, `${JSON.stringify({ ...parsed.output, profiles }, null, '\t')}\n`)
}
