import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http'

/** The answer of a server. */
export interface HttpAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** A request that waits for its answer. */
export interface Exchange {
  readonly method: string
  /** Path and query, as they were sent. */
  readonly url: string
  readonly headers: IncomingHttpHeaders
  readonly body: string
  /** Aborted when the client is gone. */
  readonly gone: AbortSignal
  send(answer: HttpAnswer): void
  /** Sends the head and half of the body, waits, and sends the rest. */
  sendInHalves(answer: HttpAnswer, pause: () => Promise<void>): Promise<void>
  /** Destroys the socket. */
  destroy(): void
}

/** A server on 127.0.0.1. */
export interface HttpServer {
  readonly port: number
  /** Cuts what is open. */
  close(): Promise<void>
}

/** Starts a server on 127.0.0.1, on any free port if `port` is 0. Rejects if the port is taken. */
export async function startHttpServer(
  port: number,
  handle: (exchange: Exchange) => Promise<void>,
): Promise<HttpServer> {
  // A URL that is too long has to reach us, so that the answer is the gateway's and not that of Node.
  const server = createServer({ maxHeaderSize: 1024 * 1024, requestTimeout: 0 }, (request, response) => {
    exchangeOf(request, response)
      .then(handle)
      .catch((error: unknown) => {
        if (!response.headersSent) response.writeHead(500, { 'content-type': 'text/plain' })
        response.end(`The simulator itself failed: ${String(error)}`)
      })
  })
  // A socket that is closed for idleness just as it is used again looks like an unwanted fault.
  server.keepAliveTimeout = 0
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', resolve)
  })
  const address = server.address()
  return {
    port: typeof address === 'object' && address !== null ? address.port : port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

async function exchangeOf(request: IncomingMessage, response: ServerResponse): Promise<Exchange> {
  const gone = new AbortController()
  response.once('close', () => gone.abort('closed'))
  const body = await readText(request)
  const head = (answer: HttpAnswer): void => {
    response.writeHead(answer.status, { ...answer.headers, 'content-length': Buffer.byteLength(answer.body) })
  }
  return {
    method: request.method ?? '',
    url: request.url ?? '',
    headers: request.headers,
    body,
    gone: gone.signal,
    send: (answer) => {
      head(answer)
      response.end(answer.body)
    },
    sendInHalves: async (answer, pause) => {
      const middle = Math.ceil(answer.body.length / 2)
      head(answer)
      response.write(answer.body.slice(0, middle))
      await pause()
      response.end(answer.body.slice(middle))
    },
    destroy: () => request.socket.destroy(),
  }
}

async function readText(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  request.on('data', (chunk: Buffer) => chunks.push(chunk))
  await new Promise<void>((resolve) => {
    request.once('end', resolve)
    request.once('close', resolve)
  })
  return Buffer.concat(chunks).toString('utf8')
}
