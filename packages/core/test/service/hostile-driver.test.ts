import { getEventListeners, getMaxListeners } from 'node:events'
import { expect, test } from 'vitest'
import { createKeyPairService } from '../../src/service/create-service.js'
import type { CallFailure, ItemVerdict, KeyPairDriver } from '../../src/contract/key-pair-driver.js'
import { onCall } from '../../src/engine/events.js'
import { err, ok, type Result } from '../../src/result.js'
import { denied, stubDriver } from '../stub-driver.js'

function pending(): Promise<never> {
  return new Promise(() => {})
}

function errorOf<T, E>(result: Result<T, E>): E {
  return result._unsafeUnwrapErr()
}

test('a driver that throws or rejects gives an error with an unknown outcome, without a throw', async () => {
  const broken: readonly KeyPairDriver['doAttachKeyPair'][] = [
    () => {
      throw new RangeError('secret text')
    },
    () => Promise.reject(new RangeError('secret text')),
    () => Promise.reject('secret text'),
  ]
  for (const doAttachKeyPair of broken) {
    const error = errorOf(
      await createKeyPairService(stubDriver({ doAttachKeyPair })).attach({ name: 'deploy' }, ['i-1']),
    )
    expect(error.code).toBe('incomplete')
    expect(error.outcome).toBe('unknown')
    expect(JSON.stringify(error)).not.toContain('secret text')
  }
})

test('a driver that throws on a read gives outcome none', async () => {
  const doDescribeInstances: KeyPairDriver['doDescribeInstances'] = () => Promise.reject(new Error('no'))
  const error = errorOf(
    await createKeyPairService(stubDriver({ doDescribeInstances })).attach({ name: 'deploy' }, ['i-1']),
  )
  expect([error.code, error.outcome]).toEqual(['unknown', 'none'])
})

test('the event of a failed call has the reason, and the vendor’s error, request id and status; of a read, outcome none', async () => {
  const lost = async (): Promise<Result<never, CallFailure>> =>
    err({
      code: 'network',
      message: 'reset',
      outcome: 'unknown',
      transient: false,
      scope: 'call',
      vendor: { code: 'Reset', requestId: 'r-1', httpStatus: 502 },
    })
  const failed: unknown[] = []
  const stop = onCall(
    ({ failure, requestId, httpStatus }) => void (failure && failed.push({ ...failure, requestId, httpStatus })),
  )
  for (const broken of [{ doAttachKeyPair: lost }, { doDescribeInstances: lost }]) {
    await createKeyPairService(stubDriver(broken)).attach({ name: 'deploy' }, ['i-1'])
  }
  stop()
  const vendor = { vendorCode: 'Reset', requestId: 'r-1', httpStatus: 502 }
  expect(failed).toEqual([
    { code: 'network', outcome: 'unknown', ...vendor },
    { code: 'network', outcome: 'none', ...vendor },
  ])
})

test('an operation settles after an abort although its driver never does', async () => {
  const abort = new AbortController()
  const doAttachKeyPair: KeyPairDriver['doAttachKeyPair'] = () => {
    abort.abort()
    return pending()
  }
  const service = createKeyPairService(stubDriver({ doAttachKeyPair }))
  const error = errorOf(await service.attach({ name: 'deploy' }, ['i-1'], { signal: abort.signal }))
  expect(error.code === 'incomplete' && error.details.batch.unknown[0]?.error.code).toBe('aborted')
})

test('an operation settles after an abort although the save of its caller never does', async () => {
  const abort = new AbortController()
  const save = (): Promise<void> => {
    abort.abort()
    return pending()
  }
  const driver = stubDriver({ doDescribeKeyPairs: async () => ok({ items: [] }) })
  const error = errorOf(
    await createKeyPairService(driver).create({ name: 'deploy', save, bits: 2048, signal: abort.signal }),
  )
  expect([error.code, error.outcome]).toEqual(['aborted', 'none'])
})

test('an operation ends by its deadline although its driver never settles', async () => {
  const driver = stubDriver({ doDescribeKeyPairs: pending })
  const error = errorOf(await createKeyPairService(driver).get({ name: 'deploy' }, { deadlineMs: 1 }))
  expect([error.code, error.outcome]).toEqual(['timeout', 'none'])
})

test('a verdict that contradicts another of its id is no success', async () => {
  const refused: ItemVerdict = { id: 'i-1', ok: false, failure: { code: 'unknown', message: 'no', transient: false } }
  const doAttachKeyPair: KeyPairDriver['doAttachKeyPair'] = async () => ok([{ id: 'i-1', ok: true }, refused])
  const error = errorOf(await createKeyPairService(stubDriver({ doAttachKeyPair })).attach({ name: 'deploy' }, ['i-1']))
  expect(error.code === 'incomplete' && error.details.batch.unknown.map(({ id }) => id)).toEqual(['i-1'])
})

test('an item of an internal error is resent, and is unknown if it keeps failing', async () => {
  let sends = 0
  const doAttachKeyPair: KeyPairDriver['doAttachKeyPair'] = async ({ instanceIds }) => {
    sends += 1
    return ok(
      instanceIds.map((id) => ({
        id,
        ok: false,
        failure: { code: 'unavailable', message: 'internal error', outcome: 'unknown', transient: true },
      })),
    )
  }
  const service = createKeyPairService(stubDriver({ doAttachKeyPair }), { testing: { random: () => 0 } })
  const error = errorOf(await service.attach({ name: 'deploy' }, ['i-1']))
  expect(sends).toBeGreaterThan(1)
  expect(error.code === 'incomplete' && error.details.batch.unknown.map(({ id }) => id)).toEqual(['i-1'])
})

