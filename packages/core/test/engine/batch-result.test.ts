import { inspect } from 'node:util'
import { expect, test } from 'vitest'
import type { InstanceBatch } from '../../src/contract/batch.js'
import type { ItemVerdict, KeyPairDriver } from '../../src/contract/key-pair-driver.js'
import type { KeyPairError } from '../../src/contract/error.js'
import { err, ok } from '../../src/result.js'
import { createKeyPairService } from '../../src/service/create-service.js'
import { batchOf, smallCloud } from '../small-cloud.js'
import { stubDriver } from '../stub-driver.js'

const vendor = { code: 'InvalidStatus', message: 'The instance is busy.', httpStatus: 403 }
const refused = (id: string): ItemVerdict => ({
  id,
  ok: false,
  failure: {
    code: 'instance-state',
    message: 'The instance is busy',
    transient: false,
    vendor,
    hint: 'Wait until it rests.',
  },
})

async function attachError(
  count: number,
  overrides: Partial<KeyPairDriver>,
  signal?: AbortSignal,
): Promise<KeyPairError<InstanceBatch> & { readonly code: 'incomplete' }> {
  const ids = Array.from({ length: count }, (_, index) => `i-${index}`)
  const result = await createKeyPairService(stubDriver(overrides)).attach({ name: 'deploy' }, ids, { signal })
  if (result.isOk() || result.error.code !== 'incomplete') throw new Error('The batch must be incomplete')
  return result.error
}

const allRefused: KeyPairDriver['doAttachKeyPair'] = async ({ instanceIds }) => ok(instanceIds.map(refused))

test('an incomplete batch whose items failed alike has the common cause, codes and hint', async () => {
  const error = await attachError(3, { doAttachKeyPair: allRefused })
  expect(error.message).toBe(
    'stub: attach "deploy" failed: of 3 items, 3 failed: The instance is busy (instance-state, InvalidStatus).',
  )
  expect(error.hint).toBe('Wait until it rests.')
})

test('an incomplete batch of several causes counts them by code, and counts successes', async () => {
  const error = await attachError(4, {
    doAttachKeyPair: async ({ instanceIds }) =>
      ok(
        instanceIds.map((id): ItemVerdict => {
          if (id === 'i-3') return { id, ok: true }
          const failure = { code: 'not-found', message: 'there is none', transient: false } as const
          return id === 'i-0' ? { id, ok: false, failure } : refused(id)
        }),
      ),
  })
  expect(error.message).toBe(
    'stub: attach "deploy" failed: of 4 items, 3 failed, 1 succeeded: 1 not-found, 2 instance-state (incomplete).',
  )
})

test('an incomplete batch of unknown items does not report 0 failed', async () => {
  const unanswered = { code: 'unknown', message: 'the answer was lost', outcome: 'unknown', transient: false } as const
  const error = await attachError(1, {
    doAttachKeyPair: async () => err({ ...unanswered, scope: 'call' }),
    doDescribeInstances: async (request) =>
      ok({ items: request.kind === 'exact' ? request.instanceIds.map((id) => ({ id, power: 'running' })) : [] }),
  })
  expect(error.message).toBe('stub: attach "deploy" failed: of 1 item, 1 unknown: the answer was lost (unknown).')
})

test('no message repeats the hint', async () => {
  const error = await attachError(2, { doAttachKeyPair: allRefused })
  for (const { message, hint } of [error, ...error.details.batch.failed.map((item) => item.error)]) {
    expect(hint).toBe('Wait until it rests.')
    expect(message).not.toContain(hint)
  }
})

test('the console shows the items of an incomplete batch', async () => {
  const error = await attachError(30, { doAttachKeyPair: allRefused })
  const shown = inspect(error)
  expect(shown).toContain('i-7 failed: stub: attach "deploy" on i-7 failed: The instance is busy')
  expect(shown).toContain('and 10 more in details.batch')
  expect(shown).toContain('at ')
})

