import { type BrokenPromise, type Case, runCase } from '@cloud-keypair/conformance'
import { canAttach } from '@cloud-keypair/core'
import { expect, test } from 'vitest'
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
