import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http'
import { text } from 'node:stream/consumers'
import type { ParkingClock } from '@cloud-keypair/conformance'
import type { Fault, FaultyCall, ReceivedCall } from '@cloud-keypair/core/testing'
import { listen } from './ports.js'

/** A request that a bridge received. */
export interface BridgedRequest {
  readonly method: string
  /** The path and the query. */
  readonly path: string
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

/** An answer that a bridge gives. */
export interface BridgedAnswer {
  readonly status: number
  readonly body: string
  readonly headers?: Readonly<Record<string, string>> | undefined
}

/** A real server behind a bridge, and the form of its answers. */
export interface BridgedServer {
  /** Carries out a request. */
  forward(request: BridgedRequest): Promise<BridgedAnswer>
  /** Returns a call in the words of the suite. Undefined for a request that is passed on and not counted. */
  callOf(request: BridgedRequest): ReceivedCall | undefined
  /** True if a fault of a call strikes this request. */
  isStruck(call: FaultyCall, request: BridgedRequest): boolean
  readonly contentType: string
  /** The refusals that the bridge makes. */
  readonly throttled: BridgedAnswer
  denied(message?: string): BridgedAnswer
  readonly failed: BridgedAnswer
}

/** A server between an adapter and a real server: counts calls, and makes faults. */
export interface Bridge extends AsyncDisposable {
  readonly url: string
  readonly calls: ReceivedCall[]
  /** Adds a fault. */
  fault(fault: Fault): void
  clearFaults(): void
}

/** A fault with the number of calls before the next strike, and of strikes that are left. */
interface PendingFault {
  readonly fault: Fault
  skip: number
  times: number
}

const silenceMs = 1_000_000_000

/** Starts a bridge. It passes changes on one at a time: a server for tests takes no lock. */
export async function startBridge(server: BridgedServer, clock: ParkingClock): Promise<Bridge> {
  const calls: ReceivedCall[] = []
  const faults: PendingFault[] = []
  const oneAtATime = createQueue()

  const answer = async (request: BridgedRequest, response: ServerResponse): Promise<void> => {
    const send = (given: BridgedAnswer): void => {
      response.writeHead(given.status, { 'content-type': server.contentType, ...given.headers }).end(given.body)
    }
    const call = server.callOf(request)
    if (call === undefined) return send(await server.forward(request))
    calls.push(call)
    const carryOut = (): Promise<BridgedAnswer> =>
      call.mutating ? oneAtATime(() => server.forward(request)) : server.forward(request)
    const fault = takeFault(faults, (on) => server.isStruck(on, request))
    if (fault === undefined) return send(await carryOut())
    switch (fault.kind) {
      case 'throttled':
        return send(withRetryAfter(server.throttled, fault.retryAfterMs))
      case 'denied':
        return send(server.denied(fault.message))
      case 'server-error':
        if (fault.commit) await carryOut()
        return send(fault.commit ? { status: 503, body: '' } : server.failed)
      case 'reset':
        if (fault.commit) await carryOut()
        response.destroy()
        return
      case 'silence': {
        if (fault.commit) await carryOut()
        const gone = new AbortController()
        response.once('close', () => gone.abort())
        return clock.sleep(silenceMs, gone.signal, request.headers).catch(() => undefined)
      }
      case 'garbled':
        return send(damaged(fault.commit ? await carryOut() : { status: 200, body: '' }, fault.how))
      default:
        throw new TypeError(`The bridge has no fault ${fault.kind}`)
    }
  }

  const listener = createServer((request, response) => {
    const { method = '', url: path = '', headers } = request
    void text(request)
      .then((body) => answer({ method, path, headers, body }, response))
      .catch((thrown: unknown) => response.writeHead(500).end(String(thrown)))
  })
  return {
    url: `http://127.0.0.1:${await listen(listener)}`,
    calls,
    fault: (fault) => void faults.push({ fault, skip: fault.skip ?? 0, times: fault.times ?? 1 }),
    clearFaults: () => void faults.splice(0),
    [Symbol.asyncDispose]: async () => {
      listener.closeAllConnections()
      await new Promise((resolve) => listener.close(resolve))
    },
  }
}

function takeFault(faults: readonly PendingFault[], strikes: (on: FaultyCall) => boolean): Fault | undefined {
  for (const pending of faults) {
    if (!strikes(pending.fault.on) || pending.times === 0) continue
    if (pending.skip > 0) {
      pending.skip -= 1
      continue
    }
    pending.times -= 1
    return pending.fault
  }
  return undefined
}

function withRetryAfter(answer: BridgedAnswer, retryAfterMs: number | undefined): BridgedAnswer {
  if (retryAfterMs === undefined) return answer
  return { ...answer, headers: { ...answer.headers, 'retry-after': String(Math.ceil(retryAfterMs / 1000)) } }
}

/** Damages an answer. One without a body is damaged as an empty object. */
function damaged(
  { status, body, headers }: BridgedAnswer,
  how: 'html' | 'truncated' | 'empty' | 'array' | 'huge',
): BridgedAnswer {
  switch (how) {
    case 'html':
      return { status: 200, body: '<html><body>Welcome</body></html>' }
    case 'truncated':
      if (status === 204) return { status: 200, body: '{' }
      return { status, body: body.slice(0, Math.ceil(body.length / 2)), headers }
    case 'empty':
      return { status: 503, body: '' }
    case 'array':
      return { status: 200, body: '[]' }
    case 'huge':
      return { status: 200, body: `<${'x'.repeat(50_000_000)}/>` }
  }
}

function createQueue(): <T>(work: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve()
  return (work) => {
    const result = last.then(work, work)
    last = result
    return result
  }
}
