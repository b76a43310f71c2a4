import { type KeyPairError, type KeyPairService, systemClock } from '@cloud-keypair/core'
import type { Location } from '@cloud-keypair/core/driver'
import { type CredentialReport, sendWithin } from '@cloud-keypair/core/credentials'
import { createHttpTransport } from '@cloud-keypair/core/http'
import type { Target } from './account.js'
import type { Session } from './session.js'
import type { Check } from './views/checks.js'

const largestSkewMs = 60_000
const answerWithinMs = 10_000

/** Looks at everything that an operation needs: credentials, region, connection, clock, and the permissions to read. */
export async function examine(target: Target, session: Session): Promise<readonly Check[]> {
  const { inspectCredentials } = await target.cloud.load()
  const { service, location } = await session.connect(target)
  const report = await inspectCredentials(target.options)
  return [
    credentialsCheck(report),
    ownerCheck(report),
    regionCheck(target, location),
    ...(await connectionChecks(location, session)),
    await permissionCheck('permission to list key pairs', () => firstKeyPair(service, session)),
    await permissionCheck('permission to read instances', () => readNoInstance(service, session)),
  ]
}

function credentialsCheck({ source, keyEnding, expiresAt, problem, attempts }: CredentialReport): Check {
  if (source !== undefined) {
    const until = expiresAt === undefined ? '' : `, until ${expiresAt}`
    return { check: 'credentials', status: 'ok', message: `from ${source}, key …${keyEnding ?? ''}${until}` }
  }
  const places = attempts.map((attempt) => `${attempt.source} (${attempt.reason ?? attempt.status})`).join('; ')
  return {
    check: 'credentials',
    status: 'failed',
    message: problem?.message ?? 'there are none',
    hint: problem?.hint ?? `Looked in: ${places}.`,
  }
}

function ownerCheck({ source, owner, problem }: CredentialReport): Check {
  if (owner !== undefined) {
    const who = [owner.kind, owner.name].filter(Boolean).join(' ')
    return { check: 'owner', status: 'ok', message: `account ${owner.account}${who === '' ? '' : `, ${who}`}` }
  }
  const message = source === undefined ? 'there are no credentials' : (problem?.message ?? 'the cloud does not say')
  return {
    check: 'owner',
    status: 'unknown',
    message,
    ...(source !== undefined && problem?.hint && { hint: problem.hint }),
  }
}

function regionCheck({ cloud }: Target, { region, endpoint }: Location): Check {
  if (!cloud.hasRegions) return { check: 'region', status: 'ok', message: `${cloud.title} has none` }
  if (region !== '') return { check: 'region', status: 'ok', message: `${region}, at ${endpoint}` }
  return {
    check: 'region',
    status: 'failed',
    message: 'none is given',
    hint: 'Give --region, or write it into an account.',
  }
}

/** Sends one request without credentials, and holds the date of the answer against this machine's clock. */
async function connectionChecks({ endpoint }: Location, { surroundings }: Session): Promise<readonly Check[]> {
  if (endpoint === '') return [{ check: 'connection', status: 'unknown', message: 'the endpoint is not known' }]
  const { clock = systemClock } = surroundings
  const transport = surroundings.transport ?? createHttpTransport({ environment: surroundings.environment })
  try {
    const request = { method: 'GET', url: `${endpoint}/`, headers: {} } as const
    const answer = await sendWithin(transport, request, answerWithinMs)
    if (answer.isErr()) {
      const { message, hint } = answer.error
      return [{ check: 'connection', status: 'failed', message, ...(hint !== undefined && { hint }) }]
    }
    const { date } = answer.value.headers
    return [
      { check: 'connection', status: 'ok', message: `${endpoint} answers` },
      clockCheck(date === undefined ? Number.NaN : Date.parse(date), clock.now()),
    ]
  } finally {
    if (surroundings.transport === undefined) await transport.close()
  }
}

function clockCheck(theirs: number, ours: number): Check {
  if (Number.isNaN(theirs)) return { check: 'clock', status: 'unknown', message: 'the answer has no date' }
  const skewMs = ours - theirs
  if (Math.abs(skewMs) < largestSkewMs) return { check: 'clock', status: 'ok', message: 'as the cloud has it' }
  const seconds = Math.round(Math.abs(skewMs) / 1000)
  return {
    check: 'clock',
    status: 'failed',
    message: `${seconds} s ${skewMs > 0 ? 'ahead' : 'behind'}`,
    hint: 'Set the clock of this machine: the cloud refuses requests of another time.',
  }
}

async function permissionCheck(check: string, look: () => Promise<KeyPairError | undefined>): Promise<Check> {
  const error = await look()
  if (error === undefined) return { check, status: 'ok', message: 'there is' }
  const { code, message, hint } = error
  const status = code === 'permission-denied' || code === 'unauthenticated' ? 'failed' : 'unknown'
  return { check, status, message, ...(hint !== undefined && { hint }) }
}

async function firstKeyPair(service: KeyPairService, { limits }: Session): Promise<KeyPairError | undefined> {
  for await (const result of service.list({ signal: limits.signal, pageDeadlineMs: limits.deadlineMs }))
    return result.isErr() ? result.error : undefined
  return undefined
}

/** Reads an instance that does not exist: who may not read instances is refused all the same. */
async function readNoInstance(service: KeyPairService, { limits }: Session): Promise<KeyPairError | undefined> {
  const read = await service.bindings(['i-00000000000000000000'], limits)
  return read.isErr() ? read.error : undefined
}
