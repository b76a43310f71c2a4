import { AsyncLocalStorage } from 'node:async_hooks'
import { tracingChannel } from 'node:diagnostics_channel'
import { expect, onTestFinished, test } from 'vitest'
import type { CallEvent, OperationEvent } from '../../src/engine/events.js'
import { err, ok } from '../../src/result.js'
import { collect } from '../../src/service/unwrap-results.js'
import { createKeyPairService } from '../../src/service/create-service.js'
import { denied, stubDriver } from '../stub-driver.js'

/** Subscribes to operations and calls until the test is over. Each call is told with the operation that it is part of. */
function watch() {
  const operations: OperationEvent[] = []
  const callsOf = new Map<OperationEvent | undefined, string[]>()
  const current = new AsyncLocalStorage<OperationEvent>()
  const operationChannel = tracingChannel<unknown, OperationEvent>('cloud-keypair:operation')
  const callChannel = tracingChannel<unknown, CallEvent>('cloud-keypair:call')
  const end = (event: unknown): void => {
    const ended = operations.length
    operations[ended] = Object.assign({ provider: '', operation: '' }, event)
  }
  const call = (event: unknown): void => {
    const { call: name } = Object.assign({ call: '' }, event)
    callsOf.set(current.getStore(), [...(callsOf.get(current.getStore()) ?? []), name])
  }
  operationChannel.start.bindStore(current, (event) => event)
  operationChannel.asyncEnd.subscribe(end)
  callChannel.start.subscribe(call)
  onTestFinished(() => {
    operationChannel.start.unbindStore(current)
    operationChannel.asyncEnd.unsubscribe(end)
    callChannel.start.unsubscribe(call)
  })
  return { operations, callsOf }
}

test('an operation publishes its counts at its end, and its calls run in the store of its start', async () => {
  const { operations, callsOf } = watch()
  const doAttachKeyPair = async ({ instanceIds }: { readonly instanceIds: readonly string[] }) =>
    ok(
      instanceIds.map((id) =>
        id === 'i-2'
          ? ({
              id,
              ok: false,
              failure: { code: 'permission-denied', message: 'no', outcome: 'none', transient: false },
            } as const)
          : ({ id, ok: true } as const),
      ),
    )
  await using service = createKeyPairService(stubDriver({ doAttachKeyPair }))
  const [attached, found] = await Promise.all([
    service.attach({ name: 'deploy' }, ['i-1', 'i-2']),
    service.get({ id: 'kp-1' }),
  ])
  expect(attached.isErr()).toBe(true)
  expect(found.isOk()).toBe(true)
  expect(operations).toEqual(
    expect.arrayContaining([
      {
        provider: 'stub',
        operation: 'attach',
        durationMs: expect.any(Number),
        items: { succeeded: 1, failed: 1, unknown: 0 },
        error: { code: 'incomplete', outcome: 'partial' },
      },
      { provider: 'stub', operation: 'get', durationMs: expect.any(Number) },
    ]),
  )
  const calls = [...callsOf].map(([operation, names]) => [operation?.operation, names])
  expect(calls).toEqual(
    expect.arrayContaining([
      ['attach', expect.arrayContaining(['attach', 'read-instances'])],
      ['get', ['lookup']],
    ]),
  )
  expect(calls).toHaveLength(2)
})

test('each page of a list is published, with the code of its failure', async () => {
  const { operations } = watch()
  await using service = createKeyPairService(stubDriver({ doDescribeKeyPairs: async () => err(denied) }))
  expect((await collect(service.list(), { max: 10 })).isErr()).toBe(true)
  const error = { code: 'permission-denied', outcome: 'none' }
  expect(operations).toEqual([{ provider: 'stub', operation: 'list', durationMs: expect.any(Number), error }])
})

test('a plan is one operation, and the dry run in it publishes nothing', async () => {
  const { operations } = watch()
  await using service = createKeyPairService(stubDriver())
  const planned = await service.plan({ operation: 'attach', keyPair: { name: 'deploy' }, instanceIds: ['i-1'] })
  expect(planned.isOk()).toBe(true)
  expect(operations.map(({ operation }) => operation)).toEqual(['plan'])
})

test('an operation whose events a subscriber freezes has its result', async () => {
  const channels = ['call', 'operation'].map((name) => tracingChannel(`cloud-keypair:${name}`).start)
  const freeze = (event: unknown): void => void Object.freeze(event)
  for (const channel of channels) channel.subscribe(freeze)
  onTestFinished(() => {
    for (const channel of channels) channel.unsubscribe(freeze)
  })
  expect((await createKeyPairService(stubDriver()).attach({ name: 'deploy' }, ['i-1'])).isOk()).toBe(true)
})
