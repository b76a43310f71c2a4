import { once } from 'node:events'
import { createServer as createTcpServer } from 'node:net'
import { createServer as createTlsServer } from 'node:tls'
import { inspect } from 'node:util'
import { describe, expect, test } from 'vitest'
import type { HttpRequest, TransportFailure } from '../../src/http/types.js'
import {
  certificate,
  closedPort,
  type Connection,
  listen,
  lookupFails,
  never,
  rawServer,
  transport,
} from './loopback.js'

const canary = 'canary-5f1d'

/** Makes a request with the canary in every place of a secret. */
function secretRequest(url: string): HttpRequest {
  return {
    method: 'POST',
    url: `${url}${canary}?Signature=${canary}`,
    headers: { authorization: canary, 'x-security-token': canary },
    body: `PublicKeyBody=${canary}`,
  }
}

/** Returns every text that can be printed of a failure. */
function everything(failure: TransportFailure): string {
  return [
    inspect(failure, { depth: 10, showHidden: true }),
    JSON.stringify(failure),
    failure.message,
    failure.cause?.stack,
    failure.cause?.message,
    inspect(failure.cause?.cause),
  ].join('\n')
}

describe('a request without a sent byte', () => {
  test('is marked so if the connection is refused', async () => {
    const url = `http://127.0.0.1:${await closedPort()}/`
    const failure = (await transport().send(secretRequest(url), never()))._unsafeUnwrapErr()
    expect(failure).toMatchObject({
      kind: 'network',
      sent: false,
      message: `No connection to ${new URL(url).host} was made: ECONNREFUSED`,
      hint: 'Check the network of this machine and the endpoint: no server listens at this port.',
    })
    expect(everything(failure)).not.toContain(canary)
  })

  test('is marked so if the host is unknown', async () => {
    const failure = (await transport().send(secretRequest('http://no-such-host.invalid/'), never()))._unsafeUnwrapErr()
    expect(failure).toMatchObject({ kind: 'network', sent: false })
    expect(failure.message).toMatch(/^No connection to no-such-host.invalid was made: .*(ENOTFOUND|EAI_AGAIN)$/)
    expect(everything(failure)).not.toContain(canary)
  })

  test.each([
    ['ENOTFOUND', true],
    ['EAI_AGAIN', false],
  ])('is transient or not by the code %s of the look-up of the host', async (code, permanent) => {
    using lookup = lookupFails(code)
    const failure = (
      await transport().send(secretRequest('http://ecs.cn-hangzho.example/'), never())
    )._unsafeUnwrapErr()
    expect(failure).toMatchObject({ kind: 'network', sent: false, permanent })
    expect(failure.message).toContain('No connection to ecs.cn-hangzho.example was made')
    expect(failure.hint).toBe(permanent ? 'Check the region and the endpoint.' : undefined)
    expect(lookup.calls()).toBe(1)
  })

  test('is marked so if the connection takes too long, and leaves none open', async () => {
    const server = await rawServer()
    const url = `https://127.0.0.1:${server.port}/`
    const failure = (await transport({ connectTimeoutMs: 20 }).send(secretRequest(url), never()))._unsafeUnwrapErr()
    expect(failure).toMatchObject({
      kind: 'network',
      sent: false,
      permanent: false,
      message: `No connection to 127.0.0.1:${server.port} was made: there was none within 20 ms`,
    })
    await (
      await server.connected(1)
    ).closed
    expect(everything(failure)).not.toContain(canary)
  })

  test('is marked so if the server does not speak TLS', async () => {
    const server = await rawServer(({ socket }) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'))
    const url = `https://127.0.0.1:${server.port}/`
    const failure = (await transport().send(secretRequest(url), never()))._unsafeUnwrapErr()
    expect(failure).toMatchObject({ kind: 'network', sent: false, permanent: true })
    expect(failure.message).toBe(
      `No connection to 127.0.0.1:${server.port} was made: the server does not speak TLS there, ERR_SSL_WRONG_VERSION_NUMBER`,
    )
    expect(failure.hint).toBe('Check the endpoint: its scheme and its port.')
    expect(server.received()).not.toContain(canary)
    expect(everything(failure)).not.toContain(canary)
  })

  test('is marked so if the server hangs up in the middle of TLS, and is not retried', async () => {
    const server = await rawServer(({ socket }) => socket.destroy())
    const url = `https://127.0.0.1:${server.port}/`
    const failure = (await transport().send(secretRequest(url), never()))._unsafeUnwrapErr()
    expect(failure).toMatchObject({
      kind: 'network',
      sent: false,
      message: `No connection to ${new URL(url).host} was made: ECONNRESET`,
    })
    expect(server.connections).toHaveLength(1)
  })

  test.each([
    ['nobody vouches for', () => ({}), 'DEPTH_ZERO_SELF_SIGNED_CERT', /NODE_EXTRA_CA_CERTS.*certificateAuthorities/],
    [
      'is of another host',
      (cert: string) => ({ certificateAuthorities: cert }),
      'ERR_TLS_CERT_ALTNAME_INVALID',
      /Check the endpoint/,
    ],
  ])('is marked so if the certificate %s', async (_, trust, code, hint) => {
    const { key, cert } = certificate()
    let received = ''
    const port = await listen(
      createTlsServer({ key, cert }, (socket) => socket.on('error', () => {}).on('data', (data) => (received += data))),
    )
    const host = code === 'DEPTH_ZERO_SELF_SIGNED_CERT' ? 'localhost' : '127.0.0.1'
    const send = transport(trust(cert)).send
    const failure = (await send(secretRequest(`https://${host}:${port}/`), never()))._unsafeUnwrapErr()
    const message = `No connection to ${host}:${port} was made: the certificate of the server is not accepted, ${code}`
    expect(failure).toMatchObject({ kind: 'network', sent: false, permanent: true, message })
    expect(failure.hint).toMatch(hint)
    expect(received).toBe('')
    expect(everything(failure)).not.toContain(canary)
  })

  test.each([
    ['a line break', `token\nx-injected: ${canary}`],
    ['a carriage return', `token\r${canary}`],
    ['a character beyond latin1', `密钥${canary}`],
    ['a zero byte', `token\0${canary}`],
  ])('is marked so if a header has %s', async (_, value) => {
    const server = await rawServer()
    const request: HttpRequest = { method: 'GET', url: server.url, headers: { 'x-security-token': value } }
    const failure = (await transport().send(request, never()))._unsafeUnwrapErr()
    expect(failure).toMatchObject({ kind: 'network', sent: false })
    expect(server.received()).toBe('')
    expect(everything(failure)).not.toContain(canary)
  })

  test('is marked so if a header belongs to the transport', async () => {
    const server = await rawServer()
    const headers = { 'content-length': '3' }
    const request: HttpRequest = { method: 'POST', url: server.url, headers, body: 'longer' }
    const failure = (await transport().send(request, never()))._unsafeUnwrapErr()
    expect(failure).toMatchObject({ kind: 'network', sent: false })
    expect(server.received()).toBe('')
  })

  test.each(['', 'ecs.example.com', `ftp://127.0.0.1/${canary}`, `http://${canary}:x/`])(
    'is marked so if the URL is %j',
    async (url) => {
      const failure = (await transport().send({ method: 'GET', url, headers: {} }, never()))._unsafeUnwrapErr()
      expect(failure).toEqual({
        kind: 'network',
        sent: false,
        message: 'The address is not an http or https URL',
        permanent: true,
        hint: 'Check the endpoint.',
      })
    },
  )

  test('is marked so if the given certificates are malformed', async () => {
    const { key, cert } = certificate()
    const port = await listen(createTlsServer({ key, cert }, (socket) => socket.on('error', () => {})))
    const { send } = transport({ certificateAuthorities: '/etc/ssl/certs/ca.pem' })
    const failure = (await send(secretRequest(`https://localhost:${port}/`), never()))._unsafeUnwrapErr()
    expect(failure).toMatchObject({ kind: 'network', sent: false, permanent: true })
    expect(failure.message).toContain('the option certificateAuthorities holds no certificate in PEM')
  })

  test('leaves the transport able to send the next one', async () => {
    const server = await rawServer(({ socket }) => socket.write('HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n'))
    const { send } = transport()
    await send({ method: 'GET', url: server.url, headers: { 'x-a': '\n' } }, never())
    expect((await send({ method: 'GET', url: server.url, headers: {} }, never())).isOk()).toBe(true)
  })
})

const brokenAnswers: readonly (readonly [string, (connection: Connection) => void])[] = [
  ['the connection is reset', ({ socket }) => socket.resetAndDestroy()],
  ['the connection is closed', ({ socket }) => socket.end()],
  [
    'the body is shorter than announced',
    ({ socket }) => socket.end(`HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\n${canary}`),
  ],
  [
    'the body is shorter than announced and was to be the last',
    ({ socket }) => socket.end(`HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 99\r\n\r\n${canary}`),
  ],
  [
    'the last chunk is missing',
    ({ socket }) => socket.end(`HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nb\r\n${canary}\r\n`),
  ],
  [
    'the last chunk is missing and was to be the last',
    ({ socket }) =>
      socket.end(`HTTP/1.1 200 OK\r\nconnection: close\r\ntransfer-encoding: chunked\r\n\r\nb\r\n${canary}\r\n`),
  ],
  ['the head is cut off', ({ socket }) => socket.end(`HTTP/1.1 200 OK\r\nx-a: ${canary}`)],
  ['the answer is not HTTP', ({ socket }) => socket.end(`SSH-2.0-OpenSSH_9.6 ${canary}\r\n`)],
  ['the status is not a number', ({ socket }) => socket.end(`HTTP/1.1 OK ${canary}\r\n\r\n`)],
  ['a header is malformed', ({ socket }) => socket.end(`HTTP/1.1 200 OK\r\n${canary}\u0001: 1\r\n\r\n`)],
  [
    'a chunk size is malformed',
    ({ socket }) => socket.end(`HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n${canary}`),
  ],
  [
    'the protocol is switched unasked',
    ({ socket }) => socket.end('HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: x\r\n\r\n'),
  ],
  [
    'the headers are too large',
    ({ socket }) => socket.write(`HTTP/1.1 200 OK\r\nx-a: ${canary.repeat(10_000)}\r\n\r\n`),
  ],
]

describe('a request that was sent', () => {
  test.each(brokenAnswers)('is a failure, and sent once, if %s', async (_, answer) => {
    const server = await rawServer(answer)
    const { send, close } = transport()
    const failure = (await send(secretRequest(server.url), never()))._unsafeUnwrapErr()
    expect(failure).toMatchObject({ kind: 'network', sent: true })
    expect(everything(failure)).not.toContain('canary')
    expect(everything(failure)).not.toContain('Buffer')
    await (
      await server.connected(1)
    ).closed
    await close()
    expect(server.connections).toHaveLength(1)
    expect(server.received().match(/POST /g)).toHaveLength(1)
  })

  test.each([
    ['reset', ({ socket }: Connection) => socket.resetAndDestroy()],
    ['closed', ({ socket }: Connection) => socket.destroy()],
  ])('is a failure, and sent once, if a kept connection is %s as it comes', async (_, drop) => {
    const server = await rawServer((connection) => {
      const requests = connection.received.split('\r\n\r\n').length - 1
      if (requests === 1) connection.socket.write('HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n')
      else drop(connection)
    })
    const { send, close } = transport()
    expect((await send({ method: 'GET', url: server.url, headers: {} }, never())).isOk()).toBe(true)
    const failure = (await send({ method: 'GET', url: server.url, headers: {} }, never()))._unsafeUnwrapErr()
    expect(failure).toMatchObject({ kind: 'network', sent: true })
    await close()
    expect(server.connections).toHaveLength(1)
    expect(server.received().match(/GET /g)).toHaveLength(2)
  })
})

test('a request that is resent after a reset has a new connection', async () => {
  const server = await rawServer((connection) => {
    const requests = connection.received.split('\r\n\r\n').length - 1
    // As of a gateway that forgets its connections after a while: each is reset when it is used again.
    if (requests > 1) connection.socket.resetAndDestroy()
    else connection.socket.write('HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n')
  })
  const { send } = transport()
  const ask = () => send({ method: 'GET', url: server.url, headers: {} }, never())
  expect((await Promise.all([ask(), ask(), ask()])).every((one) => one.isOk())).toBe(true)
  expect((await ask())._unsafeUnwrapErr()).toMatchObject({ kind: 'network', sent: true })
  expect((await ask()).isOk()).toBe(true)
  expect(server.connections).toHaveLength(4)
})

describe('an answer that is too large', () => {
  const chunk = 'x'.repeat(64 * 1024)

  test.each([
    ['announced', (length: number) => `content-length: ${length}`],
    ['not announced', () => 'connection: close'],
  ])('is given up while the server still sends, its length %s', async (_, header) => {
    const port = await listen(
      createTcpServer((socket) => {
        socket.on('error', () => {})
        socket.once('data', () => {
          socket.write(`HTTP/1.1 200 OK\r\n${header(1e12)}\r\n\r\n`)
          const more = (): void => void (socket.destroyed || socket.write(chunk, () => setImmediate(more)))
          more()
        })
        socket.on('close', () => closes.push(socket.bytesWritten))
      }),
    )
    const closes: number[] = []
    const result = await transport({ maxResponseBytes: 1024 * 1024 }).send(
      { method: 'GET', url: `http://127.0.0.1:${port}/`, headers: {} },
      never(),
    )
    expect(result._unsafeUnwrapErr()).toEqual({
      kind: 'too-large',
      sent: true,
      message: 'The answer is longer than 1048576 bytes',
    })
    while (closes.length === 0) await new Promise((resolve) => setImmediate(resolve))
  })

  test('is given up before its body if its length is announced', async () => {
    const server = await rawServer(({ socket }) => socket.write('HTTP/1.1 200 OK\r\ncontent-length: 8388609\r\n\r\n'))
    const failure = (
      await transport().send({ method: 'GET', url: server.url, headers: {} }, never())
    )._unsafeUnwrapErr()
    expect(failure).toMatchObject({ kind: 'too-large', sent: true })
    await (
      await server.connected(1)
    ).closed
  })

  test('is given up from the first byte over the limit', async () => {
    const server = createTcpServer((socket) => {
      socket
        .on('error', () => {})
        .on('data', (data) => {
          const length = Number(/\/(\d+)/.exec(data.toString())?.[1])
          socket.write(`HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n`)
          for (let sent = 0; sent < length; sent++) socket.write('1\r\nx\r\n')
          socket.write('0\r\n\r\n')
        })
    })
    const port = await listen(server)
    const { send } = transport({ maxResponseBytes: 100 })
    const ofLength = async (length: number) =>
      await send({ method: 'GET', url: `http://127.0.0.1:${port}/${length}`, headers: {} }, never())
    expect((await ofLength(100))._unsafeUnwrap().text).toBe('x'.repeat(100))
    expect((await ofLength(101))._unsafeUnwrapErr().kind).toBe('too-large')
    expect((await ofLength(100)).isOk()).toBe(true)
  })
})

test('a failure leaves the other requests alone', async () => {
  const server = await rawServer(({ socket, received }) => {
    if (received.startsWith('GET /broken')) socket.resetAndDestroy()
  })
  const { send } = transport()
  const other = send({ method: 'GET', url: `${server.url}other`, headers: {} }, never())
  const { socket } = await server.connected(1)
  expect((await send({ method: 'GET', url: `${server.url}broken`, headers: {} }, never())).isErr()).toBe(true)
  socket.write('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok')
  expect((await other)._unsafeUnwrap().text).toBe('ok')
  if (!socket.destroyed) socket.destroy()
  await once(socket, 'close')
})
