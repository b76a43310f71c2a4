import { err, type Result } from '@cloud-keypair/core'
import type { CallFailure } from '@cloud-keypair/core/driver'
import {
  type CredentialOwner,
  failedCall,
  type Finding,
  readSmallFile,
  sendWithin,
  timeOf,
  unusable,
} from '@cloud-keypair/core/credentials'
import { type HttpRequest, readAnswer, readEndpoint } from '@cloud-keypair/core/http'
import * as v from 'valibot'
import { form } from '../answer.js'
import type { Api, WireRequest } from '../requests.js'
import { sign } from '../signer.js'
import { loadSigning } from '../vendor.js'
import { checkKeys, type Credentials, secretsOf } from './keys.js'
import type { Surroundings } from './surroundings.js'

/**
 * The API of temporary credentials, as `AssumeRole/2018-01-01/sts` in api_assume_role.go of
 * github.com/volcengine/volcengine-go-sdk.
 */
const api: Api = { service: 'sts', version: '2018-01-01' }

// The host and the region that the vendor's SDKs take by default: sts_provider.go of
// github.com/volcengine/volcengine-go-sdk.
const host = 'sts.volcengineapi.com'
export const defaultRegion = 'cn-beijing'

const limitMs = 10_000
/** A session is asked for this long, as the vendor's SDKs do. */
const sessionSeconds = 3600
const defaultSessionName = 'cloud-keypair'
const mayNotAssume = 'Check the name of the role, its trust policy, and the permission to assume it.'

const text = v.pipe(v.string(), v.nonEmpty())
const maybe = v.nullish(v.string())

// The end of a session is called ExpiredTime by the vendor's SDK for Node.js, and Expiration by the one for Go.
const sessionSchema = v.object({
  Credentials: v.object({
    AccessKeyId: text,
    SecretAccessKey: text,
    SessionToken: text,
    ExpiredTime: maybe,
    Expiration: maybe,
  }),
})

/** Assumes a role with an access key (volcengine.com/docs/6257/86374). */
export async function assumeRole(
  as: Credentials,
  role: { readonly trn: string; readonly region?: string | undefined },
  surroundings: Surroundings,
): Promise<Finding<Credentials>> {
  const request: WireRequest = {
    api,
    action: 'AssumeRole',
    mutating: false,
    parameters: { RoleTrn: role.trn, RoleSessionName: defaultSessionName, DurationSeconds: sessionSeconds },
  }
  const what = `the role ${role.trn}`
  const signed = await signedAs(request, as, role.region ?? defaultRegion, surroundings)
  if (signed.isErr()) return failedCall(what, signed.error)
  return takeSession(what, request, signed.value, secretsOf(as), surroundings)
}

/** A role that is assumed with a token of an OpenID Connect provider. */
export interface OidcRole {
  readonly roleTrn: string
  readonly tokenFile: string
  readonly sessionName?: string | undefined
  readonly policy?: string | undefined
  /** The host of the API. Default: that of the vendor's SDKs. */
  readonly endpoint?: string | undefined
}

/** Assumes a role with the token in a file, which is read each time (volcengine.com/docs/6257/1494877). */
export async function assumeRoleWithOidc(role: OidcRole, surroundings: Surroundings): Promise<Finding<Credentials>> {
  const what = `the role ${role.roleTrn}`
  const token = readSmallFile(role.tokenFile)
  if (token.isErr()) return unusable(`${what}: the OIDC token in ${role.tokenFile} ${token.error}`)
  const OIDCToken = token.value?.trim()
  if (OIDCToken === undefined) return unusable(`${what}: there is no file ${role.tokenFile} with the OIDC token`)
  if (OIDCToken === '') return unusable(`${what}: the file ${role.tokenFile} holds no OIDC token`)
  const endpoint = readEndpoint(role.endpoint?.trim() || host, host, 'the endpoint of STS')
  if (endpoint.isErr()) return failedCall(what, endpoint.error)

  const action = 'AssumeRoleWithOIDC'
  const form = new URLSearchParams({
    RoleTrn: role.roleTrn,
    RoleSessionName: role.sessionName || defaultSessionName,
    OIDCToken,
    DurationSeconds: String(sessionSeconds),
    ...(role.policy && { Policy: role.policy }),
  })
  const post: HttpRequest = {
    method: 'POST',
    url: `${endpoint.value.origin}/?Action=${action}&Version=${api.version}`,
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: form.toString(),
  }
  return takeSession(what, { action, mutating: false, parameters: {} }, post, [OIDCToken], surroundings)
}

async function takeSession(
  what: string,
  request: WireRequest,
  http: HttpRequest,
  secrets: readonly (string | undefined)[],
  surroundings: Surroundings,
): Promise<Finding<Credentials>> {
  const answer = await exchange(request, http, sessionSchema, secrets, surroundings)
  if (answer.isErr()) return failedCall(`${what}: ${request.action}`, answer.error, answer.error.hint ?? mayNotAssume)
  const { AccessKeyId, SecretAccessKey, SessionToken, ExpiredTime, Expiration } = answer.value.Credentials
  const keys = { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken }
  return checkKeys({ ...keys, expiresAt: timeOf(ExpiredTime ?? Expiration) }, `the answer to ${request.action}`)
}

const identitySchema = v.object({ AccountId: v.union([text, v.number()]), Trn: maybe, IdentityType: maybe })

/** Asks whose an access key is (GetCallerIdentity of github.com/volcengine/volcengine-go-sdk, service/sts). */
export async function readOwner(
  as: Credentials,
  surroundings: Surroundings,
): Promise<Result<CredentialOwner, CallFailure>> {
  const request: WireRequest = { api, action: 'GetCallerIdentity', mutating: false, parameters: {} }
  const signed = await signedAs(request, as, defaultRegion, surroundings)
  if (signed.isErr()) return err(signed.error)
  const answer = await exchange(request, signed.value, identitySchema, secretsOf(as), surroundings)
  return answer.map(({ AccountId, Trn, IdentityType }) => ({
    account: String(AccountId),
    ...(Trn && { name: Trn }),
    ...(IdentityType && { kind: IdentityType }),
  }))
}

async function signedAs(
  request: WireRequest,
  as: Credentials,
  region: string,
  { now }: Surroundings,
): Promise<Result<HttpRequest, CallFailure>> {
  const vendor = await loadSigning()
  const to = { origin: `https://${host}`, host, region }
  return vendor.map((signing) => sign(signing, request, to, as, now()))
}

async function exchange<T>(
  request: WireRequest,
  http: HttpRequest,
  schema: v.GenericSchema<unknown, T>,
  secrets: readonly (string | undefined)[],
  { transport, limit, now }: Surroundings,
): Promise<Result<T, CallFailure>> {
  const sent = await sendWithin(transport, http, limitMs, limit)
  if (sent.isErr()) return err(sent.error)
  const answer = await readAnswer({ ...form, secrets, now }, request, sent.value, schema)
  return answer.map(({ value }) => value).mapErr(({ failure }) => failure)
}
