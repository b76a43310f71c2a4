import { err, type Result } from '@cloud-keypair/core'
import type { CallFailure } from '@cloud-keypair/core/driver'
import {
  type CredentialOwner,
  failedCall,
  type Finding,
  readSmallFile,
  sendWithin,
  unusable,
} from '@cloud-keypair/core/credentials'
import { type HttpRequest, readAnswer, readEndpoint } from '@cloud-keypair/core/http'
import * as v from 'valibot'
import { consistent, formOf } from '../answer.js'
import { createJudge } from '../errors.js'
import type { Parameter, WireRequest } from '../request.js'
import { createSigner } from '../signer.js'
import { loadUtil } from '../vendor.js'
import { type Credentials, secretsOf, takeSession } from './keys.js'
import { isOn, type Surroundings, variable } from './surroundings.js'

// Hosts, parameters and defaults: providers/ram_role_arn.ts and providers/oidc_role_arn.ts of @alicloud/credentials, and
// config/profile.go of github.com/aliyun/aliyun-cli.

const version = '2015-04-01'
const limitMs = 10_000
/** The length of a session, as in the vendor's tools. */
const sessionSeconds = 3600
const defaultSessionName = 'cloud-keypair'
const mayNotAssume = 'Check the name of the role, its trust policy, and the permission to assume it.'

/** Judges refusals of STS by the codes of every product: it documents no codes of its own here. */
const form = formOf(createJudge({ codes: new Map(), families: [], sentences: [] }))

/** The address of STS in a profile. */
export interface StsAddress {
  readonly endpoint?: string | undefined
  readonly region?: string | undefined
  readonly inVpc?: boolean | undefined
}

/** A role that is assumed with an access key. */
export interface Role {
  readonly roleArn: string
  readonly sessionName?: string | undefined
  readonly seconds?: string | undefined
  readonly externalId?: string | undefined
  readonly policy?: string | undefined
}

/** Assumes a role with an access key. */
export async function assumeRole(
  as: Credentials,
  role: Role,
  address: StsAddress,
  surroundings: Surroundings,
): Promise<Finding<Credentials>> {
  const what = `the role ${role.roleArn}`
  const request = read('AssumeRole', {
    RoleArn: role.roleArn,
    RoleSessionName: role.sessionName ?? defaultSessionName,
    DurationSeconds: role.seconds ?? sessionSeconds,
    ExternalId: role.externalId,
    Policy: role.policy,
  })
  const signed = await signedAs(request, as, address, surroundings)
  if (signed.isErr()) return failedCall(what, signed.error)
  return takeRole(what, request, signed.value, secretsOf(as), surroundings)
}

/** A role that is assumed with a token of an OpenID Connect provider. */
export interface OidcRole {
  readonly roleArn: string
  readonly providerArn: string
  readonly tokenFile: string
  readonly sessionName?: string | undefined
}

/** Assumes a role with the token in a file, which is read each time. */
export async function assumeRoleWithOidc(
  role: OidcRole,
  address: StsAddress,
  surroundings: Surroundings,
): Promise<Finding<Credentials>> {
  const what = `the role ${role.roleArn}`
  const read = readSmallFile(role.tokenFile)
  if (read.isErr()) return unusable(`${what}: the OIDC token in ${role.tokenFile} ${read.error}`)
  const OIDCToken = read.value?.trim()
  if (OIDCToken === undefined) return unusable(`${what}: there is no file ${role.tokenFile} with the OIDC token`)
  if (OIDCToken === '') return unusable(`${what}: the file ${role.tokenFile} holds no OIDC token`)
  const endpoint = resolveSts(address, surroundings)
  if (endpoint.isErr()) return failedCall(what, endpoint.error)

  const action = 'AssumeRoleWithOIDC'
  const date = new Date(surroundings.now()).toISOString().replace(/\.\d{3}Z$/, 'Z')
  const query = new URLSearchParams({ Action: action, Version: version, Format: 'JSON', Timestamp: date })
  const form = new URLSearchParams({
    OIDCProviderArn: role.providerArn,
    OIDCToken,
    RoleArn: role.roleArn,
    RoleSessionName: role.sessionName ?? defaultSessionName,
    DurationSeconds: String(sessionSeconds),
  })
  const post: HttpRequest = {
    method: 'POST',
    url: `${endpoint.value.origin}/?${query.toString()}`,
    headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' },
    body: form.toString(),
  }
  return takeRole(what, { action, mutating: false, parameters: {} }, post, [OIDCToken], surroundings)
}

const roleSchema = v.object({ Credentials: v.unknown() })

async function takeRole(
  what: string,
  request: WireRequest,
  http: HttpRequest,
  secrets: readonly (string | undefined)[],
  surroundings: Surroundings,
): Promise<Finding<Credentials>> {
  const answer = await exchange(request, http, roleSchema, secrets, surroundings)
  if (answer.isErr()) return failedCall(`${what}: ${request.action}`, answer.error, answer.error.hint ?? mayNotAssume)
  return takeSession(answer.value.Credentials, `the answer to ${request.action}`)
}

const maybe = v.nullish(v.string())
const identitySchema = v.object({ AccountId: v.string(), Arn: maybe, IdentityType: maybe })

/**
 * Asks whose an access key is
 * (www.alibabacloud.com/help/en/ram/developer-reference/api-sts-2015-04-01-getcalleridentity).
 */
export async function readOwner(
  as: Credentials,
  surroundings: Surroundings,
): Promise<Result<CredentialOwner, CallFailure>> {
  const request = read('GetCallerIdentity', {})
  const signed = await signedAs(request, as, {}, surroundings)
  if (signed.isErr()) return err(signed.error)
  const answer = await exchange(request, signed.value, identitySchema, secretsOf(as), surroundings)
  return answer.map(({ AccountId, Arn, IdentityType }) => ({
    account: AccountId,
    ...(Arn && { name: Arn }),
    ...(IdentityType && { kind: IdentityType }),
  }))
}

function read(action: string, parameters: Readonly<Record<string, Parameter>>): WireRequest {
  return { action, mutating: false, parameters }
}

async function signedAs(
  request: WireRequest,
  as: Credentials,
  address: StsAddress,
  surroundings: Surroundings,
): Promise<Result<HttpRequest, CallFailure>> {
  const endpoint = resolveSts(address, surroundings)
  if (endpoint.isErr()) return err(endpoint.error)
  const vendor = await loadUtil()
  const sign = createSigner(version, surroundings.newNonce)
  return vendor.map((util) => sign(util, request, endpoint.value, as, surroundings.now()))
}

function resolveSts(address: StsAddress, surroundings: Surroundings): ReturnType<typeof readEndpoint> {
  const region = address.region ?? variable(surroundings, 'ALIBABA_CLOUD_STS_REGION')
  const inVpc = address.inVpc ?? isOn(surroundings, 'ALIBABA_CLOUD_VPC_ENDPOINT_ENABLED')
  const byRegion = region === undefined ? 'sts.aliyuncs.com' : `${inVpc ? 'sts-vpc' : 'sts'}.${region}.aliyuncs.com`
  const given = address.endpoint ?? variable(surroundings, 'ALIBABA_CLOUD_STS_ENDPOINT') ?? byRegion
  return readEndpoint(given, 'sts.aliyuncs.com', 'the endpoint of STS')
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
  const answer = await readAnswer({ ...form, secrets, now }, request, sent.value, consistent(schema))
  return answer.map(({ value }) => value).mapErr(({ failure }) => failure)
}
