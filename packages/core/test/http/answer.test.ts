import { createServer } from 'node:http'
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { listen, never, rawServer, transport } from './loopback.js'

describe('an answer', () => {
  test.each([200, 204, 400, 403, 404, 429, 500, 502, 503])('of status %i is returned unchanged', async (status) => {
    const body = status === 204 ? '' : '<html>sorry</html>'
    const port = await listen(
      createServer((_, response) => {
        response.writeHead(status, { 'X-Acs-Request-Id': 'R-1', 'Set-Cookie': ['a=1', 'b=2'] }).end(body)
      }),
    )
    const result = await transport().send({ method: 'GET', url: `http://127.0.0.1:${port}/`, headers: {} }, never())
    const answer = result._unsafeUnwrap()
    expect(answer).toMatchObject({ status, text: body })
    expect(answer.headers['x-acs-request-id']).toBe('R-1')
    expect(answer.headers['set-cookie']).toBe('a=1, b=2')
  })

  test('is the final one: informational answers before it are ignored', async () => {
    const server = await rawServer(({ socket }) => {
      socket.write('HTTP/1.1 103 Early Hints\r\nlink: <x>\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok')
    })
    const answer = (await transport().send({ method: 'GET', url: server.url, headers: {} }, never()))._unsafeUnwrap()
    expect(answer).toEqual({ status: 200, headers: { 'content-length': '2' }, text: 'ok' })
  })

  test('is decoded as UTF-8, characters that two packets share included', async () => {
    const text = '密钥对 🔑 naïve'
    const port = await listen(
      createServer((_, response) => {
        const bytes = Buffer.from(text)
        let at = 0
        const next = (): void => {
          if (at === bytes.length) response.end()
          else response.write(bytes.subarray(at, ++at), () => setImmediate(next))
        }
        response.socket?.setNoDelay(true)
        next()
      }),
    )
    const result = await transport().send({ method: 'GET', url: `http://127.0.0.1:${port}/`, headers: {} }, never())
    expect(result._unsafeUnwrap().text).toBe(text)
  })

  const text = '密钥对 {"KeyPairs": []}'
  const coded = (body: Buffer, coding: string) =>
    createServer((_, response) => response.writeHead(200, { 'content-encoding': coding }).end(body))

  test.each([
    ['gzip', gzipSync(text)],
    ['x-gzip', gzipSync(text)],
    ['GZIP', gzipSync(text)],
    ['deflate', deflateSync(text)],
    ['deflate', deflateRawSync(text)],
    ['identity', Buffer.from(text)],
    ['deflate, gzip', gzipSync(deflateSync(text))],
  ])('that is encoded as %s unasked is decoded', async (coding, body) => {
    const port = await listen(coded(body, coding))
    const result = await transport().send({ method: 'GET', url: `http://127.0.0.1:${port}/`, headers: {} }, never())
    expect(result._unsafeUnwrap()).toMatchObject({ status: 200, text })
  })

  test('that is encoded and empty is empty', async () => {
    const port = await listen(coded(Buffer.alloc(0), 'gzip'))
    const result = await transport().send({ method: 'GET', url: `http://127.0.0.1:${port}/`, headers: {} }, never())
    expect(result._unsafeUnwrap().text).toBe('')
  })

  test.each([
    ['br', brotliCompressSync(text), 'The answer is coded as "br", which was not asked for'],
    ['gzip', gzipSync(text).subarray(0, -9), 'The answer cannot be decoded (Z_BUF_ERROR)'],
    ['gzip', Buffer.from(text), 'The answer cannot be decoded (Z_DATA_ERROR)'],
  ])('that cannot be decoded from %s is a failure', async (coding, body, message) => {
    const port = await listen(coded(body, coding))
    const result = await transport().send({ method: 'GET', url: `http://127.0.0.1:${port}/`, headers: {} }, never())
    expect(result._unsafeUnwrapErr()).toMatchObject({ kind: 'unreadable', sent: true, message })
  })

  test('that grows too large by decoding is given up', async () => {
    const port = await listen(coded(gzipSync(Buffer.alloc(50 * 1024 * 1024)), 'gzip'))
    const { send } = transport({ maxResponseBytes: 1024 * 1024 })
    const result = await send({ method: 'GET', url: `http://127.0.0.1:${port}/`, headers: {} }, never())
    expect(result._unsafeUnwrapErr()).toMatchObject({ kind: 'too-large', sent: true })
  })

  test.each([301, 302, 303, 307, 308])('of status %i is not followed', async (status) => {
    const target = await rawServer()
    const port = await listen(
      createServer((_, response) => response.writeHead(status, { location: `${target.url}elsewhere` }).end('moved')),
    )
    const result = await transport().send(
      { method: 'POST', url: `http://127.0.0.1:${port}/`, headers: { 'x-security-token': 'canary' }, body: 'a=b' },
      never(),
    )
    expect(result._unsafeUnwrap()).toMatchObject({ status, text: 'moved' })
    expect(target.connections).toHaveLength(0)
  })
})

