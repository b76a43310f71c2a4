import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http'
import type { ParkingClock } from '@cloud-keypair/conformance'
import type { Fault, FaultyCall, ReceivedCall } from '@cloud-keypair/core/testing'
import { Faults } from './faults.js'

/** The answer of a cloud, before any fault. */
export interface Reply {
  readonly status: number
  readonly body: object
}

/** One action of a cloud on one body. */
export interface Action {
  /** The name of the call for faults and the record. */
  readonly call: FaultyCall
  readonly mutating: boolean
  /** The items of the call, if it may have several. */
  readonly items: readonly string[]
  /** True if it may take power away by force. Default: no. */
  readonly forced?: boolean
  /** Does the work, and gives the answer, or `{ refused: code }`. A page has at most `pageItems`. */
  perform(pageItems?: number): object
}

/** A request as it came. */
export interface Received {
  readonly method: string
  readonly path: string
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

/** A request as a cloud understands it. */
export interface Understood extends Omit<Action, 'perform'> {
  readonly token?: string | undefined
  /** Does the work, but for items that are to be refused. A page has at most `pageItems`. */
  perform(spoilt?: Spoilt, pageItems?: number): Reply
}

/** Items that are refused because a case wants it so, whatever they are. */
export interface Spoilt {
  readonly ids: readonly string[]
  readonly why: Exclude<CallRefused, 'denied' | 'no-stock'>
  readonly message?: string | undefined
}

/** The refusals that a case can ask for. */
export type CallRefused = 'throttled' | 'denied' | 'failed' | 'gone' | 'strange' | 'no-stock'

/** The parts of a server that differ between clouds. */
export interface Cloud {
  /** Reads a request, or returns its refusal. */
  understand(request: Received): Understood | Reply
  refuse(why: CallRefused, message?: string): Reply
  /** Damages an answer: leaves a verdict out, adds one, or repeats one. */
  misjudge(reply: Reply, how: 'omits' | 'foreign' | 'repeats'): Reply
}

/** A cloud on 127.0.0.1. */
export interface CloudServer extends AsyncDisposable {
  readonly url: string
  readonly faults: Faults
  /** Every call that was received. */
  calls: readonly ReceivedCall[]
}

export async function startCloudServer(cloud: Cloud, clock: ParkingClock): Promise<CloudServer> {
  const faults = new Faults()
  const http = createServer({ requestTimeout: 0 }, (request, response) => {
    answer(request, response).catch((error: unknown) => {
      if (!response.headersSent) response.writeHead(500)
      response.end(String(error))
    })
  })
  // A connection that is closed for idleness just as it is used looks like an unwanted fault.
  http.keepAliveTimeout = 0
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve))
  const address = http.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const gone = new AbortController()
    response.once('close', () => gone.abort())
    const body = await textOf(request)
    const { method = '', url: path = '', headers } = request
    const understood = cloud.understand({ method, path, headers, body })
    if ('status' in understood) return send(response, understood)
    const { call, mutating, items, forced = false, token } = understood
    server.calls = [...server.calls, { call, mutating, items, forced, ...(token !== undefined && { token }) }]
    const fault = faults.take(call, items)
    if (fault === undefined) return send(response, understood.perform())
    if (fault.kind === 'echo') return send(response, echo(fault.by, { method, path, headers, body }))
    await goWrong(fault, understood, request, response, gone.signal)
  }

  function echo(by: 'cloud' | 'gateway', { method, path, headers, body }: Received): Reply {
    const message = `Refused: ${method} ${path} ${JSON.stringify(headers)} ${body}`
    return by === 'cloud' ? cloud.refuse('denied', message) : { status: 502, body: { message } }
  }

  async function goWrong(
    fault: Exclude<Fault, { kind: 'echo' }>,
    { perform }: Understood,
    request: IncomingMessage,
    response: ServerResponse,
    gone: AbortSignal,
  ): Promise<void> {
    if ('commit' in fault && fault.commit && fault.kind !== 'foreign' && fault.kind !== 'repeats') perform()
    switch (fault.kind) {
      case 'throttled': {
        const { retryAfterMs } = fault
        const headers = retryAfterMs === undefined ? {} : { 'retry-after': String(Math.ceil(retryAfterMs / 1000)) }
        return send(response, cloud.refuse('throttled'), headers)
      }
      case 'denied':
        return send(response, cloud.refuse('denied', fault.message))
      case 'no-stock':
        return send(response, cloud.refuse('no-stock'))
      case 'server-error':
        return send(response, cloud.refuse('failed'))
      case 'items':
        return send(response, perform({ ids: fault.ids, why: fault.as, message: fault.message }))
      case 'omits':
      case 'foreign':
      case 'repeats':
        return send(response, cloud.misjudge(perform(), fault.kind))
      case 'short':
        return send(response, perform(undefined, fault.items))
      case 'full':
      case 'busy':
      case 'contradicts':
      case 'expired':
      case 'fails-late':
        throw new TypeError(`This cloud has no ${fault.kind}`)
      case 'garbled':
        return sendGarbled(response, fault.how)
      case 'reset':
        return void request.socket.destroy()
      case 'silence':
        return clock.sleep(Infinity, gone, request.headers)
      case 'late':
        await clock.sleep(fault.afterMs, new AbortController().signal, request.headers)
        perform()
        return clock.sleep(Infinity, gone, request.headers)
      case 'slow': {
        const text = JSON.stringify(perform().body)
        response.writeHead(200, { 'content-length': Buffer.byteLength(text) }).write(text.slice(0, 5))
        await clock.sleep(fault.overMs, gone, request.headers)
        return void response.end(text.slice(5))
      }
    }
  }

  const server: CloudServer = {
    url: `http://127.0.0.1:${port}`,
    faults,
    calls: [],
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        http.close(() => resolve())
        http.closeAllConnections()
      }),
  }
  return server
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  request.on('data', (chunk: Buffer) => chunks.push(chunk))
  await new Promise<void>((resolve) => {
    request.once('end', resolve)
    request.once('close', resolve)
  })
  return Buffer.concat(chunks).toString()
}

function send(response: ServerResponse, { status, body }: Reply, headers: Readonly<Record<string, string>> = {}): void {
  response.writeHead(status, { ...headers, 'content-type': 'application/json' }).end(JSON.stringify(body))
}

function sendGarbled(response: ServerResponse, how: Extract<Fault, { kind: 'garbled' }>['how']): void {
  switch (how) {
    case 'html':
      return void response.writeHead(200, { 'content-type': 'text/html' }).end('<html><body>nginx</body></html>')
    case 'truncated':
      return void response.writeHead(200).end('{"requestId":"request-1","it')
    case 'empty':
      return void response.writeHead(503).end()
    case 'array':
      return void response.writeHead(200).end('[{"requestId":"request-1"}]')
    case 'huge':
      return void response.writeHead(200).end(`{"padding":"${'x'.repeat(50 * 1024 * 1024)}"}`)
  }
}
