import { systemClock } from '@cloud-keypair/core'
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http'
import type { CallContext, CallTrace, KeyPairDriver } from '@cloud-keypair/core/driver'
import { createVolcengineDriver, type VolcengineOptions } from '../../src/index.js'

export interface Received {
  readonly method: string | undefined
  readonly url: string
  readonly headers: IncomingHttpHeaders
  readonly query: Readonly<Record<string, string>>
}

export type Reply =
  | { readonly status?: number; readonly body: string; readonly headers?: Readonly<Record<string, string>> }
  | ((response: ServerResponse, received: Received) => void)

export interface Cloud extends AsyncDisposable {
  readonly origin: string
  readonly host: string
  readonly received: Received[]
  readonly traces: CallTrace[]
  readonly driver: KeyPairDriver
  context(more?: Partial<CallContext>): CallContext
}

/** Canaries: texts that must turn up nowhere but in the headers they belong in. */
export const accessKeyId = 'canary-access-key-id'
export const secretAccessKey = 'canary/secret+access=key'
export const sessionToken = 'canary/session+token=='
export const canaries: readonly string[] = [
  accessKeyId,
  secretAccessKey,
  sessionToken,
  'canary-private-key',
  'BEGIN RSA',
]

export const now: number = Date.UTC(2026, 10, 22, 12, 34, 56)

export const envelope = (action: string, result: unknown): string =>
  JSON.stringify({
    ResponseMetadata: {
      RequestId: 'req-1',
      Action: action,
      Version: '2020-04-01',
      Service: 'ecs',
      Region: 'cn-beijing',
    },
    Result: result,
  })

export const refusal = (code: unknown, message: unknown = 'The vendor says no.'): string =>
  JSON.stringify({ ResponseMetadata: { RequestId: 'req-1', Error: { Code: code, Message: message } } })

/** Starts a server on 127.0.0.1 that sends the given replies, the last one again and again, and a driver that calls it. */
export async function startCloud(replies: readonly Reply[] | Reply, options: VolcengineOptions = {}): Promise<Cloud> {
  const script = Array.isArray(replies) ? [...replies] : [replies]
  const received: Received[] = []
  const traces: CallTrace[] = []
  const server = createServer((request, response) => {
    const url = request.url ?? ''
    const query = Object.fromEntries(new URL(url, 'http://cloud').searchParams)
    const one = { method: request.method, url, headers: request.headers, query }
    received.push(one)
    const reply = script.length > 1 ? script.shift() : script[0]
    if (typeof reply === 'function') return reply(response, one)
    response.writeHead(reply.status ?? 200, { 'content-type': 'application/json', ...reply.headers }).end(reply.body)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('The server has no port')
  const host = `127.0.0.1:${address.port}`
  const driver = createVolcengineDriver({
    region: 'cn-beijing',
    endpoint: `http://${host}`,
    credentials: { accessKeyId, secretAccessKey, sessionToken },
    ...options,
    testing: {
      environment: {},
      homeDirectory: '/nonexistent',
      clock: { ...systemClock, now: () => now },
      ...options.testing,
    },
  })
  return {
    origin: `http://${host}`,
    host,
    received,
    traces,
    driver,
    context: (more) => ({
      signal: new AbortController().signal,
      token: 'token-1',
      trace: (entry) => traces.push(entry),
      ...more,
    }),
    async [Symbol.asyncDispose]() {
      await driver.close()
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
