import { createServer as createHttpServer } from 'node:http'
import { createServer as createHttpsServer } from 'node:https'
import { connect } from 'node:net'
import { createServer as createTlsServer } from 'node:tls'
import { inspect } from 'node:util'
import { describe, expect, test } from 'vitest'
import { readProxy } from '../../src/http/proxy.js'
import { certificate, closedPort, listen, never, rawServer, transport, tunnelProxy } from './loopback.js'

const canary = 'canary-71ac'

describe('a proxy', () => {
  test('sees of a request to an https target its host, and nothing else', async () => {
    const { key, cert } = certificate()
    const names: string[] = []
    let received = ''
    const port = await listen(
      createHttpsServer(
        { key, cert, SNICallback: (name, done) => (names.push(name), done(null)) },
        (request, response) => {
          received = `${request.url} ${request.headers['x-security-token']}`
          response.end(`answer ${canary}`)
        },
      ),
    )
    const proxy = await tunnelProxy()
    const { send } = transport({ proxy: proxy.url, certificateAuthorities: cert })
    const url = `https://localhost:${port}/${canary}?PublicKeyBody=${canary}`
    const request = { method: 'POST', url, headers: { 'x-security-token': canary }, body: canary } as const
    expect((await send(request, never()))._unsafeUnwrap().text).toBe(`answer ${canary}`)
    expect((await send(request, never())).isOk()).toBe(true)
    expect(received).toBe(`/${canary}?PublicKeyBody=${canary} ${canary}`)
    expect(names).toEqual(['localhost'])
    expect(proxy.connections).toHaveLength(1)
    expect(proxy.received()).toMatch(new RegExp(`^CONNECT localhost:${port} HTTP/1.1\r\nhost: localhost:${port}\r\n`))
    expect(proxy.received()).not.toContain(canary)
  })

  test('is asked for a tunnel to an http target too', async () => {
    const port = await listen(createHttpServer((request, response) => response.end(request.url)))
    const proxy = await tunnelProxy()
    const url = `http://127.0.0.1:${port}/path`
    const result = await transport({ proxy: proxy.url }).send({ method: 'GET', url, headers: {} }, never())
    expect(result._unsafeUnwrap().text).toBe('/path')
    expect(proxy.received()).toMatch(new RegExp(`^CONNECT 127.0.0.1:${port} HTTP/1.1\r\n`))
    expect(proxy.received()).toContain('GET /path HTTP/1.1\r\n')
  })

  test('may itself be reached over TLS', async () => {
    const { key, cert } = certificate()
    const targetPort = await listen(createHttpsServer({ key, cert }, (_, response) => response.end('in two tunnels')))
    const proxyPort = await listen(
      createTlsServer({ key, cert }, (socket) => {
        socket.on('error', () => {})
        socket.once('data', () => {
          const target = connect(targetPort, '127.0.0.1')
          target.on('error', () => {})
          socket.write('HTTP/1.1 200 OK\r\n\r\n')
          socket.pipe(target).pipe(socket)
        })
      }),
    )
    const { send } = transport({ proxy: `https://localhost:${proxyPort}`, certificateAuthorities: cert })
    const result = await send({ method: 'GET', url: `https://localhost:${targetPort}/`, headers: {} }, never())
    expect(result._unsafeUnwrap().text).toBe('in two tunnels')
  })

  test('gets the credentials of its URL, decoded, in the CONNECT only', async () => {
    const port = await listen(createHttpServer((request, response) => response.end(JSON.stringify(request.headers))))
    const proxy = await tunnelProxy()
    const { send } = transport({ proxy: `http://us%40er:p%3Ass@127.0.0.1:${proxy.port}` })
    const url = `http://127.0.0.1:${port}/`
    const answer = (await send({ method: 'GET', url, headers: {} }, never()))._unsafeUnwrap()
    const authorization = `Basic ${Buffer.from('us@er:p:ss').toString('base64')}`
    expect(proxy.received().split('\r\n\r\n')[0]).toContain(`proxy-authorization: ${authorization}`)
    expect(answer.text).not.toContain('proxy-authorization')
  })

  test.each([400, 403, 407, 502])('that answers %i is named as the one that refused', async (status) => {
    const proxy = await rawServer(({ socket }) => {
      socket.end(`HTTP/1.1 ${status} No\r\nproxy-authenticate: Basic\r\ncontent-length: 11\r\n\r\n${canary}`)
    })
    const { send } = transport({ proxy: `http://user:${canary}@127.0.0.1:${proxy.port}` })
    const request = { method: 'GET', url: 'https://ecs.example/', headers: { 'x-token': canary } } as const
    const failure = (await send(request, never()))._unsafeUnwrapErr()
    expect(failure).toMatchObject({
      kind: 'network',
      sent: false,
      message: `No connection was made: the proxy refused the tunnel with status ${status}`,
    })
    expect(inspect(failure, { depth: 10 }) + JSON.stringify(failure) + failure.cause?.stack).not.toContain(canary)
    await (
      await proxy.connected(1)
    ).closed
    expect(proxy.connections).toHaveLength(1)
  })

  test.each([
    ['hangs up', '', 'UND_ERR_SOCKET'],
    ['answers what is not HTTP', `nonsense ${canary}\r\n\r\n`, 'HTTPParserError'],
  ])('that %s is asked once', async (_, answer, code) => {
    const proxy = await rawServer(({ socket }) => socket.end(answer))
    const { send } = transport({ proxy: proxy.url })
    const failure = (
      await send({ method: 'GET', url: 'https://ecs.example/', headers: {} }, never())
    )._unsafeUnwrapErr()
    expect(failure).toMatchObject({
      kind: 'network',
      sent: false,
      message: `No connection was made: the proxy gave no tunnel (${code})`,
    })
    expect(proxy.connections).toHaveLength(1)
    expect(inspect(failure, { depth: 10 })).not.toContain(canary)
  })

  test.each(['http', 'https'])('that resets the tunnel to an %s target as it opens is asked once', async (protocol) => {
    const proxy = await rawServer(({ socket }) => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n', () => socket.resetAndDestroy())
    })
    const { send } = transport({ proxy: proxy.url })
    const failure = (
      await send({ method: 'GET', url: `${protocol}://ecs.example/`, headers: {} }, never())
    )._unsafeUnwrapErr()
    expect(failure.kind).toBe('network')
    expect(failure.sent || !proxy.received().includes('GET /')).toBe(true)
    if (protocol === 'https') expect(failure.sent).toBe(false)
    expect(proxy.connections).toHaveLength(1)
  })

  test('that never answers is given up in time', async () => {
    const proxy = await rawServer()
    const { send } = transport({ proxy: proxy.url, connectTimeoutMs: 20 })
    const failure = (await send({ method: 'GET', url: 'http://ecs.example/', headers: {} }, never()))._unsafeUnwrapErr()
    expect(failure).toMatchObject({ sent: false, message: 'No connection was made: there was none within 20 ms' })
    await (
      await proxy.connected(1)
    ).closed
  })

  test('that is not there fails the request, without a way around it', async () => {
    const target = await rawServer()
    const { send } = transport({ proxy: `http://user:${canary}@127.0.0.1:${await closedPort()}` })
    const failure = (await send({ method: 'GET', url: target.url, headers: {} }, never()))._unsafeUnwrapErr()
    expect(failure).toMatchObject({
      sent: false,
      message: 'No connection was made: the proxy cannot be reached (ECONNREFUSED)',
    })
    expect(inspect(failure, { depth: 10 })).not.toContain(canary)
    expect(target.connections).toHaveLength(0)
  })

  test.each([`socks5://user:${canary}@127.0.0.1:1080`, `http://user:${canary}@:x`, `http://%ZZ:${canary}@127.0.0.1:9`])(
    'that is not one is a failure without its credentials',
    async (proxy) => {
      const target = await rawServer()
      const { send } = transport({ environment: { http_proxy: proxy } })
      const failure = (await send({ method: 'GET', url: target.url, headers: {} }, never()))._unsafeUnwrapErr()
      expect(failure).toMatchObject({ kind: 'network', sent: false })
      expect(inspect(failure, { depth: 10 }) + failure.cause?.stack).not.toContain(canary)
      expect(target.connections).toHaveLength(0)
    },
  )
})

