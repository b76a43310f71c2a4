import { expect, test } from 'vitest'
import { createKeyPairService } from '../../src/service/create-service.js'
import type { ServiceOptions } from '../../src/service/service-options.js'
import { ok } from '../../src/result.js'
import { stubDriver } from '../stub-driver.js'

/** Returns the largest number of open calls during an attach of instances, 10 a call. */
async function maxOpenCalls(options: ServiceOptions, calls: number): Promise<number> {
  let now = 0
  let most = 0
  const driver = stubDriver({
    doAttachKeyPair: async ({ instanceIds }) => {
      now += 1
      most = Math.max(most, now)
      await new Promise((resolve) => setImmediate(resolve))
      now -= 1
      return ok(instanceIds.map((id) => ({ id, ok: true })))
    },
  })
  const ids = Array.from({ length: calls * 10 }, (_, index) => `i-${index}`)
  const attached = await createKeyPairService(driver, options).attach({ name: 'deploy' }, ids)
  expect(attached._unsafeUnwrap().succeeded).toHaveLength(calls * 10)
  return most
}

test('an operation starts with four calls at once, and has one more after each round of them', async () => {
  expect(await maxOpenCalls({}, 4)).toBe(4)
  expect(await maxOpenCalls({}, 9)).toBe(5)
  expect(await maxOpenCalls({}, 15)).toBe(6)
})

test('an operation has no more open calls than `concurrency`, and at most 64', async () => {
  expect(await maxOpenCalls({ concurrency: 1 }, 20)).toBe(1)
  expect(await maxOpenCalls({ concurrency: 7 }, 100)).toBe(7)
  expect(await maxOpenCalls({}, 2_500)).toBe(64)
})
