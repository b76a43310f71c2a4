import { expect, test } from 'vitest'
import { surroundingsOf } from '../../src/credentials.js'
import type { HttpTransport } from '../../src/http.js'
import { ok } from '../../src/result.js'
import { systemClock } from '../../src/scheduling/clock.js'

test('a given transport sends, and stays open', async () => {
  const urls: string[] = []
  const transport: HttpTransport = {
    send: async ({ url }) => {
      urls.push(url)
      return ok({ status: 200, headers: {}, text: '' })
    },
    close: () => Promise.reject(new Error('It is not ours to close')),
  }
  const surroundings = surroundingsOf({ transport })
  const request = { method: 'GET', url: 'https://example.com/', headers: {} } as const
  expect((await surroundings.transport.send(request, new AbortController().signal)).isOk()).toBe(true)
  await surroundings.transport.close()
  expect(urls).toEqual(['https://example.com/'])
})

test('a transport that was made is closed', async () => {
  const { transport } = surroundingsOf({ testing: { environment: {} } })
  await transport.close()
  const sent = await transport.send(
    { method: 'GET', url: 'http://127.0.0.1:1/', headers: {} },
    new AbortController().signal,
  )
  expect(sent._unsafeUnwrapErr()).toMatchObject({ closed: true, sent: false })
})

test('the environment, home and clock are those of the options, without the exemption from the proxy', () => {
  const environment = { HTTPS_PROXY: 'http://127.0.0.1:1', NO_PROXY: 'example.com' }
  const clock = { ...systemClock, now: () => 7 }
  const found = surroundingsOf({ testing: { environment, homeDirectory: '/home/me', clock } }, '100.96.0.96')
  expect([found.environment, found.home, found.now()]).toEqual([environment, '/home/me', 7])
})
