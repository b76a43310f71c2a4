import { expect, test } from 'vitest'
import { collect } from '../../src/service/unwrap-results.js'
import { createKeyPairService } from '../../src/service/create-service.js'
import type { CallFailure } from '../../src/contract/key-pair-driver.js'
import type { KeyPair } from '../../src/contract/key-pair.js'
import { err, ok } from '../../src/result.js'
import { stubDriver } from '../stub-driver.js'

const lost: CallFailure = { code: 'network', message: 'reset', outcome: 'unknown', transient: true, scope: 'call' }
const throttled: CallFailure = { ...lost, code: 'throttled', outcome: 'none' }

/** Makes a cloud that fails each delete in the given way, and then lists these key pairs. */
async function deleted(
  failure: CallFailure,
  before: KeyPair,
  after: readonly KeyPair[],
): Promise<{ readonly sends: number; readonly changed: boolean | undefined }> {
  let sends = 0
  const driver = stubDriver({
    doDescribeKeyPairs: async () => ok({ items: sends === 0 ? [before] : after }),
    doDeleteKeyPairs: async (keyPairs) => {
      sends += 1
      return sends === 1 ? err(failure) : ok(keyPairs.map(({ id, name }) => ({ id: id ?? name, ok: true })))
    },
  })
  const result = await createKeyPairService(driver, { testing: { random: () => 0 } }).delete({ name: 'deploy' })
  return { sends, changed: result.isOk() ? result.value.changed : undefined }
}

const old: KeyPair = { name: 'deploy', id: 'kp-1', fingerprint: 'aa' }

test.each([lost, throttled])('a newer key pair of the name is not deleted in place of the old one', async (failure) => {
  const newer = { ...old, id: 'kp-2' }
  expect(await deleted(failure, old, [newer])).toEqual({ sends: 1, changed: true })
})

test('without ids, a newer key pair is recognised by its creation time or its key', async () => {
  const { id: _, ...nameless } = old
  const before = { ...nameless, createdAt: new Date(1) }
  expect(await deleted(lost, before, [{ ...nameless, createdAt: new Date(2) }])).toEqual({ sends: 1, changed: true })
  expect(await deleted(lost, before, [{ ...before, fingerprint: 'bb' }])).toEqual({ sends: 1, changed: true })
  expect(await deleted(lost, before, [before])).toEqual({ sends: 2, changed: true })
})

test('the same key pair is deleted again after an unanswered delete', async () => {
  expect(await deleted(lost, old, [old])).toEqual({ sends: 2, changed: true })
})

test('a key pair that is missing after an unanswered delete is not deleted again', async () => {
  expect(await deleted(lost, old, [])).toEqual({ sends: 1, changed: true })
})

test.each(['invalid-argument', 'unknown'] as const)(
  'a delete refused as %s for a key pair that somebody else deleted is an unchanged success',
  async (code) => {
    const refused: CallFailure = { ...lost, code, outcome: 'none', transient: false }
    expect(await deleted(refused, old, [])).toEqual({ sends: 1, changed: false })
    expect(await deleted(refused, old, [{ ...old, id: 'kp-2' }])).toEqual({ sends: 1, changed: false })
    expect(await deleted(refused, old, [old])).toEqual({ sends: 1, changed: undefined })
  },
)

test('an instance with an older key pair of the name does not use the new one', async () => {
  const driver = stubDriver({
    doDescribeInstances: async () =>
      ok({
        items: [
          { id: 'i-1', power: 'running', keyPair: { name: 'deploy', id: 'kp-0' } },
          { id: 'i-2', power: 'running', keyPair: { name: 'deploy', id: 'kp-1' } },
          { id: 'i-3', power: 'stopped', keyPair: { name: 'deploy' } },
        ],
      }),
  })
  const usages = await collect(createKeyPairService(driver).usages({ name: 'deploy' }), { max: 10 })
  expect(usages._unsafeUnwrap()).toEqual([
    { instanceId: 'i-2', power: 'running', matchedBy: 'id' },
    { instanceId: 'i-3', power: 'stopped', matchedBy: 'name' },
  ])
})

test('a list with foreign key pairs is an error, and nothing is cut off silently', async () => {
  const driver = stubDriver({ doDescribeKeyPairs: async () => ok({ items: [old, { ...old, id: 'kp-2' }] }) })
  const service = createKeyPairService(driver)
  expect((await collect(service.list(), { max: 1 }))._unsafeUnwrapErr().code).toBe('invalid-argument')
  expect((await collect(service.list(), { max: 2 }))._unsafeUnwrap()).toHaveLength(2)
})

test('an id and a name of the same text are two key pairs', async () => {
  const pairs: readonly KeyPair[] = [
    { name: 'aaa', id: 'kp-1' },
    { name: 'kp-1', id: 'kp-2' },
  ]
  const sent: string[] = []
  const driver = stubDriver({
    doDescribeKeyPairs: async () => ok({ items: pairs }),
    doDeleteKeyPairs: async (keyPairs) => {
      sent.push(...keyPairs.map(({ name }) => name))
      return ok(keyPairs.map(({ id, name }) => ({ id: id ?? name, ok: true })))
    },
  })
  const batch = await createKeyPairService(driver).deleteMany([{ id: 'kp-1' }, { name: 'kp-1' }])
  expect(batch._unsafeUnwrap().items.map(({ id }) => id)).toEqual(['kp-1', 'kp-1'])
  expect(sent.toSorted()).toEqual(['aaa', 'kp-1'])
})

test('a missing name is not taken for the key pair with that id', async () => {
  const sent: string[] = []
  const driver = stubDriver({
    doDescribeKeyPairs: async () => ok({ items: sent.includes('aaa') ? [] : [{ name: 'aaa', id: 'kp-1' }] }),
    doDeleteKeyPairs: async (keyPairs) => {
      sent.push(...keyPairs.map(({ name }) => name))
      return ok(keyPairs.map(({ id, name }) => ({ id: id ?? name, ok: true })))
    },
  })
  const batch = await createKeyPairService(driver).deleteMany([{ id: 'kp-1' }, { name: 'kp-1' }, { name: 'aaa' }])
  expect(batch._unsafeUnwrap().items).toMatchObject([
    { id: 'kp-1', changed: true },
    { id: 'kp-1', changed: false },
    { id: 'aaa', changed: true },
  ])
  expect(sent).toEqual(['aaa', 'kp-1'])
})

test('a key pair that cannot be read again is not reported as deleted', async () => {
  const odd = { name: 'deploy', id: 'x'.repeat(300) }
  const driver = stubDriver({
    doDescribeKeyPairs: async () => ok({ items: [odd] }),
    doDeleteKeyPairs: async () => err({ ...lost, transient: false }),
  })
  const error = (await createKeyPairService(driver).delete({ name: 'deploy' }))._unsafeUnwrapErr()
  expect([error.code, error.outcome]).toEqual(['network', 'unknown'])
})
