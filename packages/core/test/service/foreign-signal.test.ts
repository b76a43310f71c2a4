import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createKeyPairService } from '../../src/service/create-service.js'
import { stubDriver } from '../stub-driver.js'

/** A signal of an environment that replaces those of Node.js, as jsdom does. */
class ForeignSignal {
  aborted = false
  reason: unknown = undefined
  readonly listeners = new Set<() => void>()

  addEventListener(_: 'abort', listener: () => void): void {
    this.listeners.add(listener)
  }

  removeEventListener(_: 'abort', listener: () => void): void {
    this.listeners.delete(listener)
  }
}

class ForeignController {
  readonly signal: ForeignSignal = new ForeignSignal()

  abort(reason?: unknown): void {
    this.signal.aborted = true
    this.signal.reason = reason
    for (const listener of this.signal.listeners) listener()
  }
}

beforeEach(() => vi.stubGlobal('AbortController', ForeignController))
afterEach(() => vi.unstubAllGlobals())

test('operations succeed if the abort controllers of the environment are not those of Node.js', async () => {
  const attached = await createKeyPairService(stubDriver()).attach({ name: 'deploy' }, ['i-1'])
  expect(attached.isOk()).toBe(true)
})

test('a signal that is not of Node.js aborts an operation, and is left without a listener', async () => {
  const controller = new AbortController()
  const doDescribeKeyPairs = (): Promise<never> => {
    controller.abort()
    return new Promise(() => {})
  }
  const service = createKeyPairService(stubDriver({ doDescribeKeyPairs }))
  const got = await service.get({ name: 'deploy' }, { signal: controller.signal })
  const error = got._unsafeUnwrapErr()
  expect([error.code, error.outcome]).toEqual(['aborted', 'none'])
  expect(controller.signal).toHaveProperty('listeners.size', 0)
})

const listening = { addEventListener: () => {}, removeEventListener: () => {} }
test.each([
  {},
  { aborted: false },
  { aborted: false, addEventListener: () => {} },
  { ...listening, aborted: 'no' },
  listening,
  'signal',
  null,
])('a malformed signal throws: %j', async (signal: unknown) => {
  const options = Object.assign({}, { signal: new AbortController().signal }, { signal })
  const service = createKeyPairService(stubDriver())
  expect(() => Reflect.apply(service.get, service, [{ name: 'k' }, options])).toThrow(TypeError)
})
