import { err, ok, type Result } from '@cloud-keypair/core'
import type { CallFailure } from '@cloud-keypair/core/driver'
import {
  absent,
  type CredentialSource,
  failedCall,
  type Finding,
  parseJson,
  sendWithin,
  unauthenticated,
  unusable,
} from '@cloud-keypair/core/credentials'
import type { HttpRequest } from '@cloud-keypair/core/http'
import { type Credentials, takeSession } from './keys.js'
import { isOn, type Surroundings, variable } from './surroundings.js'

// Host, paths, headers and switches: providers/ecs_ram_role.ts of @alicloud/credentials.

/** The host that answers inside an instance, and nowhere else. */
export const metadataHost = '100.100.100.200'
const rolesPath = '/latest/meta-data/ram/security-credentials/'
const tokenSeconds = 21_600
const switchName = 'ALIBABA_CLOUD_ECS_METADATA_DISABLED'

/** Outside an instance there is no answer, and every caller waits this long for the first request. */
const firstLimitMs = 1000
const limitMs = 5000

const onInstances = 'The role is given to programs on an instance alone: run this there, or give other credentials.'

/** Makes the source of the role that the instance has. */
export function instanceRoleSource(surroundings: Surroundings): CredentialSource<Credentials> {
  const named = variable(surroundings, 'ALIBABA_CLOUD_ECS_METADATA')
  return { name: 'the role of the instance', find: () => findInstanceRole(named, surroundings) }
}

/** Gets the credentials of the instance's role. A role that is named has to be there; else it may be absent. */
export async function findInstanceRole(
  named: string | undefined,
  surroundings: Surroundings,
): Promise<Finding<Credentials>> {
  if (isOn(surroundings, switchName)) {
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
  const headers = begun.value === undefined ? {} : { 'x-aliyun-ecs-metadata-token': begun.value }
  const get = (path: string): Promise<Result<string, CallFailure>> =>
    ask({ method: 'GET', url: `http://${metadataHost}${rolesPath}${path}`, headers }, limitMs, surroundings)

  const role = named === undefined ? (await get('')).map((text) => text.trim()) : ok(named)
  if (role.isErr()) return noRole(role.error)
  if (role.value === '') return absent('the instance has no role')
  const what = `the instance's role ${role.value}`
  const answer = await get(encodeURIComponent(role.value))
  return answer.match(
    (text) => takeSession(parseJson(text), what),
    (failure) => failedCall(what, failure),
  )
}

/** Returns the result for an instance without a role, which has no list of roles. */
function noRole(failure: CallFailure): Finding<Credentials> {
  return failure.vendor?.httpStatus === 404
    ? absent('the instance has no role')
    : failedCall("the instance's role", failure)
}

/**
 * Gets the token that all other requests carry; `undefined` if the service, of the first version, has none. That may be
 * switched off.
 */
async function begin(surroundings: Surroundings): Promise<Result<string | undefined, CallFailure>> {
  const headers = { 'x-aliyun-ecs-metadata-token-ttl-seconds': String(tokenSeconds) }
  const url = `http://${metadataHost}/latest/api/token`
  const token = await ask({ method: 'PUT', url, headers }, firstLimitMs, surroundings)
  const isFirstVersion =
    token.isErr() && token.error.vendor !== undefined && !isOn(surroundings, 'ALIBABA_CLOUD_IMDSV1_DISABLED')
  return isFirstVersion ? ok(undefined) : token.map((text) => text.trim())
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
  const failure = { ...unauthenticated(`${metadataHost} answered with HTTP ${status}`), vendor: { httpStatus: status } }
  return err(status >= 500 || status === 429 ? { ...failure, code: 'unavailable', transient: true } : failure)
}
