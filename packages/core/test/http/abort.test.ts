import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { getEventListeners, getMaxListeners, once } from 'node:events'
import { createServer } from 'node:http'
import { Socket } from 'node:net'
import { describe, expect, test } from 'vitest'
import { listen, never, rawServer, transport, tunnelProxy } from './loopback.js'

describe('an aborted request', () => {
  test('is not sent if the signal was aborted before', async () => {
    const server = await rawServer()
    const result = await transport().send({ method: 'GET', url: server.url, headers: {} }, AbortSignal.abort('why'))
    expect(result._unsafeUnwrapErr()).toEqual({
      kind: 'aborted',
      sent: false,
      message: 'The request was aborted before it was sent',
    })
    expect(server.connections).toHaveLength(0)
  })

  test('was not sent if the connection was still opening, and that connection is closed', async () => {
    const server = await rawServer()
    const abort = new AbortController()
    const sending = transport().send(
      { method: 'GET', url: `https://127.0.0.1:${server.port}/`, headers: {} },
      abort.signal,
    )
    const connection = await server.connected(1)
    abort.abort()
    expect((await sending)._unsafeUnwrapErr()).toMatchObject({ kind: 'aborted', sent: false })
    await connection.closed
  })

  test('was not sent if the proxy had not answered yet, and that connection is closed', async () => {
    const proxy = await rawServer()
    const abort = new AbortController()
    const { send } = transport({ proxy: proxy.url })
    const sending = send({ method: 'GET', url: 'http://127.0.0.1:9/', headers: {} }, abort.signal)
    const { socket, closed } = await proxy.connected(1)
    await once(socket, 'data')
    abort.abort()
    expect((await sending)._unsafeUnwrapErr()).toMatchObject({ kind: 'aborted', sent: false })
    await closed
  })

  test('was not sent during the TLS handshake through the proxy, and both connections are closed', async () => {
    const [target, proxy] = [await rawServer(), await tunnelProxy()]
    const abort = new AbortController()
    const { send } = transport({ proxy: proxy.url })
    const url = `https://127.0.0.1:${target.port}/`
    const sending = send({ method: 'GET', url, headers: {} }, abort.signal)
    const { socket, closed } = await target.connected(1)
    await once(socket, 'data')
    abort.abort()
    expect((await sending)._unsafeUnwrapErr()).toMatchObject({ kind: 'aborted', sent: false })
    await Promise.all([closed, (await proxy.connected(1)).closed])
  })

  test.each([
    ['before the answer', ''],
    ['in the middle of the head', 'HTTP/1.1 200 OK\r\nx-a: '],
    ['in the middle of the body', 'HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\npart'],
    ['in the middle of a chunk', 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n9\r\npart'],
  ])('was sent %s, and its connection is closed', async (_, answer) => {
    const server = await rawServer()
    const abort = new AbortController()
    const sending = transport().send({ method: 'GET', url: server.url, headers: {} }, abort.signal)
    const { socket, closed } = await server.connected(1)
    await once(socket, 'data')
    await new Promise((resolve) => socket.write(answer, resolve))
    abort.abort()
    expect((await sending)._unsafeUnwrapErr()).toEqual({
      kind: 'aborted',
      sent: true,
      message: 'The request was aborted',
    })
    await closed
    expect(server.connections).toHaveLength(1)
  })

  test('was sent if the server saw any byte, at whatever step the abort comes', async () => {
    const seen = new Set<string | undefined>()
    const port = await listen(
      createServer((request, response) => {
        seen.add(request.url)
        response.end()
      }),
    )
    const sent = new Map<string, boolean>()
    for (const microtasks of Array(32).keys()) {
      const path = `/${microtasks}`
      const abort = new AbortController()
      const onSocket = (message: unknown): void => {
        const socket =
          typeof message === 'object' && message !== null && 'socket' in message ? message.socket : undefined
        if (!(socket instanceof Socket)) throw new Error('no socket')
        socket.once('connect', async () => {
          for (let step = 0; step < microtasks; step++) await Promise.resolve()
          abort.abort()
        })
      }
      subscribe('net.client.socket', onSocket)
      const result = await transport().send(
        { method: 'GET', url: `http://127.0.0.1:${port}${path}`, headers: {} },
        abort.signal,
      )
      unsubscribe('net.client.socket', onSocket)
      sent.set(path, result._unsafeUnwrapErr().sent)
    }
    // One more exchange comes after all that may be on its way.
    await transport().send({ method: 'GET', url: `http://127.0.0.1:${port}/last`, headers: {} }, never())
    expect(new Set(sent.values())).toEqual(new Set([false, true]))
    expect([...seen].filter((path) => path !== undefined && sent.get(path) === false)).toEqual([])
  })

  test('does not disturb the next one', async () => {
    const server = await rawServer(({ socket, received }) => {
      if (received.startsWith('GET /next')) socket.write('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok')
    })
    const abort = new AbortController()
    const { send } = transport()
    const sending = send({ method: 'GET', url: server.url, headers: {} }, abort.signal)
    await once((await server.connected(1)).socket, 'data')
    abort.abort()
    await sending
    const next = await send({ method: 'GET', url: `${server.url}next`, headers: {} }, never())
    expect(next._unsafeUnwrap().text).toBe('ok')
  })
})

test('requests remove their listeners from a signal, and nothing warns', async () => {
  const warnings: string[] = []
  const warn = (warning: Error): void => void warnings.push(warning.message)
  process.on('warning', warn)
  const server = await rawServer(({ socket }) => socket.write('HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n'))
  const { signal } = new AbortController()
  const limit = getMaxListeners(signal)
  const { send } = transport()
  const request = { method: 'GET', url: server.url, headers: {} } as const
  for (let batch = 0; batch < 20; batch++) {
    const results = await Promise.all(Array.from({ length: 50 }, async () => await send(request, signal)))
    expect(results.every((result) => result.isOk())).toBe(true)
  }
  await send({ ...request, headers: { 'x-a': '\n' } }, signal)
  await turn()
  process.off('warning', warn)
  expect(getEventListeners(signal, 'abort')).toHaveLength(0)
  expect(getMaxListeners(signal)).toBe(limit)
  expect(warnings).toEqual([])
})

async function turn(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve))
}
