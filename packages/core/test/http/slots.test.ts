import { expect, test } from 'vitest'
import { never, rawServer, transport } from './loopback.js'

const answer = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok'

test('1,000 requests at once open no more connections than the cap, and all are answered', async () => {
  const server = await rawServer(({ socket }) => socket.write(answer))
  const { send } = transport()
  const request = { method: 'GET', url: server.url, headers: {} } as const
  const answers = await Promise.all(Array.from({ length: 1000 }, () => send(request, never())))
  expect(answers.filter((result) => result.isOk())).toHaveLength(1000)
  expect(server.connections.length).toBeLessThanOrEqual(128)
})

test('requests that wait for a connection are sent in their order', async () => {
  const paths: string[] = []
  const server = await rawServer((connection) => {
    paths.push(/GET (\S+)/.exec(connection.received.slice(connection.received.lastIndexOf('GET')))?.[1] ?? '')
    connection.socket.write(answer)
  })
  const { send } = transport({ maxConnections: 1 })
  const sent = ['a', 'b', 'c', 'd'].map((path) => send({ method: 'GET', url: server.url + path, headers: {} }, never()))
  await Promise.all(sent)
  expect(paths).toEqual(['/a', '/b', '/c', '/d'])
  expect(server.connections).toHaveLength(1)
})

test('a request that is aborted while it waits was not sent, and the next one is', async () => {
  const server = await rawServer((connection) => {
    if (connection.received.includes('/last')) connection.socket.write(answer)
  })
  const { send } = transport({ maxConnections: 1 })
  const [first, second] = [new AbortController(), new AbortController()]
  const get = (path: string, signal: AbortSignal): ReturnType<typeof send> =>
    send({ method: 'GET', url: server.url + path, headers: {} }, signal)
  const open = get('first', first.signal)
  const waiting = get('second', second.signal)
  const last = get('last', never())
  await server.connected(1)
  second.abort()
  expect((await waiting)._unsafeUnwrapErr()).toMatchObject({ kind: 'aborted', sent: false })
  first.abort()
  expect((await open).isErr()).toBe(true)
  expect((await last).isOk()).toBe(true)
  expect(server.received()).not.toContain('/second')
})

test('a number of connections that is none is refused', () => {
  expect(() => transport({ maxConnections: 0 })).toThrow('maxConnections')
})
