import type { Client } from 'undici'
import { createAbortListeners } from '../abort.js'
import { type ConnectionSettings, openConnection } from './connection.js'
import { exchange } from './exchange.js'
import { mustBe, mustBeDuration, mustBeText } from '../errors/type-checks.js'
import { mustBeObject } from '../foreign-values.js'
import { type Environment, readProxy } from './proxy.js'
import { Slots } from './slots.js'
import { failed } from './transport-error.js'
import type { Result } from '../result.js'
import type { HttpRequest, HttpResponse, HttpTransport, TransportFailure } from './types.js'
import { loadClient, type UndiciClient } from './vendor.js'

/** The options of an {@link HttpTransport}. */
export interface HttpTransportOptions {
  /**
   * The URL of an http or https proxy; `none`; or `environment`, which reads `HTTPS_PROXY` for https targets,
   * `HTTP_PROXY` for http targets and `NO_PROXY` (names in either case, the lower one first) when the transport is
   * created. `NO_PROXY` takes hosts, with their subdomains, and ranges such as `10.0.0.0/8`; a proxy of the environment
   * is never used for this machine. The proxy only ever gets a CONNECT, for http targets too. Default: `environment`.
   */
  readonly proxy?: string | undefined
  /** The variables for `environment`. Default: `process.env`. */
  readonly environment?: Environment | undefined
  /** The longest body that is read, in bytes. A longer one is the failure `too-large`. Default: 8 MiB. */
  readonly maxResponseBytes?: number | undefined
  /** The time to make a connection, from the look-up of the name to the end of TLS, in milliseconds. Default: 10,000. */
  readonly connectTimeoutMs?: number | undefined
  /**
   * The largest number of connections that are in use at once. Further requests wait for one, in their order, and their
   * signal ends the wait. Default: 128, enough for two actions with 64 open calls each.
   */
  readonly maxConnections?: number | undefined
  /** The certificates (PEM) of authorities to trust in place of those that Node.js trusts, for proxies too. */
  readonly certificateAuthorities?: string | undefined
}

/** One connection that is kept, or was: the client makes another when it has to. It carries one request at a time. */
interface PooledConnection {
  readonly origin: string
  readonly client: Client
  /** Closes the connection, also one that is being made. */
  cut(): void
}

/**
 * Creates the transport that every adapter sends with, over HTTP/1.1.
 *
 * `send` never throws and never rejects. It follows no redirect, repeats nothing, asks for no content coding, and
 * has no time-out but the signal and `connectTimeoutMs`. Connections are kept for the next request and don't keep
 * the process alive. `close` waits for open requests; a `send` after it is a failure.
 */
export function createHttpTransport(options: HttpTransportOptions = {}): HttpTransport {
  mustBeObject(options, 'The options of createHttpTransport')
  const { proxy = 'environment', environment = process.env, maxResponseBytes = 8 * 1024 * 1024 } = options
  const { maxConnections = 128, connectTimeoutMs = 10_000, certificateAuthorities } = options
  mustBeText(proxy, 'The option proxy')
  mustBeObject(environment, 'The option environment')
  if (certificateAuthorities !== undefined) mustBeText(certificateAuthorities, 'The option certificateAuthorities')
  mustBeDuration(connectTimeoutMs, 'The option connectTimeoutMs')
  const isLimit = typeof maxResponseBytes === 'number' && maxResponseBytes > 0
  mustBe(isLimit, 'The option maxResponseBytes must be a number above 0')
  const isCount = Number.isInteger(maxConnections) && maxConnections > 0
  mustBe(isCount, 'The option maxConnections must be a whole number above 0')
  const proxyFor = readProxy(proxy, environment)
  const settings: ConnectionSettings = { proxyFor, certificateAuthorities, connectTimeoutMs }
  const lanes = new Set<PooledConnection>()
  const idle = new Set<PooledConnection>()
  const abortListeners = createAbortListeners()
  const slots = new Slots(maxConnections, abortListeners)
  let closing: Promise<unknown> | undefined

  const keptFor = (url: URL): readonly PooledConnection[] => [...idle].filter(({ origin }) => origin === url.origin)
  const drop = (lane: PooledConnection): void => {
    lanes.delete(lane)
    idle.delete(lane)
    lane.cut()
  }
  const take = (Client: UndiciClient, url: URL): PooledConnection => {
    const lane = keptFor(url).at(-1) ?? openLane(Client, url, settings)
    lanes.add(lane)
    idle.delete(lane)
    return lane
  }

  const sendInSlot = async (
    Client: UndiciClient,
    request: HttpRequest,
    signal: AbortSignal,
  ): Promise<Result<HttpResponse, TransportFailure>> => {
    if (closing !== undefined) {
      return failed('network', false, 'The transport was closed, with the service that it belongs to', { closed: true })
    }
    const url = urlOf(request.url)
    if (url?.protocol !== 'http:' && url?.protocol !== 'https:') {
      return failed('network', false, 'The address is not an http or https URL', { permanent: true, hint })
    }

    const lane = take(Client, url)
    const result = await exchange(lane.client, url, request, { signal, maxResponseBytes, abortListeners })
    if (result.isOk()) {
      idle.add(lane)
    } else {
      drop(lane)
      // The cause may have broken all kept connections: the next request makes a new one.
      if (result.error.kind === 'network') for (const kept of keptFor(url)) drop(kept)
    }
    return result
  }

  return {
    async send(request, signal) {
      const loaded = await loadClient()
      if (loaded.isErr()) {
        const { message, hint: advice = '' } = loaded.error
        return failed('network', false, message, { permanent: true, hint: advice })
      }
      if (!(await slots.take(signal))) return failed('aborted', false, 'The request was aborted before it was sent')
      try {
        return await sendInSlot(loaded.value, request, signal)
      } finally {
        slots.give()
      }
    },

    async close() {
      closing ??= Promise.all([...lanes].map(({ client }) => client.close()))
      await closing
    },
  }
}

const hint = 'Check the endpoint.'

function urlOf(text: string): URL | undefined {
  try {
    return new URL(text)
  } catch {
    return undefined
  }
}

function openLane(Client: UndiciClient, url: URL, settings: ConnectionSettings): PooledConnection {
  let attempt = new AbortController()
  const client = new Client(url.origin, {
    connect: (_, callback) => {
      attempt = new AbortController()
      openConnection(Client, url, settings, attempt.signal).then(
        (socket) => callback(null, socket),
        (error: Error) => callback(error, null),
      )
    },
    pipelining: 1,
    headersTimeout: 0,
    bodyTimeout: 0,
  })
  return {
    origin: url.origin,
    client,
    cut() {
      attempt.abort()
      void client.destroy()
    },
  }
}
