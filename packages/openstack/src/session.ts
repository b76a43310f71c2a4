import { err, ok, type Result } from '@cloud-keypair/core'
import { sendWithin, type Surroundings } from '@cloud-keypair/core/credentials'
import { type CallFailure, refusal } from '@cloud-keypair/core/driver'
import { type HttpRequest, type HttpTransport, readAnswer } from '@cloud-keypair/core/http'
import type { GenericSchema } from 'valibot'
import { form } from './answer.js'
import { type Account, secretsOf } from './credentials/account.js'
import { chooseEndpoint, readAddress } from './endpoint.js'
import type { Microversions } from './requests.js'
import { type VersionRange, type WireToken, tokenSchema, versionSchema } from './schemas.js'

/** A token, and what was learnt with it. */
export interface Session {
  readonly token: string
  readonly expiresAt?: number
  readonly userId: string
  /** The URL of Nova, without a slash at its end. */
  readonly endpoint: string
  readonly offered: Microversions
  readonly secrets: readonly string[]
  readonly transport: HttpTransport
}

/** The means to ask Keystone and Nova. */
type Means = Pick<Surroundings, 'transport' | 'now'>

const limitMs = 10_000
// 2.35 has pages. 2.92 is the last one that changes key pairs, in Nova of 2022.2 (Zed), which has 2.93.
const known: Microversions = { oldest: 35, newest: 92 }

/** A token with the catalog and the user that Keystone tells of it. */
export interface Login extends WireToken {
  readonly token: string
}

/** Gets a token, or asks for the catalog of a given one (docs.openstack.org/api-ref/identity/v3). */
export async function logIn(account: Account, means: Means): Promise<Result<Login, CallFailure>> {
  const { identity } = account
  const url = `${account.authUrl}/auth/tokens`
  const own = identity.kind === 'token' ? identity.token : undefined
  const request: HttpRequest =
    identity.kind === 'token'
      ? { method: 'GET', url, headers: { 'x-auth-token': identity.token, 'x-subject-token': identity.token } }
      : { method: 'POST', url, headers: { 'content-type': 'application/json' }, body: JSON.stringify(identity.body) }
  const action = `${request.method} /v3/auth/tokens`
  const answer = await ask(action, request, tokenSchema, secretsOf(account), means)
  return answer.andThen(({ value, headers }) => {
    const token = own ?? headers['x-subject-token'] ?? ''
    return token === '' ? err(malformed(`the answer to ${action} has no token`)) : ok({ ...value, token })
  })
}

/** Gets a token, chooses the endpoint of Nova and the microversion. */
export async function openSession(account: Account, means: Means): Promise<Result<Session, CallFailure>> {
  const login = await logIn(account, means)
  if (login.isErr()) return err(login.error)
  const { token, userId, expiresAt, endpoints } = login.value
  const endpoint =
    account.endpoint === undefined ? chooseEndpoint(endpoints, account) : readAddress(account.endpoint, 'the endpoint')
  if (endpoint.isErr()) return err(endpoint.error)
  const secrets = [...secretsOf(account), token]
  // The endpoint may end with the project, and the range is told at the version.
  const root = endpoint.value.replace(/(\/v\d+(?:\.\d+)?)\/.*$/, '$1')
  const request: HttpRequest = { method: 'GET', url: `${root}/`, headers: { 'x-auth-token': token } }
  const versions = await ask('GET / of Nova', request, versionSchema, secrets, means)
  const { transport } = means
  return versions
    .andThen(({ value }) => negotiate(value))
    .map((offered) => ({ token, expiresAt, userId, endpoint: endpoint.value, offered, secrets, transport }))
}

/** Chooses the microversion. It is never `latest`, which would change with the cloud. Errors: `unsupported`. */
function negotiate({ version, min_version }: VersionRange): Result<Microversions, CallFailure> {
  const [newest = -1, oldest = -1] = [version, min_version].map((text) => Number(/^2\.(\d+)$/.exec(text)?.[1] ?? -1))
  if (newest < known.oldest || oldest > known.newest) {
    const message = `Nova offers the microversions ${min_version || 'none'} to ${version || 'none'}`
    const hint = `Of 2.${known.oldest} to 2.${known.newest} one is needed. Check the endpoint of Nova, too.`
    return err(refusal('unsupported', message, hint))
  }
  return ok({ oldest, newest: Math.min(newest, known.newest) })
}

async function ask<T>(
  action: string,
  request: HttpRequest,
  schema: GenericSchema<unknown, T>,
  secrets: readonly string[],
  { transport, now }: Means,
): Promise<Result<{ readonly value: T; readonly headers: Readonly<Record<string, string | undefined>> }, CallFailure>> {
  const sent = await sendWithin(transport, request, limitMs)
  if (sent.isErr()) return err({ ...sent.error, message: `${action}: ${sent.error.message}` })
  const answer = await readAnswer({ ...form, secrets, now }, { action, mutating: false }, sent.value, schema)
  return answer
    .map(({ value }) => ({ value, headers: sent.value.headers }))
    .mapErr(({ failure }) => ({ ...failure, message: `${action}: ${failure.message}` }))
}

function malformed(message: string): CallFailure {
  return { ...refusal('invalid-response', message, 'Check the URL of Keystone.'), transient: true }
}
