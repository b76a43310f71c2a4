import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { createHttpTransport, type HttpRequest, type HttpTransport } from '@cloud-keypair/core/http'

/** A request as it arrived. */
export interface WebRequest {
  /** `https://sts.example`. */
  readonly origin: string
  readonly method: string
  readonly path: string
  /** As it was sent. */
  readonly search: string
  readonly query: Readonly<Record<string, string>>
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

export interface WebAnswer {
  readonly status?: number
  readonly body: string
}

/** Answers the requests to one host; `undefined` leaves a request without an answer. */
export type WebHost = (request: WebRequest) => WebAnswer | undefined

/** Hosts of the internet, on 127.0.0.1. */
export interface FakeWeb extends AsyncDisposable {
  /**
   * Sends over HTTP to 127.0.0.1 what is meant for the hosts. A host that is not there refuses the connection. No time limit
   * ends a request: on a busy machine an answer may take long.
   */
  readonly transport: HttpTransport
  /** Sends likewise, and keeps to the signal that comes with a request. */
  readonly strictTransport: HttpTransport
  readonly received: WebRequest[]
}

const originHeader = 'x-fake-web-origin'

/** Starts the hosts, by origin. */
export async function startWeb(hosts: Readonly<Record<string, WebHost>>): Promise<FakeWeb> {
  const received: WebRequest[] = []
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const one = await read(request)
    received.push(one)
    const given = hosts[one.origin]?.(one)
    if (given !== undefined) response.writeHead(given.status ?? 200).end(given.body)
  }
  const server = createServer((request, response) => void answer(request, response))
  const port = await listen(server)
  const closed = createServer()
  const closedPort = await listen(closed)
  await new Promise((resolve) => closed.close(resolve))

  const network = createHttpTransport({ proxy: 'none' })
  const strictTransport: HttpTransport = {
    send: (request, signal) => {
      const url = new URL(request.url)
      const to = url.origin in hosts ? port : closedPort
      return network.send(
        {
          ...request,
          url: `http://127.0.0.1:${to}${url.pathname}${url.search}`,
          headers: { ...request.headers, [originHeader]: url.origin },
        },
        signal,
      )
    },
    close: () => network.close(),
  }
  const never = new AbortController().signal
  const transport = { ...strictTransport, send: (request: HttpRequest) => strictTransport.send(request, never) }
  return {
    transport,
    strictTransport,
    received,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

async function read(request: IncomingMessage): Promise<WebRequest> {
  const origin = String(request.headers[originHeader])
  const { pathname, search, searchParams } = new URL(request.url ?? '', origin)
  return {
    origin,
    method: request.method ?? '',
    path: pathname,
    search: search.slice(1),
    query: Object.fromEntries(searchParams),
    headers: request.headers,
    body: await text(request),
  }
}

async function listen(server: ReturnType<typeof createServer>): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address: AddressInfo | string | null = server.address()
  if (address === null || typeof address === 'string') throw new Error('The server has no port')
  return address.port
}
