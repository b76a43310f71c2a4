import {
  type KeyPair,
  type KeyPairError,
  type KeyPairService,
  type ListOptions,
  systemClock,
} from '@cloud-keypair/core'
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
    await permissionCheck('permission to list key pairs', () => listKeyPair(service, session)),
    await permissionCheck('permission to read instances', () => readInstances(service, session)),
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

/** The result of trying a permission: an error, or that nothing was there to try it on. */
type Tried = 'allowed' | 'nothing-to-try' | KeyPairError

async function permissionCheck(check: string, attempt: () => Promise<Tried>): Promise<Check> {
  const tried = await attempt()
  if (tried === 'allowed') return { check, status: 'ok', message: 'there is' }
  if (tried === 'nothing-to-try') return { check, status: 'unknown', message: 'there is no key pair to try it with' }
  const { code, message, hint } = tried
  const status = code === 'permission-denied' || code === 'unauthenticated' ? 'failed' : 'unknown'
  return { check, status, message, ...(hint !== undefined && { hint }) }
}

async function listKeyPair(service: KeyPairService, { limits }: Session): Promise<Tried> {
  for await (const listed of service.list(pagesWithin(limits))) return listed.isErr() ? listed.error : 'allowed'
  return 'allowed'
}

/**
 * Reads an instance that does not exist: who may not read instances is refused all the same. A store reads no instance by
 * its id, so the instances of a key pair are read.
 */
async function readInstances(service: KeyPairService, { limits }: Session): Promise<Tried> {
  if (service.capabilities.instances !== false) {
    const read = await service.bindings(['i-00000000000000000000'], limits)
    return read.isErr() ? read.error : 'allowed'
  }
  for await (const listed of service.list(pagesWithin(limits))) {
    return listed.isErr() ? listed.error : readUsages(service, listed.value, limits)
  }
  return 'nothing-to-try'
}

async function readUsages(service: KeyPairService, keyPair: KeyPair, limits: Session['limits']): Promise<Tried> {
  for await (const usage of service.usages(keyPair, pagesWithin(limits))) return usage.isErr() ? usage.error : 'allowed'
  return 'allowed'
}

function pagesWithin({ signal, deadlineMs }: Session['limits']): ListOptions {
  return { signal, ...(deadlineMs !== undefined && { pageDeadlineMs: deadlineMs }) }
}
