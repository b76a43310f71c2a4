import sshpk from 'sshpk'
import dns from 'node:dns'
import { EventEmitter, once } from 'node:events'
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'
import { onTestFinished, vi } from 'vitest'
import { createHttpTransport, type HttpTransportOptions } from '../../src/http.js'
import type { HttpTransport } from '../../src/http/types.js'

/** Starts a server on a free port of 127.0.0.1, and ends it and its connections with the test. */
export async function listen(server: Server): Promise<number> {
  const sockets = new Set<Socket>()
  server.on('connection', (socket: Socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
  })
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return portOf(server)
}

/** Returns a port of 127.0.0.1 without a listener. */
export async function closedPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const port = portOf(server)
  server.close()
  await once(server, 'close')
  return port
}

function portOf(server: Server): number {
  const address: AddressInfo | string | null = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  return address.port
}

/** One connection as the server had it. */
export interface Connection {
  readonly socket: Socket
  received: string
  readonly closed: Promise<unknown>
}

export interface RawServer {
  readonly port: number
  readonly url: string
  readonly connections: readonly Connection[]
  /** Returns the received text of all connections. */
  received(): string
  /** Waits until that many connections were there. */
  connected(count: number): Promise<Connection>
}

/** Starts a server that sends only the test's bytes, and records every received byte. */
export async function rawServer(onData: (connection: Connection) => void = () => {}): Promise<RawServer> {
  const connections: Connection[] = []
  const arrivals = new EventEmitter()
  const port = await listen(
    createServer((socket) => {
      const closed = new Promise((resolve) => socket.on('close', resolve))
      const connection: Connection = { socket, received: '', closed }
      connections.push(connection)
      socket.setEncoding('latin1').on('data', (data: string) => {
        connection.received += data
        onData(connection)
      })
      arrivals.emit('arrival')
    }),
  )
  const connected = async (count: number): Promise<Connection> => {
    while (connections.length < count) await once(arrivals, 'arrival')
    const connection = connections[count - 1]
    if (connection === undefined) throw new Error('no connection')
    return connection
  }
  const received = (): string => connections.map((connection) => connection.received).join('')
  return { port, url: `http://127.0.0.1:${port}/`, connections, received, connected }
}

/** Creates a transport without a proxy by default, closed with the test. */
export function transport(options: HttpTransportOptions = {}): HttpTransport {
  const created = createHttpTransport({ environment: {}, ...options })
  onTestFinished(async () => await created.close())
  return created
}

/** Returns a signal that is never aborted. */
export const never = (): AbortSignal => new AbortController().signal

/** Makes a certificate for a host, and its key. */
export function certificate(host = 'localhost'): { readonly key: string; readonly cert: string } {
  const key = sshpk.generatePrivateKey('ecdsa', { curve: 'nistp256' })
  const cert = sshpk.createSelfSignedCertificate([sshpk.identityForHost(host)], key, {
    purposes: ['serverAuth', 'ca'],
  })
  return { key: key.toString('pkcs8'), cert: cert.toString('pem') }
}

/** Starts an http proxy that opens tunnels, and records every byte. */
export async function tunnelProxy(): Promise<RawServer> {
  const { connect } = await import('node:net')
  const tunnels = new Set<Connection>()
  return await rawServer((connection) => {
    if (tunnels.has(connection)) return
    tunnels.add(connection)
    const [, host = '', port = ''] = /^CONNECT ([^ ]+):(\d+) /.exec(connection.received) ?? []
    if (host === '') {
      connection.socket.end('HTTP/1.1 405 Method Not Allowed\r\n\r\n')
      return
    }
    const target = connect(Number(port), '127.0.0.1')
    target.on('error', () => connection.socket.destroy()).on('close', () => connection.socket.destroy())
    connection.socket.on('close', () => target.destroy())
    target.on('connect', () => connection.socket.write('HTTP/1.1 200 Connection established\r\n\r\n'))
    target.on('data', (data) => connection.socket.write(data))
    connection.socket.on('data', (data: string) => target.write(data, 'latin1'))
  })
}

/** Makes every look-up of a host fail with a code of Node's, until it is disposed of. */
export function lookupFails(code: string): Disposable & { readonly calls: () => number } {
  const lookup = vi.spyOn(dns, 'lookup')
  lookup.mockImplementation((...given: readonly unknown[]) => {
    const done = given.at(-1)
    if (typeof done === 'function') done(Object.assign(new Error(code), { code }))
    // The returned value is not used.
    return Reflect.construct(Object, [])
  })
  return { calls: () => lookup.mock.calls.length, [Symbol.dispose]: () => lookup.mockRestore() }
}
