import { expect, test } from 'vitest'
import { createKeyPairService, type ServiceOptions } from '../../src/service/create-service.js'
import { ok } from '../../src/result.js'
import { stubDriver } from '../stub-driver.js'

/** Returns the largest number of open calls during an attach of 200 instances, 10 a call. */
async function maxAtOnce(options: ServiceOptions): Promise<number> {
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
  const ids = Array.from({ length: 200 }, (_, index) => `i-${index}`)
  const attached = await createKeyPairService(driver, options).attach({ name: 'deploy' }, ids)
  expect(attached._unsafeUnwrap().succeeded).toHaveLength(200)
  return most
}

test('an operation has four open calls, or as many as `concurrency`', async () => {
  expect(await maxAtOnce({})).toBe(4)
  expect(await maxAtOnce({ concurrency: 1 })).toBe(1)
  expect(await maxAtOnce({ concurrency: 7 })).toBe(7)
})
