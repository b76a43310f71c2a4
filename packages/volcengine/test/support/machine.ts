import { systemClock } from '@cloud-keypair/core'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { CallFailure } from '@cloud-keypair/core/driver'
import type { HttpTransport } from '@cloud-keypair/core/http'
import { expect } from 'vitest'
import { startWeb, type WebAnswer, type WebHost, type WebRequest } from '../../../../tests/support/fake-web.js'
import { createVolcengineDriver, type VolcengineOptions } from '../../src/index.js'
import { envelope } from './cloud.js'
import { signatureOf } from './signature.js'

export const now: number = Date.UTC(2026, 10, 22, 12, 34, 56)
const hour = 3_600_000
/** An end that is far away, as the cloud writes it. */
export const later: string = new Date(now + hour).toISOString()

/** Texts that no failure and no report may hold. */
const secrets: readonly string[] = ['canary-secret', 'canary-token', 'canary-refresh', 'canary-oidc', 'canary-client']

/** A machine with files in its home directory, an environment, and hosts that it reaches. */
export interface Machine {
  readonly files?: Readonly<Record<string, unknown>>
  readonly environment?: Readonly<Record<string, string>>
  readonly hosts?: Readonly<Record<string, WebHost>>
  readonly options?: VolcengineOptions
}

/** The outcome of one call from a machine. */
export interface Outcome {
  /** The access key id and the session token that the call was signed with, and its region. */
  readonly signer?: readonly (string | undefined)[]
  readonly failure?: CallFailure
  /** The requests that were made to get credentials. */
  readonly requests: readonly WebRequest[]
}

export interface RunningMachine {
  readonly home: string
  /** Makes a call of the cloud. */
  call(signal?: AbortSignal): Promise<Outcome>
  /** Sends as the machine does, and keeps to the signal that comes with a request. */
  readonly strictTransport: HttpTransport
  write(files: Readonly<Record<string, unknown>>): Promise<void>
  readonly options: VolcengineOptions
}

const ecs = 'https://open.volcengineapi.com'
const attached = { body: envelope('AttachKeyPair', { OperationDetails: [{ InstanceId: 'i-1', Error: null }] }) }

/** Runs a machine. Its files are texts, or values that are written as JSON. */
export async function withMachine<T>(machine: Machine, use: (running: RunningMachine) => Promise<T>): Promise<T> {
  const home = await mkdtemp(join(tmpdir(), 'volcengine-'))
  await using web = await startWeb({ [ecs]: () => attached, ...machine.hosts })
  const options: VolcengineOptions = {
    transport: web.transport,
    region: 'cn-beijing',
    ...machine.options,
    testing: {
      environment: { ...machine.environment },
      homeDirectory: home,
      clock: { ...systemClock, now: () => now },
      ...machine.options?.testing,
    },
  }
  const driver = createVolcengineDriver(options)
  const write: RunningMachine['write'] = async (files) => {
    for (const [path, content] of Object.entries(files)) {
      await mkdir(dirname(join(home, path)), { recursive: true })
      await writeFile(join(home, path), typeof content === 'string' ? content : JSON.stringify(content))
    }
  }
  try {
    await write(machine.files ?? {})
    return await use({
      home,
      options,
      strictTransport: web.strictTransport,
      write,
      call: async (signal = new AbortController().signal) => {
        const before = web.received.length
        const request = { keyPair: { by: 'name', name: 'k' }, instanceIds: ['i-1'] } as const
        const answered = await driver.doAttachKeyPair(request, { signal, token: 't', trace: () => {} })
        const received = web.received.slice(before)
        const requests = received.filter(({ origin }) => origin !== ecs)
        if (answered.isErr()) return { failure: withoutSecrets(answered.error), requests }
        return { signer: signerOf(received.find(({ origin }) => origin === ecs)), requests }
      },
    })
  } finally {
    await driver.close()
    await rm(home, { recursive: true })
  }
}

/** Returns the outcome of the first call from a machine. */
export async function outcomeOf(machine: Machine): Promise<Outcome> {
  return await withMachine(machine, ({ call }) => call())
}

/** Checks that a value holds no secret, and returns it. */
export function withoutSecrets<T>(value: T): T {
  const text = JSON.stringify(value)
  expect(secrets.filter((secret) => text.includes(secret))).toEqual([])
  return value
}

function signerOf(request: WebRequest | undefined): readonly (string | undefined)[] {
  const [, key, region] = /Credential=([^/]+)\/\d+\/([^/]+)\//.exec(String(request?.headers.authorization)) ?? []
  const token = request?.headers['x-security-token']
  return [key, token === undefined ? undefined : String(token), region]
}

/** Makes STS: it checks that a signature was made with the secret key, and answers with a session. */
export function startSts(secretAccessKey: string, session: object = {}): WebHost {
  return (request) => {
    const { action, isSigned } = readSigned(request, secretAccessKey)
    if (!isSigned && action !== 'AssumeRoleWithOIDC') return refusal(401, 'SignatureDoesNotMatch', secretAccessKey)
    const Credentials = {
      AccessKeyId: 'role-key',
      SecretAccessKey: 'canary-secret-of-role',
      SessionToken: 'canary-token-of-role',
      ExpiredTime: later,
      ...session,
    }
    return { body: envelope(action, { Credentials }) }
  }
}

function readSigned(request: WebRequest, secretAccessKey: string): { action: string; isSigned: boolean } {
  const { query, headers, search } = request
  const [, names = '', signature] = /SignedHeaders=([^,]+), Signature=(\w+)/.exec(String(headers.authorization)) ?? []
  const [, region = ''] = /Credential=[^/]+\/\d+\/([^/]+)\/sts\//.exec(String(headers.authorization)) ?? []
  const signed = Object.fromEntries(names.split(';').map((name) => [name, String(headers[name])]))
  const date = String(headers['x-date'])
  const expected = signatureOf({ date, region, service: 'sts', secretAccessKey, query: search, headers: signed })
  return { action: query['Action'] ?? '', isSigned: signature === expected }
}

/** Makes a refusal in the form of the cloud. Its message quotes what it was sent, as clouds do. */
export function refusal(status: number, Code: string, quoted = ''): WebAnswer {
  const Error = { Code, Message: `The vendor says no to ${quoted}.` }
  return { status, body: JSON.stringify({ ResponseMetadata: { RequestId: 'req-1', Error } }) }
}