test('a call that is refused for unnamed items is halved until each item was judged alone, and no further', async () => {
  let sends = 0
  const doAttachKeyPair: KeyPairDriver['doAttachKeyPair'] = async () => {
    sends += 1
    return err({ code: 'conflict', message: 'no', outcome: 'none', transient: false, scope: 'items' })
  }
  const ids = Array.from({ length: 10 }, (_, index) => `i-${index}`)
  const error = errorOf(await createKeyPairService(stubDriver({ doAttachKeyPair })).attach({ name: 'deploy' }, ids))
  const failed = error.code === 'incomplete' ? error.details.batch.failed : []
  expect(failed.map(({ id }) => id)).toEqual(ids)
  expect(failed.map((item) => item.error.code)).toEqual(ids.map(() => 'conflict'))
  expect(sends).toBe(2 * ids.length - 1)
})

test('a hundred operations share one signal without a warning, and remove their listeners', async () => {
  const warnings: Error[] = []
  const note = (warning: Error): void => void warnings.push(warning)
  process.on('warning', note)
  const { signal } = new AbortController()
  const limit = getMaxListeners(signal)
  const most: number[] = []
  const doAttachKeyPair: KeyPairDriver['doAttachKeyPair'] = async ({ instanceIds }) => {
    most.push(getEventListeners(signal, 'abort').length)
    return ok(instanceIds.map((id) => ({ id, ok: true })))
  }
  const service = createKeyPairService(stubDriver({ doAttachKeyPair }))
  await Promise.all(Array.from({ length: 100 }, () => service.attach({ name: 'deploy' }, ['i-1', 'i-2'], { signal })))
  await new Promise((resolve) => setImmediate(resolve))
  process.off('warning', note)
  expect(warnings).toEqual([])
  expect(new Set(most)).toEqual(new Set([1]))
  expect(getEventListeners(signal, 'abort')).toHaveLength(0)
  expect(getMaxListeners(signal)).toBe(limit)
})

test('an unanswered change that cannot be seen is refused later, and its outcome stays unknown', async () => {
  let sends = 0
  const doAttachKeyPair: KeyPairDriver['doAttachKeyPair'] = async () => {
    sends += 1
    const lost = { code: 'network', message: 'reset', outcome: 'unknown', transient: true, scope: 'call' } as const
    return err(sends === 1 ? lost : denied)
  }
  const service = createKeyPairService(stubDriver({ doAttachKeyPair }), { testing: { random: () => 0 } })
  const error = errorOf(await service.attach({ name: 'deploy' }, ['i-1']))
  const [item] = error.code === 'incomplete' ? error.details.batch.items : []
  expect([sends, item?.status, error.outcome]).toEqual([2, 'unknown', 'unknown'])
})

test('a read back of more items than fit on the stack loses none', async () => {
  const many = Array.from({ length: 200_000 }, (_, index) => ({ id: `x-${index}`, power: 'running' }) as const)
  let reads = 0
  const driver = stubDriver({
    doDescribeInstances: async (request) => {
      reads += 1
      const asked = request.kind === 'exact' ? request.instanceIds.map((id) => ({ id, power: 'running' }) as const) : []
      return ok({ items: reads === 1 ? asked : many })
    },
    doAttachKeyPair: async ({ instanceIds }) => {
      if (instanceIds.includes('i-0')) return ok(instanceIds.map((id) => ({ id, ok: true })))
      return err({ code: 'network', message: 'reset', outcome: 'unknown', transient: false, scope: 'call' })
    },
  })
  const ids = Array.from({ length: 20 }, (_, index) => `i-${index}`)
  const error = errorOf(await createKeyPairService(driver).attach({ name: 'deploy' }, ids))
  expect(error.code === 'incomplete' && error.details.batch.succeeded.length).toBe(10)
  expect(error.code === 'incomplete' && error.details.batch.unknown.length).toBe(10)
})

test('each refused item has its own refusal', async () => {
  const doAttachKeyPair: KeyPairDriver['doAttachKeyPair'] = async ({ instanceIds }) =>
    ok(
      instanceIds.map((id) => ({
        id,
        ok: false,
        failure: { code: id === 'i-1' ? 'throttled' : 'unavailable', message: `no ${id}`, transient: true },
      })),
    )
  const service = createKeyPairService(stubDriver({ doAttachKeyPair }), { testing: { random: () => 0 } })
  const error = errorOf(await service.attach({ name: 'deploy' }, ['i-1', 'i-2']))
  const codes = error.code === 'incomplete' ? error.details.batch.failed.map((item) => item.error.code) : []
  expect(codes).toEqual(['throttled', 'unavailable'])
})

test('a tag without a text throws a TypeError for a new key pair', () => {
  const service = createKeyPairService(stubDriver())
  const options = { name: 'deploy', publicKey: 'x', tags: { a: null } }
  expect(() => Reflect.apply(service.import, undefined, [options])).toThrow(TypeError)
})

test('many concurrent calls print no warning', async () => {
  const warnings: Error[] = []
  const note = (warning: Error): void => void warnings.push(warning)
  process.on('warning', note)
  const ids = Array.from({ length: 300 }, (_, index) => `i-${index}`)
  await createKeyPairService(stubDriver(), { concurrency: 30 }).attach({ name: 'deploy' }, ids)
  await new Promise((resolve) => setImmediate(resolve))
  process.off('warning', note)
  expect(warnings).toEqual([])
})