test('the JSON of a batch lists each item once', async () => {
  const error = await attachError(3, { doAttachKeyPair: allRefused })
  for (const json of [JSON.stringify(error), JSON.stringify(error.details.batch)]) {
    expect(json.match(/"id":"i-1"/g)).toHaveLength(1)
  }
  expect(error.details.batch.failed).toHaveLength(3)
})

test('the error of an item has no stack, and that of the operation has one', async () => {
  const { stackTraceLimit } = Error
  const error = await attachError(3, { doAttachKeyPair: allRefused })
  expect(error.stack).toContain('\n    at ')
  for (const item of error.details.batch.failed) expect(item.error.stack).not.toContain('\n    at ')
  expect(Error.stackTraceLimit).toBe(stackTraceLimit)
})

test('an abort makes one error for all the items that it came before', async () => {
  const abort = new AbortController()
  let calls = 0
  const doAttachKeyPair: KeyPairDriver['doAttachKeyPair'] = async ({ instanceIds }) => {
    calls += 1
    if (calls === 5) abort.abort()
    return ok(instanceIds.map((id) => ({ id, ok: true })))
  }
  const { details } = await attachError(100_000, { doAttachKeyPair }, abort.signal)
  const { failed } = details.batch
  expect(failed.length).toBeGreaterThan(99_000)
  expect(new Set(failed.map((item) => item.error)).size).toBe(1)
  expect(calls).toBeLessThanOrEqual(8)
})

test('the JSON of a batch has the same fields with items and without', async () => {
  const service = createKeyPairService(stubDriver({}))
  const fieldsOf = async (ids: readonly string[]): Promise<readonly string[]> => {
    const batch = (await service.attach({ name: 'deploy' }, ids))._unsafeUnwrap()
    return Object.keys(JSON.parse(JSON.stringify(batch)))
  }
  expect(await fieldsOf([])).toEqual(['items', 'leftStopped'])
  expect(await fieldsOf(['i-1'])).toEqual(['items', 'leftStopped'])
})

test('an attach that is not answered is sent again with a new token if a read shows some of its instances as done', async () => {
  const sends: (readonly [ids: string, token: string])[] = []
  const cloud = smallCloud({ 'i-1': {}, 'i-2': {} }, {}, (_, plain) => ({
    doAttachKeyPair: async (request, context) => {
      sends.push([request.instanceIds.join(' '), context.token])
      if (sends.length > 1) return plain.doAttachKeyPair(request, context)
      await plain.doAttachKeyPair({ ...request, instanceIds: ['i-1'] }, context)
      return err({ code: 'network', message: 'reset', outcome: 'unknown', transient: true, scope: 'call' })
    },
  }))
  const batch = batchOf(await cloud.service.attach({ name: 'new' }, ['i-1', 'i-2']))
  expect(batch.succeeded.map(({ id }) => id)).toEqual(['i-1', 'i-2'])
  expect(sends.map(([ids]) => ids)).toEqual(['i-1 i-2', 'i-2'])
  expect(new Set(sends.map(([, token]) => token)).size).toBe(2)
})

test('an attach that is not answered is sent again with its token if a read shows none of its instances as done', async () => {
  const tokens: string[] = []
  const cloud = smallCloud({ 'i-1': {}, 'i-2': {} }, {}, (_, plain) => ({
    doAttachKeyPair: async (request, context) => {
      tokens.push(context.token)
      return tokens.length > 1
        ? plain.doAttachKeyPair(request, context)
        : err({ code: 'network', message: 'reset', outcome: 'unknown', transient: true, scope: 'call' })
    },
  }))
  expect((await cloud.service.attach({ name: 'new' }, ['i-1', 'i-2'])).isOk()).toBe(true)
  expect(tokens).toHaveLength(2)
  expect(new Set(tokens).size).toBe(1)
})
