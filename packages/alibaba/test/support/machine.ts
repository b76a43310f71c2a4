import { systemClock } from '@cloud-keypair/core'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { CallFailure } from '@cloud-keypair/core/driver'
import type { HttpTransport } from '@cloud-keypair/core/http'
import { expect } from 'vitest'
import { startWeb, type WebAnswer, type WebHost, type WebRequest } from '../../../../tests/support/fake-web.js'
import { createAlibabaEcsDriver, type AlibabaEcsOptions } from '../../src/index.js'
import { json } from './cloud.js'
import { signatureOf } from './signature.js'

export const now: number = Date.UTC(2026, 10, 22, 12, 34, 56)
export const hour = 3_600_000
/** An end that is far away, as the cloud writes it. */
export const later: string = new Date(now + hour).toISOString()

/** Texts that no failure and no report may hold. */
const secrets: readonly string[] = ['canary-secret', 'canary-token', 'canary-refresh', 'canary-oidc', 'canary-command']

/** A machine with files in its home directory, an environment, and hosts that it reaches. */
export interface Machine {
  readonly files?: Readonly<Record<string, unknown>>
  readonly environment?: Readonly<Record<string, string>>
  readonly hosts?: Readonly<Record<string, WebHost>>
  readonly options?: AlibabaEcsOptions
}

/** The outcome of one call from a machine. */
export interface Outcome {
  /** The access key id and the security token that the call was signed with, and its region. */
  readonly signer?: readonly (string | undefined)[]
  readonly failure?: CallFailure
  /** The requests that were made to get credentials. */
  readonly requests: readonly WebRequest[]
}

export interface RunningMachine {
  readonly home: string
  readonly options: AlibabaEcsOptions
  /** Makes a call of the cloud. */
  call(signal?: AbortSignal): Promise<Outcome>
  /** Sends as the machine does, and keeps to the signal that comes with a request. */
  readonly strictTransport: HttpTransport
  /** Writes files: texts, or values that are written as JSON. */
  write(files: Readonly<Record<string, unknown>>): Promise<void>
}

const ecs = 'https://ecs.example.com'
const attached = {
  body: json({ Results: { Result: [{ InstanceId: 'i-1', Code: 200, Message: 'successful', Success: true }] } }),
}

/** Runs a machine. */
export async function withMachine<T>(machine: Machine, use: (running: RunningMachine) => Promise<T>): Promise<T> {
  const home = await mkdtemp(join(tmpdir(), 'alibaba-'))
  await using web = await startWeb({ [ecs]: () => attached, ...machine.hosts })
  const options: AlibabaEcsOptions = {
    transport: web.transport,
    endpoint: ecs,
    region: 'cn-hangzhou',
    ...machine.options,
    testing: {
      environment: { ...machine.environment },
      homeDirectory: home,
      clock: { ...systemClock, now: () => now },
      ...machine.options?.testing,
    },
  }
  const driver = createAlibabaEcsDriver(options)
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
        const answered = await driver.doAttachKeyPair(request, { signal, token: '', trace: () => {} })
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
  const [, key] = /Credential=([^,]+),/.exec(String(request?.headers.authorization)) ?? []
  const token = request?.headers['x-acs-security-token']
  return [key, token === undefined ? undefined : String(token), request?.query['RegionId']]
}

/** Makes STS: it checks that a signature was made with the secret, and answers with a session. */
export function startSts(accessKeySecret: string, session: object = {}): WebHost {
  return (request) => {
    const isWithOidc = request.query['Action'] === 'AssumeRoleWithOIDC'
    if (!isWithOidc && !isSigned(request, accessKeySecret))
      return refusal(400, 'SignatureDoesNotMatch', accessKeySecret)
    return { body: json({ Credentials: { ...sessionOf('role-key'), ...session } }) }
  }
}

/** Returns a session in the form of the vendor's services. */
export function sessionOf(AccessKeyId: string): object {
  return {
    AccessKeyId,
    AccessKeySecret: 'canary-secret-of-role',
    SecurityToken: 'canary-token-of-role',
    Expiration: later,
  }
}

function isSigned({ search, headers }: WebRequest, accessKeySecret: string): boolean {
  const [, signature] = /Signature=(\w+)/.exec(String(headers.authorization)) ?? []
  const texts = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]))
  return signatureOf({ accessKeySecret, query: search, headers: texts }).signature === signature
}

/** Makes a refusal in the form of the cloud. Its message quotes what it was sent, as clouds do. */
export function refusal(status: number, Code: string, quoted = ''): WebAnswer {
  return { status, body: json({ HostId: 'sts.aliyuncs.com', Code, Message: `The vendor says no to ${quoted}.` }) }
}
