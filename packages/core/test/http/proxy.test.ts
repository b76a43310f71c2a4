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
  test('sees only the host of a request to an https target', async () => {
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

  test.each([
    ['pa%ss', 'pa%ss'],
    ['100%', '100%'],
    ['%zz%41', '%zzA'],
    ['p%C3%A4ss', 'p\u00c3\u00a4ss'],
  ])('gets the password %s as curl sends it', async (password, sent) => {
    const port = await listen(createHttpServer((_, response) => response.end()))
    const proxy = await tunnelProxy()
    const { send } = transport({ proxy: `http://user:${password}@127.0.0.1:${proxy.port}` })
    expect((await send({ method: 'GET', url: `http://127.0.0.1:${port}/`, headers: {} }, never())).isOk()).toBe(true)
    const authorization = Buffer.from(`user:${sent}`, 'latin1').toString('base64')
    expect(proxy.received()).toContain(`proxy-authorization: Basic ${authorization}\r\n`)
  })

  test.each([
    [400, true, /^Check the option proxy\.$/],
    [403, true, /let this host through.*NO_PROXY/],
    [407, true, /user name and the password in the option proxy/],
    [429, false, /./],
    [502, false, /./],
  ])('that answers %i is named as the one that refused', async (status, permanent, hint) => {
    const proxy = await rawServer(({ socket }) => {
      socket.end(`HTTP/1.1 ${status} No\r\nproxy-authenticate: Basic\r\ncontent-length: 11\r\n\r\n${canary}`)
    })
    const { send } = transport({ proxy: `http://user:${canary}@127.0.0.1:${proxy.port}` })
    const request = { method: 'GET', url: 'https://ecs.example/', headers: { 'x-token': canary } } as const
    const failure = (await send(request, never()))._unsafeUnwrapErr()
    expect(failure).toMatchObject({
      kind: 'network',
      sent: false,
      permanent,
      message: `No connection to ecs.example was made: the proxy 127.0.0.1:${proxy.port} refused the tunnel with status ${status}`,
    })
    expect(failure.hint).toMatch(hint)
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
      permanent: false,
      message: `No connection to ecs.example was made: the proxy gave no tunnel (${code})`,
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
    expect(failure).toMatchObject({
      sent: false,
      message: 'No connection to ecs.example was made: there was none within 20 ms',
    })
    await (
      await proxy.connected(1)
    ).closed
  })

  test('that is missing fails the request, without a direct connection', async () => {
    const target = await rawServer()
    const port = await closedPort()
    const { send } = transport({ proxy: `http://user:${canary}@127.0.0.1:${port}` })
    const failure = (await send({ method: 'GET', url: target.url, headers: {} }, never()))._unsafeUnwrapErr()
    expect(failure).toMatchObject({
      sent: false,
      permanent: false,
      hint: 'Check the option proxy.',
      message: `No connection to 127.0.0.1:${target.port} was made: the proxy 127.0.0.1:${port} cannot be reached (ECONNREFUSED)`,
    })
    expect(inspect(failure, { depth: 10 })).not.toContain(canary)
    expect(target.connections).toHaveLength(0)
  })

  test.each([`socks5://user:${canary}@127.0.0.1:1080`, `http://user:${canary}@:x`, `http://user:a#${canary}@b`])(
    'that is malformed is a failure without its credentials',
    async (proxy) => {
      const target = await rawServer()
      const url = `http://ecs.example:${target.port}/`
      const { send } = transport({ environment: { http_proxy: proxy } })
      const failure = (await send({ method: 'GET', url, headers: {} }, never()))._unsafeUnwrapErr()
      expect(failure).toMatchObject({ kind: 'network', sent: false, permanent: true })
      expect(failure.hint).toContain('Check http_proxy')
      expect(inspect(failure, { depth: 10 }) + failure.cause?.stack).not.toContain(canary)
      expect(target.connections).toHaveLength(0)
    },
  )
})

