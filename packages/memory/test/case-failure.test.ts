import { setImmediate } from 'node:timers/promises'
import { type BrokenPromise, type Case, type Mutant, runCase } from '@cloud-keypair/conformance'
import { unlessStalled } from '@cloud-keypair/conformance/internals'
import { canAttach, collect } from '@cloud-keypair/core'
import { expect, test, vi } from 'vitest'
import { memorySubject } from './subject.js'
import { testKeys } from '../../../tests/support/test-keys.js'

test('the failure of a case shows its last calls, with long texts and lists cut, and no secret', async () => {
  const failing: Case = {
    id: 'KP-TEST-01',
    promise: 1,
    title: 'fails',
    needs: [],
    run: async ({ service, world }) => {
      await world.seedKeyPairs([{ name: 'deploy' }])
      await service.create({ name: 'x'.repeat(80), save: () => Promise.reject(new Error('no disk')) })
      if (canAttach(service)) await service.bindings(['i-1', 'i-2', 'i-3', 'i-4'])
      throw new Error('the expectation does not hold')
    },
  }
  const run = runCase(memorySubject, memorySubject.variants[0] ?? '', failing, testKeys)
  const { message } = await run.then(
    () => ({ message: 'passed' }),
    (error: BrokenPromise) => error,
  )
  expect(message.split('\n').map((line) => line.trim())).toEqual([
    'promise 1 (results, not throws): KP-TEST-01 fails: the expectation does not hold',
    'The last calls of the case:',
    'world.seedKeyPairs([{"name":"deploy"}])',
    `service.create({"name":"${'x'.repeat(60)}…"})`,
    'service.bindings(["i-1","i-2","i-3","… 4 in all"])',
  ])
})

const context = { signal: new AbortController().signal, token: '', trace: () => {} }

test.each<[string, Case['run'], string]>([
  [
    'a call of the driver',
    async ({ driver }) => {
      await driver.doDeleteKeyPairs([{ name: 'deploy' }], context)
      return 'passed'
    },
    'driver.doDeleteKeyPairs([{"name":"deploy"}], {"signal":{},"token":""})',
  ],
  [
    'a list of the service',
    async ({ service }) => {
      await collect(service.list({ namePattern: 'k*' }), { max: 10 })
      return 'passed'
    },
    'service.list({"namePattern":"k*"})',
  ],
])('a case that waits for %s for ever fails with its name and that call', async (_, run, waiting) => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
  try {
    const never = (): Promise<never> => new Promise(() => {})
    const hanging: Mutant = {
      name: 'no answer',
      breaks: 1,
      killedBy: 'KP-TEST-02',
      driver: (driver) => ({ ...driver, doDeleteKeyPairs: never }),
      service: (service) => ({ ...service, list: () => ({ [Symbol.asyncIterator]: () => ({ next: never }) }) }),
    }
    const one: Case = { id: 'KP-TEST-02', promise: 1, title: 'hangs', needs: [], run }
    let message = ''
    const failed = runCase(memorySubject, memorySubject.variants[0] ?? '', one, testKeys, hanging).catch(
      (error: BrokenPromise) => {
        message = error.message
      },
    )
    let looks = 0
    for (; message === '' && looks < 1_000; looks += 1) {
      await setImmediate()
      vi.advanceTimersByTime(1_000)
    }
    await failed
    expect(message.split('\n')[0]).toBe(
      `promise 1 (results, not throws): KP-TEST-02 hangs: The case hangs. Without an answer: ${waiting}`,
    )
    expect(looks).toBeGreaterThanOrEqual(60)
  } finally {
    vi.useRealTimers()
  }
})

test('a case that goes on for ever fails, however quickly each of its steps is done', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
  try {
    let steps = 0
    const progress = { steps: () => (steps += 20_000), waiting: () => 'service.list()' }
    const failed = unlessStalled(new Promise(() => {}), 'The case', progress).catch(({ message }: Error) => message)
    await vi.advanceTimersByTimeAsync(59_000)
    expect(await failed).toBe('The case does not end. Without an answer: service.list()')
  } finally {
    vi.useRealTimers()
  }
})

test('a case is not late as long as something happens', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
  try {
    let steps = 0
    let end = (): void => {}
    const work = new Promise<void>((resolve) => {
      end = resolve
    })
    const waited = unlessStalled(work, 'The case', { steps: () => steps, waiting: () => '' })
    for (let minutes = 0; minutes < 600; minutes += 1) {
      vi.advanceTimersByTime(59_000)
      steps += 1
    }
    end()
    await expect(waited).resolves.toBeUndefined()
  } finally {
    vi.useRealTimers()
  }
})
