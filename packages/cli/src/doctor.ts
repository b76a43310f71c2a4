import {
  type KeyPair,
  type KeyPairError,
  type KeyPairService,
  type ListOptions,
  systemClock,
} from '@cloud-keypair/core'
import type { Location } from '@cloud-keypair/core/driver'
import { type CredentialProblem, type CredentialReport, sendWithin } from '@cloud-keypair/core/credentials'
import { createHttpTransport } from '@cloud-keypair/core/http'
import type { Target } from './target.js'
import { adviceOn } from './advice.js'
import type { Session } from './session.js'
import type { Check } from './views/checks.js'

const largestSkewMs = 60_000
const answerWithinMs = 10_000

/** Looks at everything that an operation needs: credentials, region, connection, clock, and the permissions to read. */
export async function examine(target: Target, session: Session): Promise<readonly Check[]> {
  const { inspectCredentials } = await target.cloud.load()
  const { service, location } = await session.connect(target)
  const report = await inspectCredentials(target.options)
  const canTry = report.source !== undefined
  return [
    credentialsCheck(report),
    canTry ? ownerCheck(report) : notTried('owner'),
    regionCheck(target, location),
    ...(await connectionChecks(location, session)),
    ...(await permissionChecks(canTry, service, session)),
  ]
}

function notTried(check: string): Check {
  return { check, status: 'unknown', message: 'not tried without credentials' }
}

function credentialsCheck({ source, keyEnding, expiresAt, problem }: CredentialReport): Check {
  if (source !== undefined) {
    const until = expiresAt === undefined ? '' : `, until ${expiresAt}`
    return { check: 'credentials', status: 'ok', message: `from ${source}, key …${keyEnding ?? ''}${until}` }
  }
  const { message, hint }: Pick<CredentialProblem, 'message' | 'hint'> = problem ?? { message: 'there are none' }
  return {
    check: 'credentials',
    status: 'failed',
    message,
    hint: hint ?? adviceOn({ code: problem?.code ?? 'unauthenticated' }),
  }
}

function ownerCheck({ owner, problem }: CredentialReport): Check {
  if (owner !== undefined) {
    const who = [owner.kind, owner.name].filter(Boolean).join(' ')
    return { check: 'owner', status: 'ok', message: `account ${owner.account}${who === '' ? '' : `, ${who}`}` }
  }
  if (problem === undefined || problem.code !== 'unauthenticated') {
    const message = problem?.message ?? 'the cloud does not say'
    return { check: 'owner', status: 'unknown', message, hint: 'No other command needs to know the owner.' }
  }
  return { check: 'owner', status: 'unknown', message: problem.message, hint: adviceOn(problem) }
}

function regionCheck({ cloud }: Target, { region, endpoint }: Location): Check {
  const check = 'region'
  if (cloud.regions === 'none') return { check, status: 'ok', message: `${cloud.title} has none` }
  if (region !== '')
    return { check, status: 'ok', message: `${region}, at ${endpoint || 'its address in the catalog'}` }
  if (cloud.regions === 'optional')
    return { check, status: 'ok', message: 'none is given: the only one of the catalog' }
  return { check, status: 'failed', message: 'none is given', hint: 'Give --region, or write it into an account.' }
}

/** Sends one request without credentials, and holds the date of the answer against this machine's clock. */
async function connectionChecks({ endpoint }: Location, { surroundings }: Session): Promise<readonly Check[]> {
  if (endpoint === '')
    return [
      {
        check: 'connection',
        status: 'unknown',
        message: 'the endpoint is not known',
        hint: 'Give --region or --endpoint.',
      },
    ]
  const { clock = systemClock } = surroundings
  const transport = surroundings.transport ?? createHttpTransport({ environment: surroundings.environment })
  try {
    const request = { method: 'GET', url: `${endpoint}/`, headers: {} } as const
    const answer = await sendWithin(transport, request, answerWithinMs)
    if (answer.isErr()) {
      return [{ check: 'connection', status: 'failed', message: answer.error.message, hint: adviceOn(answer.error) }]
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
  if (Number.isNaN(theirs))
    return {
      check: 'clock',
      status: 'unknown',
      message: 'the answer has no date',
      hint: 'Compare the clock of this machine with another one.',
    }
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

async function permissionChecks(canTry: boolean, service: KeyPairService, session: Session): Promise<readonly Check[]> {
  const [list, read] = ['permission to list key pairs', 'permission to read instances'] as const
  if (!canTry) return [notTried(list), notTried(read)]
  return [
    await permissionCheck(list, () => listKeyPair(service, session)),
    await permissionCheck(read, () => readInstances(service, session)),
  ]
}

/** The result of trying a permission: an error, or that nothing was there to try it on. */
type Tried = 'allowed' | 'nothing-to-try' | KeyPairError

async function permissionCheck(check: string, attempt: () => Promise<Tried>): Promise<Check> {
  const tried = await attempt()
  if (tried === 'allowed') return { check, status: 'ok', message: 'there is' }
  if (tried === 'nothing-to-try') {
    const hint = 'Run doctor again when there is a key pair.'
    return { check, status: 'unknown', message: 'there is no key pair to try it with', hint }
  }
  const { code, message } = tried
  const status = code === 'permission-denied' || code === 'unauthenticated' ? 'failed' : 'unknown'
  return { check, status, message, hint: adviceOn(tried) }
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