describe('the environment', () => {
  test('is honoured by default', async () => {
    const port = await listen(createHttpServer((_, response) => response.end()))
    const proxy = await tunnelProxy()
    const request = { method: 'GET', url: `http://127.0.0.1:${port}/`, headers: {} } as const
    const environment: Record<string, string> = { HTTP_PROXY: `127.0.0.1:${proxy.port}` }
    const { send } = transport({ environment })
    delete environment['HTTP_PROXY']
    expect((await send(request, never())).isOk()).toBe(true)
    expect(proxy.connections).toHaveLength(1)

    const exempt = transport({ environment: { HTTP_PROXY: proxy.url, NO_PROXY: '127.0.0.1' } })
    expect((await exempt.send(request, never())).isOk()).toBe(true)
    const without = transport({ proxy: 'none', environment: { HTTP_PROXY: proxy.url } })
    expect((await without.send(request, never())).isOk()).toBe(true)
    expect(proxy.connections).toHaveLength(1)
  })

  test.each([
    [{ https_proxy: 'a', HTTPS_PROXY: 'b' }, 'https://x/', 'a'],
    [{ HTTPS_PROXY: 'b' }, 'https://x/', 'b'],
    [{ https_proxy: '', HTTPS_PROXY: 'b' }, 'https://x/', 'b'],
    [{ HTTP_PROXY: 'b' }, 'http://x/', 'b'],
    [{ HTTP_PROXY: 'b' }, 'https://x/', undefined],
    [{ HTTPS_PROXY: 'b' }, 'http://x/', undefined],
    [{}, 'https://x/', undefined],
  ])('%j gives for %s the proxy %s', (environment, target, expected) => {
    expect(readProxy('environment', environment)(new URL(target))).toBe(expected)
  })

  test.each([
    ['*', 'https://any.example/', true],
    ['example.com', 'https://example.com/', true],
    ['example.com', 'https://ecs.example.com/', true],
    ['.example.com', 'https://ecs.example.com/', true],
    ['*.example.com', 'https://ecs.example.com/', true],
    ['EXAMPLE.com', 'https://Example.COM/', true],
    ['example.com', 'https://notexample.com/', false],
    ['ecs.example.com', 'https://example.com/', false],
    ['a, ,b example.com', 'https://example.com/', true],
    ['example.com:443', 'https://example.com/', true],
    ['example.com:8443', 'https://example.com/', false],
    ['example.com:8443', 'https://example.com:8443/', true],
    ['127.0.0.1', 'https://127.0.0.1:8443/', true],
    ['::1', 'https://[::1]:8443/', true],
    ['[::1]', 'https://[::1]/', true],
    ['[::1]:443', 'https://[::1]/', true],
    ['[::1]:443', 'https://[::1]:8443/', false],
    ['', 'https://example.com/', false],
  ])('NO_PROXY=%s for %s: %s', (noProxy, target, exempt) => {
    const proxyFor = readProxy('environment', { HTTPS_PROXY: 'http://proxy', no_proxy: noProxy })
    expect(proxyFor(new URL(target)) === undefined).toBe(exempt)
  })
})
