import { expect, test } from 'vitest'
import type { CallFailure, InstanceRecord, ItemVerdict, KeyPairDriver } from '../../src/contract/key-pair-driver.js'
import type { KeyPairService } from '../../src/contract/service.js'
import { err, ok } from '../../src/result.js'
import { createKeyPairService } from '../../src/service/create-service.js'
import { stubDriver } from '../stub-driver.js'

const keyPair = { name: 'deploy', id: 'kp-1' }
const users = (count: number): string[] => Array.from({ length: count }, (_, index) => `i-${index}`)
const record = (id: string): InstanceRecord => ({ id, power: 'running', keyPair })
const lost: CallFailure = { code: 'network', message: 'reset', outcome: 'unknown', transient: false, scope: 'call' }

/** Makes a cloud whose reads show these instances with the key pair, whatever was detached. */
function serviceOf(shown: () => readonly string[], overrides: Partial<KeyPairDriver>): KeyPairService {
  const driver = stubDriver({
    doDescribeInstances: async (request) =>
      ok({ items: (request.kind === 'exact' ? request.instanceIds : shown()).map(record) }),
    ...overrides,
  })
  return createKeyPairService(driver, { testing: { random: () => 0 } })
}

const refusal = (code: CallFailure['code']): ItemVerdict => ({
  id: 'kp-1',
  ok: false,
  failure: { code, message: 'refused', transient: false },
})

test('every user is detached, however many there are, before anything is deleted', async () => {
  const calls: (readonly [string, number])[] = []
  const service = serviceOf(() => users(250), {
    doDetachKeyPair: async ({ instanceIds }) => {
      calls.push(['detach', instanceIds.length])
      return ok(instanceIds.map((id) => ({ id, ok: true })))
    },
    doDeleteKeyPairs: async (keyPairs) => {
      calls.push(['delete', keyPairs.length])
      return ok([{ id: 'kp-1', ok: true }])
    },
  })
  const deleted = (await service.delete(keyPair, { ifInUse: 'detach' }))._unsafeUnwrap()
  expect(deleted.detached?.map(({ id }) => id)).toEqual(users(250))
  expect(calls).toEqual([...Array.from({ length: 25 }, () => ['detach', 10]), ['delete', 1]])
})

test.each([
  [100, false],
  [101, true],
])('of %i users on two pages the first 100 are named, and that there are more is %s', async (count, more) => {
  const service = serviceOf(() => [], {
    doDescribeInstances: async ({ cursor }) => {
      const records = users(count).map(record)
      return ok(cursor === undefined ? { items: records.slice(0, 100), cursor: '2' } : { items: records.slice(100) })
    },
    doDeleteKeyPairs: async () => ok([refusal('in-use')]),
  })
  const error = (await service.delete(keyPair))._unsafeUnwrapErr()
  expect(error).toMatchObject({ code: 'in-use', details: { instanceIds: users(100), more } })
})

test('a key pair that somebody attaches meanwhile is in use by that instance only, and was detached from the others', async () => {
  let detached = false
  const service = serviceOf(() => (detached ? ['i-0', 'i-1', 'i-new'] : ['i-0', 'i-1']), {
    doDetachKeyPair: async ({ instanceIds }) => {
      detached = true
      return ok(instanceIds.map((id) => ({ id, ok: true })))
    },
    doDeleteKeyPairs: async () => ok([refusal('in-use')]),
  })
  const error = (await service.delete(keyPair, { ifInUse: 'detach' }))._unsafeUnwrapErr()
  expect(error).toMatchObject({ code: 'in-use', outcome: 'partial', details: { instanceIds: ['i-new'], more: false } })
  expect(error.hint).toContain('detached from 2 instances')
  detached = false
  const many = (await service.deleteMany([keyPair], { ifInUse: 'detach' }))._unsafeUnwrapErr()
  expect(many).toMatchObject({ code: 'incomplete', outcome: 'partial' })
})

test.each(['in-use', 'unknown'] as const)(
  'a delete is retried while the cloud still counts detached instances (%s)',
  async (code) => {
    for (const shown of [['i-0'], []]) {
      let sends = 0
      let detached = false
      const service = serviceOf(() => (detached ? shown : ['i-0']), {
        doDetachKeyPair: async () => {
          detached = true
          return ok([{ id: 'i-0', ok: true }])
        },
        doDeleteKeyPairs: async () => {
          sends += 1
          return ok(sends < 4 ? [refusal(code)] : [{ id: 'kp-1', ok: true }])
        },
      })
      expect((await service.delete(keyPair, { ifInUse: 'detach' })).isOk()).toBe(true)
      expect(sends).toBe(4)
    }
  },
)

test('a detach without an answer leaves it unknown, and nothing is deleted', async () => {
  let deletes = 0
  const service = serviceOf(() => ['i-0'], {
    doDetachKeyPair: async () => err(lost),
    doDeleteKeyPairs: async () => {
      deletes += 1
      return ok([])
    },
  })
  const error = (await service.delete(keyPair, { ifInUse: 'detach' }))._unsafeUnwrapErr()
  expect(error).toMatchObject({ code: 'incomplete', outcome: 'unknown' })
  const many = (await service.deleteMany([keyPair], { ifInUse: 'detach' }))._unsafeUnwrapErr()
  expect(many).toMatchObject({ code: 'incomplete', details: { batch: { unknown: [{ id: 'kp-1' }] } } })
  expect(deletes).toBe(0)
})

test('nothing is detached or deleted if the users cannot be read', async () => {
  const service = serviceOf(() => [], {
    doDescribeInstances: async () => err({ ...lost, code: 'permission-denied', outcome: 'none' }),
    doDetachKeyPair: () => Promise.reject(new Error('never called')),
    doDeleteKeyPairs: () => Promise.reject(new Error('never called')),
  })
  const error = (await service.delete(keyPair, { ifInUse: 'detach' }))._unsafeUnwrapErr()
  expect(error).toMatchObject({ code: 'permission-denied', outcome: 'none' })
})

test.each([
  [100, [undefined, '2'], { instanceIds: [], more: true }],
  [101, [undefined], { instanceIds: users(100), more: true }],
])('of %i users before a page that cannot be read, pages %o are read', async (count, pages, details) => {
  const read: (string | undefined)[] = []
  const service = serviceOf(() => [], {
    doDescribeInstances: async ({ cursor }) => {
      read.push(cursor)
      return cursor === undefined ? ok({ items: users(count).map(record), cursor: '2' }) : err(lost)
    },
    doDeleteKeyPairs: async () => ok([refusal('in-use')]),
  })
  expect((await service.delete(keyPair))._unsafeUnwrapErr()).toMatchObject({ code: 'in-use', details })
  expect(read).toEqual(pages)
})
