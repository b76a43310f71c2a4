import { X509Certificate } from 'node:crypto'
import { once } from 'node:events'
import { connect, isIP, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { ConnectError, hostError, proxyError, tunnelError } from './connect-error.js'
import { type GivenProxy, portOf, type ProxyFor, withoutBrackets } from './proxy.js'
import { codeOf } from './transport-error.js'
import { loadConnect, type UndiciClient } from './vendor.js'

export interface ConnectionSettings {
  readonly proxyFor: ProxyFor
  readonly certificateAuthorities: string | undefined
  readonly connectTimeoutMs: number
}

/**
 * Opens the connection to a URL's host, through the proxy if there is one, up to and with TLS.
 * Rejects with a {@link ConnectError} and leaves no socket open.
 */
export async function openConnection(
  Client: UndiciClient,
  url: URL,
  settings: ConnectionSettings,
  cut: AbortSignal,
): Promise<Socket> {
  const { connectTimeoutMs } = settings
  const timeout = AbortSignal.timeout(connectTimeoutMs)
  try {
    return await open(Client, url, settings, AbortSignal.any([cut, timeout]))
  } catch (error) {
    if (timeout.aborted) throw new ConnectError(`there was none within ${connectTimeoutMs} ms`)
    throw hostError(error)
  }
}

async function open(
  Client: UndiciClient,
  url: URL,
  settings: ConnectionSettings,
  signal: AbortSignal,
): Promise<Socket> {
  const authorities = settings.certificateAuthorities
  const given = settings.proxyFor(url)
  if (given === undefined) return await dial(url, authorities, signal)

  const proxy = parseProxy(given)
  const { from } = given
  const socket = await dial(proxy, authorities, signal).catch((error: unknown) => {
    throw proxyError(error, proxy.host, from)
  })
  // Always a tunnel, for http too: what a proxy is asked to fetch, it reads, keys and tokens included.
  await openTunnel(Client, socket, { proxy, from, target: url }, signal)
  return url.protocol === 'https:' ? await secure(url, authorities, signal, socket) : socket
}

function parseProxy({ address, from }: GivenProxy): URL {
  const text = address.includes('://') ? address : `http://${address}`
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url?.protocol === 'http:' || url?.protocol === 'https:') return url
  const hint = `Check ${from}: special characters of a password are written as %23 for #.`
  throw new ConnectError('the proxy is not given as an http or https URL', { permanent: true, hint })
}

async function dial(url: URL, authorities: string | undefined, signal: AbortSignal): Promise<Socket> {
  if (url.protocol === 'https:') return await secure(url, authorities, signal)
  return await ready(connect(address(url)), 'connect', signal)
}

async function secure(
  url: URL,
  authorities: string | undefined,
  signal: AbortSignal,
  tunnel?: Socket,
): Promise<Socket> {
  const { host, port } = address(url)
  if (authorities !== undefined) mustBeCertificate(authorities)
  const socket = connectTls({
    host,
    port,
    ...(isIP(host) === 0 ? { servername: host } : {}),
    ...(authorities === undefined ? {} : { ca: authorities }),
    ...(tunnel === undefined ? {} : { socket: tunnel }),
    ALPNProtocols: ['http/1.1'],
  })
  return await ready(socket, 'secureConnect', signal)
}

/** Throws if a text has no certificate: Node.js would silently trust nobody. */
function mustBeCertificate(pem: string): void {
  try {
    new X509Certificate(pem)
  } catch {
    throw new ConnectError('the option certificateAuthorities holds no certificate in PEM', { permanent: true })
  }
}

function address(url: URL): { readonly host: string; readonly port: number } {
  return { host: withoutBrackets(url.hostname), port: Number(portOf(url)) }
}

async function ready(socket: Socket, event: 'connect' | 'secureConnect', signal: AbortSignal): Promise<Socket> {
  // undici listens from when it has the socket. An error before that would have no listener and end the process.
  socket.on('error', () => {})
  try {
    await once(socket, event, { signal })
    return socket.setNoDelay(true).setKeepAlive(true, 60_000)
  } catch (error) {
    socket.destroy()
    throw error
  }
}

async function openTunnel(
  Client: UndiciClient,
  socket: Socket,
  { proxy, from, target }: { readonly proxy: URL; readonly from: string; readonly target: URL },
  signal: AbortSignal,
): Promise<void> {
  const askForTunnel = await loadConnect()
  if (askForTunnel.isErr()) {
    socket.destroy()
    const { message, hint } = askForTunnel.error
    throw new ConnectError(message, { permanent: true, ...(hint !== undefined && { hint }) })
  }
  const authority = `${target.hostname}:${portOf(target)}`
  const client = new Client(proxy.origin, {
    // Not at once: undici doesn't send over a connection that it has before it asked. And never a dead socket: undici
    // would ask again, without end.
    connect: (_, callback) =>
      queueMicrotask(() => {
        if (socket.destroyed) callback(new ConnectError('the proxy closed the connection'), null)
        else callback(null, socket)
      }),
    headersTimeout: 0,
  })
  try {
    const { statusCode } = await askForTunnel.value.call(client, {
      path: authority,
      headers: { host: authority, ...proxyAuthorization(proxy) },
      signal,
    })
    if (statusCode !== 200) throw tunnelError(statusCode, proxy.host, from)
  } catch (error) {
    socket.destroy()
    throw error instanceof ConnectError ? error : new ConnectError(`the proxy gave no tunnel (${codeOf(error)})`)
  }
}

function proxyAuthorization({ username, password }: URL): Readonly<Record<string, string>> {
  if (username === '' && password === '') return {}
  const credentials = Buffer.from(`${percentDecoded(username)}:${percentDecoded(password)}`, 'latin1')
  return { 'proxy-authorization': `Basic ${credentials.toString('base64')}` }
}

/** Decodes byte by byte, and leaves a bare `%` as it is, as curl does. */
function percentDecoded(text: string): string {
  return text.replaceAll(/%([0-9a-f]{2})/gi, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 16)))
}