describe('a request', () => {
  test('is sent with its method, path, query, headers and body', async () => {
    const server = await rawServer(({ socket, received }) => {
      if (received.endsWith('a=%E9')) socket.write('HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n')
    })
    const result = await transport().send(
      { method: 'POST', url: `${server.url}p?Action=X&N.1=a%20b`, headers: { 'X-Date': 'now' }, body: 'a=%E9' },
      never(),
    )
    expect(result.isOk()).toBe(true)
    expect(server.received()).toBe(
      `POST /p?Action=X&N.1=a%20b HTTP/1.1\r\nhost: 127.0.0.1:${server.port}\r\nconnection: keep-alive\r\n` +
        'accept-encoding: identity\r\nX-Date: now\r\ncontent-length: 5\r\n\r\na=%E9',
    )
  })

  test('after another uses the same connection', async () => {
    const server = await rawServer(({ socket }) => socket.write('HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n'))
    const { send } = transport()
    for (let count = 0; count < 50; count++) {
      expect((await send({ method: 'GET', url: server.url, headers: {} }, never())).isOk()).toBe(true)
    }
    expect(server.connections).toHaveLength(1)
  })

  test('beside others has its own connection and answer', async () => {
    let under = 0
    let most = 0
    const server = createServer((request, response) => {
      most = Math.max(most, ++under)
      // Nobody is answered before all are here: requests that waited for each other would wait for ever.
      if (under === 20) server.emit('all')
      server.once('all', () => response.end(request.url))
      if (under === 20) response.end(request.url)
    })
    server.setMaxListeners(30)
    const port = await listen(server)
    const { send } = transport()
    const paths = Array.from({ length: 20 }, (_, index) => `/${index}`)
    const results = await Promise.all(
      paths.map((path) => send({ method: 'GET', url: `http://127.0.0.1:${port}${path}`, headers: {} }, never())),
    )
    expect(results.map((result) => result._unsafeUnwrap().text)).toEqual(paths)
    expect(most).toBe(20)
  })

  test('makes a new connection if the server closed the last one', async () => {
    const server = await rawServer(({ socket }) => {
      socket.end('HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n')
    })
    const { send } = transport()
    for (let count = 1; count <= 3; count++) {
      expect((await send({ method: 'GET', url: server.url, headers: {} }, never())).isOk()).toBe(true)
      await (
        await server.connected(count)
      ).closed
    }
    expect(server.connections).toHaveLength(3)
  })

  test('with a URL too long for the server gets the answer of the server', async () => {
    const port = await listen(createServer((_, response) => response.end('not reached')))
    const url = `http://127.0.0.1:${port}/?PublicKeyBody=${'A'.repeat(20_000)}`
    const result = await transport().send({ method: 'GET', url, headers: {} }, never())
    expect(result._unsafeUnwrap().status).toBe(431)
  })
})

describe('a closed transport', () => {
  test('has closed its connections', async () => {
    const server = await rawServer(({ socket }) => socket.write('HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n'))
    const { send, close } = transport()
    await send({ method: 'GET', url: server.url, headers: {} }, never())
    const connection = await server.connected(1)
    await close()
    await connection.closed
  })

  test('refuses to send, as a failure, and may be closed again', async () => {
    const server = await rawServer()
    const { send, close } = transport()
    await close()
    await close()
    const result = await send({ method: 'GET', url: server.url, headers: {} }, never())
    expect(result._unsafeUnwrapErr()).toMatchObject({
      kind: 'network',
      sent: false,
      message: 'The transport was closed, with the service that it belongs to',
    })
    expect(server.connections).toHaveLength(0)
  })

  test('has waited for the open request', async () => {
    const server = await rawServer()
    const { send, close } = transport()
    const sending = send({ method: 'GET', url: server.url, headers: {} }, never())
    const { socket } = await server.connected(1)
    const closing = close()
    socket.write('HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nlate')
    expect((await sending)._unsafeUnwrap().text).toBe('late')
    await closing
  })
})
