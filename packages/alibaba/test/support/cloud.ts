import { systemClock } from '@cloud-keypair/core'
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http'
import type { CallContext, CallTrace, KeyPairDriver } from '@cloud-keypair/core/driver'
import { createAlibabaEcsDriver, createAlibabaEnsDriver, type AlibabaEcsOptions } from '../../src/index.js'

export interface Received {
  readonly method: string | undefined
  readonly url: string
  readonly headers: IncomingHttpHeaders
  readonly query: Readonly<Record<string, string>>
  readonly action: string
}

export type Reply =
  | { readonly status?: number; readonly body: string; readonly headers?: Readonly<Record<string, string>> }
  | ((response: ServerResponse, received: Received) => void)

export type ProductName = 'ecs' | 'ens'

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
export const accessKeySecret = 'canary/secret+access=key'
export const securityToken = 'canary/security+token=='
export const privateKeyBody = 'MIIEpAIBAAKCAQEAcanary0private0key'
export const canaries: readonly string[] = [
  accessKeyId,
  accessKeySecret,
  securityToken,
  'canary0private0key',
  'BEGIN RSA',
]

export const now: number = Date.UTC(2026, 10, 22, 12, 34, 56, 789)

export const json = (answer: object): string => JSON.stringify({ RequestId: 'req-1', ...answer })

export const refusal = (Code: unknown, Message: unknown = 'The vendor says no.'): string =>
  JSON.stringify({ RequestId: 'req-1', HostId: 'ecs.aliyuncs.com', Code, Message, Recommend: 'https://api.aliyun.com' })

export const createDriver = (product: ProductName, options: AlibabaEcsOptions): KeyPairDriver => {
  if (product === 'ecs') return createAlibabaEcsDriver({ region: 'cn-hangzhou', ...options })
  return createAlibabaEnsDriver(options)
}

/** Starts a server on 127.0.0.1 that sends the given replies, the last one again and again, and a driver that calls it. */
export async function startCloud(
  product: ProductName,
  replies: readonly Reply[] | Reply,
  options: AlibabaEcsOptions = {},
): Promise<Cloud> {
  const script = Array.isArray(replies) ? [...replies] : [replies]
  const received: Received[] = []
  const traces: CallTrace[] = []
  const server = createServer((request, response) => {
    const url = request.url ?? ''
    const query = Object.fromEntries(new URL(url, 'http://cloud').searchParams)
    const action = String(request.headers['x-acs-action'])
    const one = { method: request.method, url, headers: request.headers, query, action }
    received.push(one)
    const reply = script.length > 1 ? script.shift() : script[0]
    if (typeof reply === 'function') return reply(response, one)
    response.writeHead(reply.status ?? 200, { 'content-type': 'application/json', ...reply.headers }).end(reply.body)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('The server has no port')
  const host = `127.0.0.1:${address.port}`
  let nonces = 0
  const driver = createDriver(product, {
    endpoint: `http://${host}`,
    credentials: { accessKeyId, accessKeySecret, securityToken },
    ...options,
    testing: {
      environment: {},
      clock: { ...systemClock, now: () => now },
      newToken: () => `nonce-${(nonces += 1)}`,
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
