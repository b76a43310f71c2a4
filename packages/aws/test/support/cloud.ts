import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http'
import { text } from 'node:stream/consumers'
import { systemClock } from '@cloud-keypair/core'
import type { CallContext, CallTrace, KeyPairStoreDriver } from '@cloud-keypair/core/driver'
import { type AwsOptions, createAwsDriver } from '../../src/index.js'

export interface Received {
  readonly method: string | undefined
  readonly url: string
  readonly headers: IncomingHttpHeaders
  readonly body: string
  readonly form: Readonly<Record<string, string>>
}

export type Reply =
  | { readonly status?: number; readonly body: string; readonly headers?: Readonly<Record<string, string>> }
  | ((response: ServerResponse, received: Received) => void)

export interface Cloud extends AsyncDisposable {
  readonly origin: string
  readonly host: string
  readonly received: Received[]
  readonly traces: CallTrace[]
  readonly driver: KeyPairStoreDriver
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

/** Returns the answer to an action. */
export const answer = (action: string, content: string): string =>
  `<?xml version="1.0" encoding="UTF-8"?>\n<${action}Response xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><requestId>req-1</requestId>${content}</${action}Response>`

/** Returns a refusal in the form of EC2. */
export const refusal = (code: string, message = 'The vendor says no.'): string =>
  `<?xml version="1.0" encoding="UTF-8"?>\n<Response><Errors><Error><Code>${code}</Code><Message>${message}</Message></Error></Errors><RequestID>req-1</RequestID></Response>`

/** Starts a server on 127.0.0.1 that sends the given replies, the last one again and again, and a driver that calls it. */
export async function startCloud(replies: readonly Reply[] | Reply, options: AwsOptions = {}): Promise<Cloud> {
  const script = Array.isArray(replies) ? [...replies] : [replies]
  const received: Received[] = []
  const traces: CallTrace[] = []
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      const { method, url = '', headers } = request
      const one = { method, url, headers, body, form: Object.fromEntries(new URLSearchParams(body)) }
      received.push(one)
      const reply = script.length > 1 ? script.shift() : script[0]
      if (typeof reply === 'function') return reply(response, one)
      response.writeHead(reply.status ?? 200, { 'content-type': 'text/xml', ...reply.headers }).end(reply.body)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('The server has no port')
  const host = `127.0.0.1:${address.port}`
  const driver = createAwsDriver({
    region: 'eu-central-1',
    endpoint: `http://${host}`,
    credentials: { accessKeyId, secretAccessKey, sessionToken },
    ...options,
    testing: { environment: {}, clock: { ...systemClock, now: () => now }, ...options.testing },
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