describe('the environment', () => {
  test('is honoured by default', async () => {
    const port = await listen(createHttpServer((_, response) => response.end()))
    const proxy = await tunnelProxy()
    // The proxy takes every host for this machine.
    const request = { method: 'GET', url: `http://ecs.example:${port}/`, headers: {} } as const
    const environment: Record<string, string> = { HTTP_PROXY: `127.0.0.1:${proxy.port}` }
    const { send } = transport({ environment })
    delete environment['HTTP_PROXY']
    expect((await send(request, never())).isOk()).toBe(true)
    expect(proxy.connections).toHaveLength(1)

    const exempt = transport({ environment: { HTTP_PROXY: proxy.url, NO_PROXY: 'ecs.example' } })
    expect((await exempt.send(request, never())).isErr()).toBe(true)
    expect(proxy.connections).toHaveLength(1)
  })

  test("does not apply to requests to this machine, while an option's proxy does", async () => {
    const port = await listen(createHttpServer((_, response) => response.end()))
    const proxy = await tunnelProxy()
    const request = { method: 'GET', url: `http://127.0.0.1:${port}/`, headers: {} } as const
    const local = transport({ environment: { HTTP_PROXY: proxy.url } })
    expect((await local.send(request, never())).isOk()).toBe(true)
    const without = transport({ proxy: 'none', environment: { HTTP_PROXY: proxy.url } })
    expect((await without.send(request, never())).isOk()).toBe(true)
    expect(proxy.connections).toHaveLength(0)
    const given = transport({ proxy: proxy.url })
    expect((await given.send(request, never())).isOk()).toBe(true)
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
    expect(readProxy('environment', environment)(new URL(target))?.address).toBe(expected)
  })

  test.each([
    'http://localhost/',
    'http://a.localhost:8080/',
    'http://localhost./',
    'http://127.0.0.1/',
    'http://127.8.9.10/',
    'http://[::1]:80/',
    'http://[::ffff:127.0.0.1]/',
  ])('gives no proxy for %s, which is this machine', (target) => {
    expect(readProxy('environment', { HTTP_PROXY: 'proxy' })(new URL(target))).toBeUndefined()
    expect(readProxy('proxy', {})(new URL(target))?.address).toBe('proxy')
  })

  test.each([
    ['*', 'https://any.example/', true],
    ['10.0.0.0/8', 'https://10.1.2.3/', true],
    ['10.0.0.0/8', 'https://[::ffff:10.1.2.3]/', true],
    ['10.0.0.0/8', 'https://11.0.0.1/', false],
    ['10.0.0.0/8', 'https://10.example/', false],
    ['10.0.0.0/33', 'https://10.0.0.0/', false],
    ['10.0.0.0/x', 'https://10.0.0.0/', false],
    ['192.168.1.0/24,10.0.0.0/8', 'https://192.168.1.200:8443/', true],
    ['192.168.1.7', 'https://192.168.1.7/', true],
    ['192.168.1.7:8443', 'https://192.168.1.7/', false],
    ['0.0.0.0/0', 'https://8.8.8.8/', true],
    ['fd00::/8', 'https://[fd12::1]/', true],
    ['fd00::/8', 'https://[fe80::1]/', false],
    ['fd12:0:0::1', 'https://[fd12::1]/', true],
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
    ['fd12::1', 'https://[fd12::1]:8443/', true],
    ['[fd12::1]', 'https://[fd12::1]/', true],
    ['[fd12::1]:443', 'https://[fd12::1]/', true],
    ['[fd12::1]:443', 'https://[fd12::1]:8443/', false],
    ['', 'https://example.com/', false],
  ])('NO_PROXY=%s for %s: %s', (noProxy, target, exempt) => {
    const proxyFor = readProxy('environment', { HTTPS_PROXY: 'http://proxy', no_proxy: noProxy })
    expect(proxyFor(new URL(target)) === undefined).toBe(exempt)
  })
})
