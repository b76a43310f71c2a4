import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createAlibabaEcsKeyPairService, createAlibabaEnsKeyPairService } from '@cloud-keypair/alibaba'
import type { Clock, KeyPairService } from '@cloud-keypair/core'
import { createVolcengineKeyPairService } from '@cloud-keypair/volcengine'
import { afterAll, expect, test, vi } from 'vitest'

// Nothing can interrupt `JSON.parse`. So an abort is prompt only if no answer has many more values than a page.
const longest = 2 * 1024 * 1024
const head = '{"RequestId":"r","ResponseMetadata":{"RequestId":"r"},"Result":{"KeyPairs":[],"more":['
const answer = `${head}${'{},'.repeat(Math.floor((longest - head.length - 10) / 3))}{}]}}`
const server = createServer((_request, response) => {
  response.setHeader('content-type', 'application/json')
  response.end(answer)
})
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
const endpoint = `http://127.0.0.1:${addressOf(server.address()).port}`
afterAll(() => void server.close())

/** Lets the waits between repeats end at once, and no deadline. */
const clock: Clock = {
  now: () => 0,
  sleep: (ms, signal) =>
    new Promise((resolve) => {
      if (ms < 20_000 || signal.aborted) resolve()
      else signal.addEventListener('abort', () => resolve(), { once: true })
    }),
}
const options = { endpoint, testing: { clock } }
const secret = 'secret-of-nobody'
const services: readonly KeyPairService[] = [
  createVolcengineKeyPairService({
    ...options,
    region: 'cn-beijing',
    credentials: { accessKeyId: 'id', secretAccessKey: secret },
  }),
  createAlibabaEcsKeyPairService({
    ...options,
    region: 'cn-hangzhou',
    credentials: { accessKeyId: 'id', accessKeySecret: secret },
  }),
  createAlibabaEnsKeyPairService({ ...options, credentials: { accessKeyId: 'id', accessKeySecret: secret } }),
]

test.each(services)('$provider: an answer with more values than any page has is not parsed', async (service) => {
  const parse = vi.spyOn(JSON, 'parse')
  const got = await service.get({ name: 'deploy' })
  const lengths = parse.mock.calls.map(([text]) => text.length)
  parse.mockRestore()
  expect(got._unsafeUnwrapErr()).toMatchObject({ code: 'invalid-response', outcome: 'none' })
  expect(Math.max(0, ...lengths)).toBeLessThan(500_000)
  await service.close()
})

function addressOf(address: AddressInfo | string | null): AddressInfo {
  if (address === null || typeof address === 'string') throw new Error('The server has no port')
  return address
}
