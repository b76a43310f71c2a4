import { createServer } from 'node:http'
import { expect, test } from 'vitest'
import { listen, never, transport } from './loopback.js'

test('a DELETE is sent as one, without a body, and its 204 is returned', async () => {
  const seen: unknown[] = []
  const port = await listen(
    createServer(({ method, headers }, response) => {
      seen.push([method, headers['content-length'], headers['transfer-encoding']])
      response.writeHead(204).end()
    }),
  )
  const request = { method: 'DELETE', url: `http://127.0.0.1:${port}/keys/deploy`, headers: {} } as const
  const answer = (await transport().send(request, never()))._unsafeUnwrap()
  expect([answer.status, answer.text]).toEqual([204, ''])
  expect(seen).toEqual([['DELETE', undefined, undefined]])
})
