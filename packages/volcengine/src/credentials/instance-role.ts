import { err, ok, type Result } from '@cloud-keypair/core'
import type { CallFailure } from '@cloud-keypair/core/driver'
import {
  absent,
  type CredentialSource,
  failedCall,
  type Finding,
  parseJson,
  sendWithin,
  timeOf,
  unauthenticated,
  unusable,
} from '@cloud-keypair/core/credentials'
import type { HttpRequest } from '@cloud-keypair/core/http'
import * as v from 'valibot'
import { checkKeys, type Credentials } from './keys.js'
import type { Surroundings } from './surroundings.js'

// Host, paths, headers and fields: ecs_role_provider.go of github.com/volcengine/volcengine-go-sdk.

/** The host that answers inside an instance, and nowhere else. */
export const metadataHost = '100.96.0.96'
const rolesPath = '/volcstack/latest/iam/security_credentials'
const tokenSeconds = 21_600

/** Outside an instance there is no answer, and every caller waits this long for the first request. */
const firstLimitMs = 1000
const limitMs = 5000

const answerSchema = v.object({
  AccessKeyId: v.string(),
  SecretAccessKey: v.string(),
  SessionToken: v.nullish(v.string()),
  ExpiredTime: v.nullish(v.string()),
})

const switchName = 'VOLCENGINE_ECS_METADATA_DISABLED'

const onInstances = 'The role is given to programs on an instance alone: run this there, or give other credentials.'

/** Makes the source of the role that the instance has. */
export function instanceRoleSource(surroundings: Surroundings): CredentialSource<Credentials> {
  const named = surroundings.environment['VOLCENGINE_ECS_METADATA']?.trim() || undefined
  return { name: 'the role of the instance', find: () => findInstanceRole(named, surroundings) }
}

/** Gets the credentials of the instance's role. A role that is named has to be there; else it may be absent. */
export async function findInstanceRole(
  named: string | undefined,
  surroundings: Surroundings,
): Promise<Finding<Credentials>> {
  if (surroundings.environment[switchName]?.toLowerCase() === 'true') {
    const reason = `switched off by ${switchName}`
    const hint = `Unset ${switchName}, or give other credentials.`
    return named === undefined ? absent(reason) : unusable(`the instance's role ${named}: ${reason}`, hint)
  }
  const begun = await begin(surroundings)
  if (begun.isErr()) {
    return named === undefined
      ? absent(begun.error.message)
      : failedCall(`the instance's role ${named}`, { ...begun.error, hint: onInstances })
  }
  const headers = { 'X-volc-ecs-metadata-token': begun.value.trim() }
  const get = (path: string): Promise<Result<string, CallFailure>> =>
    ask({ method: 'GET', url: `http://${metadataHost}${rolesPath}${path}`, headers }, limitMs, surroundings)

  const role = named === undefined ? (await get('?type=user&format=json')).map(firstRole) : ok(named)
  if (role.isErr()) return failedCall("the instance's role", role.error)
  if (role.value === undefined) return absent('the instance has no role')
  const what = `the instance's role ${role.value}`
  const answer = await get(`/${encodeURIComponent(role.value)}`)
  if (answer.isErr()) return failedCall(what, answer.error)
  const parsed = v.safeParse(answerSchema, parseJson(answer.value))
  if (!parsed.success) return failedCall(what, unauthenticated(`${metadataHost} answered without credentials`))
  const { AccessKeyId, SecretAccessKey, SessionToken, ExpiredTime } = parsed.output
  const keys = { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken }
  return checkKeys({ ...keys, expiresAt: timeOf(ExpiredTime) }, what)
}

/** Gets the token that all other requests carry. */
function begin(surroundings: Surroundings): Promise<Result<string, CallFailure>> {
  const headers = { 'X-volc-ecs-metadata-token-ttl-seconds': String(tokenSeconds) }
  const url = `http://${metadataHost}/latest/api/token`
  return ask({ method: 'PUT', url, headers }, firstLimitMs, surroundings)
}

async function ask(
  request: HttpRequest,
  ms: number,
  { transport, limit }: Surroundings,
): Promise<Result<string, CallFailure>> {
  const sent = await sendWithin(transport, request, ms, limit)
  if (sent.isErr()) return err({ ...sent.error, message: `${metadataHost}: ${sent.error.message}` })
  const { status, text } = sent.value
  if (status === 200) return ok(text)
  const failure = unauthenticated(`${metadataHost} answered with HTTP ${status}`)
  return err(status >= 500 || status === 429 ? { ...failure, code: 'unavailable', transient: true } : failure)
}

/** Returns the first role. The service lists roles as JSON, or one a line. */
function firstRole(text: string): string | undefined {
  const parsed = v.safeParse(v.array(v.string()), parseJson(text))
  const roles = parsed.success ? parsed.output : text.split('\n')
  return roles.map((role) => role.trim()).find((role) => role !== '')
}
