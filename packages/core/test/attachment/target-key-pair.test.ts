import { expect, test } from 'vitest'
import { VirtualClock } from '@cloud-keypair/conformance'
import { createKeyPairService as createService } from '../../src/service/create-service.js'
import type { KeyPairService } from '../../src/contract/service.js'
import type { InstanceRecord, KeyPairDriver } from '../../src/contract/key-pair-driver.js'
import type { KeyPair } from '../../src/contract/key-pair.js'
import { err, ok } from '../../src/result.js'
import { batchOf, fates, shown, smallCloud } from '../small-cloud.js'
import { denied, stubDriver } from '../stub-driver.js'

const { capabilities } = stubDriver()
const createKeyPairService = (driver: KeyPairDriver): KeyPairService =>
  createService(driver, { testing: { clock: new VirtualClock(), random: () => 0.5 } })

/** Makes a cloud in which names repeat and instances show only the name; `i-1` has a `twin`. */
function cloudOf(
  pairs: readonly KeyPair[],
  bound: Partial<InstanceRecord> = { keyPair: { name: 'twin' } },
): {
  readonly driver: KeyPairDriver
  readonly sent: string[]
  readonly reads: string[]
} {
  const sent: string[] = []
  const reads: string[] = []
  const instances = capabilities.instances === false ? false : { ...capabilities.instances, showsKeyPairId: false }
  const driver = stubDriver({
    capabilities: { ...capabilities, name: { allows: 'any', maxLength: 64, unique: false }, instances },
    doDescribeKeyPairs: async (request) => {
      const named = request.kind === 'exact' ? request.keyPairs : []
      reads.push(`key pairs by ${named.map(({ by }) => by).join()}`)
      const isNamed = ({ id, name }: KeyPair): boolean =>
        named.some((handle) => (handle.by === 'id' ? handle.id === id : handle.name === name))
      return ok({ items: pairs.filter(isNamed) })
    },
    doDescribeInstances: async (request) => {
      reads.push('instances')
      const ids = request.kind === 'exact' ? request.instanceIds : []
      const items = ids.map((id) => ({ id, power: 'running', ...(id === 'i-1' && bound) }) as const)
      return ok({ items })
    },
    doAttachKeyPair: async ({ instanceIds }) => {
      sent.push('attach')
      return ok(instanceIds.map((id) => ({ id, ok: true })))
    },
    doDetachKeyPair: async ({ instanceIds }) => {
      sent.push('detach')
      return ok(instanceIds.map((id) => ({ id, ok: true })))
    },
  })
  return { driver, sent, reads }
}

const twins = [
  { name: 'twin', id: 'kp-1' },
  { name: 'twin', id: 'kp-2' },
]

test('if two key pairs have the bound name, an attach is not done, and a detach is a conflict', async () => {
  const { driver, sent } = cloudOf(twins)
  const service = createKeyPairService(driver)
  expect((await service.attach({ id: 'kp-1' }, ['i-1']))._unsafeUnwrap().succeeded[0]?.changed).toBe(true)
  const error = (await service.detach({ id: 'kp-1' }, ['i-1']))._unsafeUnwrapErr()
  expect(error.code === 'incomplete' && error.details.batch.failed[0]?.error.code).toBe('conflict')
  expect((await service.attach({ name: 'twin' }, ['i-1']))._unsafeUnwrapErr().code).toBe('conflict')
  expect(sent).toEqual(['attach'])
})

test('if only one key pair has the bound name, it is the bound one', async () => {
  const { driver, sent } = cloudOf(twins.slice(0, 1))
  const service = createKeyPairService(driver)
  expect((await service.attach({ id: 'kp-1' }, ['i-1']))._unsafeUnwrap().succeeded[0]?.changed).toBe(false)
  expect((await service.detach({ name: 'twin' }, ['i-1']))._unsafeUnwrap().succeeded[0]?.changed).toBe(true)
  expect(sent).toEqual(['detach'])
})

test('an attach by id reads who else has the name only if an instance shows that name', async () => {
  const { driver, sent, reads } = cloudOf(twins)
  const service = createKeyPairService(driver)
  expect((await service.attach({ id: 'kp-1' }, ['i-2', 'i-3'])).isOk()).toBe(true)
  expect([...reads, ...sent]).toEqual(['key pairs by id', 'instances', 'attach'])
  expect((await service.attach({ id: 'kp-1', name: 'twin' }, ['i-2'])).isOk()).toBe(true)
  expect(reads.slice(2)).toEqual(['key pairs by id', 'instances'])
  expect((await service.attach({ id: 'kp-1' }, ['i-2', 'i-1'])).isOk()).toBe(true)
  expect(reads.slice(4)).toEqual(['key pairs by id', 'instances', 'key pairs by name'])
})

test('after an attach without an answer, a name that two key pairs have is no evidence', async () => {
  const { driver, sent, reads } = cloudOf(twins)
  let isAttachedByOthers = false
  const service = createKeyPairService({
    ...driver,
    doDescribeInstances: async () => {
      const keyPair = isAttachedByOthers ? { keyPair: { name: 'twin' } } : {}
      return ok({ items: [{ id: 'i-2', power: 'running', ...keyPair }] })
    },
    doAttachKeyPair: async (request, context) => {
      if (isAttachedByOthers) return driver.doAttachKeyPair(request, context)
      isAttachedByOthers = true
      sent.push('unanswered')
      return err({ code: 'network', message: 'cut', outcome: 'unknown', transient: true, scope: 'call' })
    },
  })
  expect((await service.attach({ id: 'kp-1' }, ['i-2'])).isOk()).toBe(true)
  expect(sent).toEqual(['unanswered', 'attach'])
  expect(reads).toEqual(['key pairs by id', 'key pairs by name'])
})

const another = { name: 'another' }
const twin = { name: 'twin' }

test.each([
  ['alone', { keyPair: twin }],
  ['before another', { keyPair: twin, alsoBound: [another] }],
  ['after another', { keyPair: another, alsoBound: [twin] }],
  ['among others', { keyPair: another, alsoBound: [twin, { name: 'a third' }] }],
] as const)('a detach says that the cloud does not tell which of two is bound: %s', async (_, bound) => {
  const { driver, sent } = cloudOf(twins, bound)
  const error = (await createKeyPairService(driver).detach({ id: 'kp-1' }, ['i-1']))._unsafeUnwrapErr()
  const item = error.code === 'incomplete' ? error.details.batch.failed[0]?.error : undefined
  expect(item).toMatchObject({ code: 'conflict', outcome: 'none' })
  expect(item?.message).toContain('and the cloud does not tell which is bound')
  expect(item?.hint).toBe('Attach the key pair that you mean first, or delete the others.')
  expect(sent).toEqual([])
})

test.each([
  ['before another', { keyPair: twin, alsoBound: [another] }],
  ['after another', { keyPair: another, alsoBound: [twin] }],
  ['among others', { keyPair: another, alsoBound: [{ name: 'a third' }, twin] }],
] as const)('a detach says which others are bound too: %s', async (_, bound) => {
  const { driver, sent } = cloudOf(twins.slice(0, 1), bound)
  const error = (await createKeyPairService(driver).detach({ id: 'kp-1' }, ['i-1']))._unsafeUnwrapErr()
  const item = error.code === 'incomplete' ? error.details.batch.failed[0]?.error : undefined
  expect(item?.message).toMatch(/"another"( and "a third")? is bound to the instance too/)
  expect(sent).toEqual([])
})

test('an attach by name, or of a key pair that instances show by id, does not read who else has the name', async () => {
  const byName = cloudOf(twins.slice(0, 1))
  expect((await createKeyPairService(byName.driver).attach(twin, ['i-1'])).isOk()).toBe(true)
  expect(byName.reads).toEqual(['key pairs by name', 'instances'])
  const { driver, reads } = cloudOf(twins, { keyPair: { name: 'twin', id: 'kp-1' } })
  const instances = driver.capabilities.instances && { ...driver.capabilities.instances, showsKeyPairId: true }
  const shows = createKeyPairService({ ...driver, capabilities: { ...driver.capabilities, instances } })
  expect((await shows.attach({ id: 'kp-1' }, ['i-1']))._unsafeUnwrap().succeeded[0]?.changed).toBe(false)
  expect(reads).toEqual(['key pairs by id', 'instances'])
})

test('a read of who else has the name that is denied is the plain error', async () => {
  const { driver, sent } = cloudOf(twins)
  const service = createKeyPairService({
    ...driver,
    doDescribeKeyPairs: async (request, context) =>
      request.kind === 'exact' && request.keyPairs.some(({ by }) => by === 'name')
        ? err(denied)
        : driver.doDescribeKeyPairs(request, context),
  })
  for (const options of [{}, { takeEffect: 'now' } as const]) {
    const error = (await service.attach({ id: 'kp-1' }, ['i-1'], options))._unsafeUnwrapErr()
    expect(error).toMatchObject({ code: 'permission-denied', outcome: 'none' })
  }
  expect(sent).toEqual([])
})

test('an attach with a restart reads once who else has the name, whatever the instances show before', async () => {
  for (const [pairs, fate] of [
    [twins.slice(0, 1), 'i-2 changed now'],
    [twins, 'i-2 failed partial conflict'],
  ] as const) {
    const { driver, reads } = cloudOf(pairs)
    let isAttached = false
    const service = createKeyPairService({
      ...driver,
      doDescribeInstances: async () =>
        ok({ items: [{ id: 'i-2', power: 'running', ...(isAttached && { keyPair: twin }) }] }),
      doAttachKeyPair: async (request, context) => {
        isAttached = true
        return driver.doAttachKeyPair(request, context)
      },
    })
    const changed = await service.attach({ id: 'kp-1' }, ['i-2'], { takeEffect: 'now' })
    expect(fates(batchOf(changed))).toEqual([fate])
    expect(reads).toEqual(['key pairs by id', 'key pairs by name'])
  }
})

test.each([
  [{ showsKeyPairId: true }, false, ['reboot i-1']],
  [{ showsKeyPairId: false }, true, ['reboot i-1']],
  [{ showsKeyPairId: false }, false, ['attach i-1', 'reboot i-1']],
  [{ showsKeyPairId: false }, 'undocumented', ['attach i-1', 'reboot i-1']],
] as const)(
  'a shown name is attached again if it may be that of a deleted key pair: %j, refuses to delete in use: %s',
  async (traits, refusesInUse, expected) => {
    const { service, sent } = smallCloud({ 'i-1': { keyPair: shown('new') } }, traits, (_, plain) => ({
      capabilities: { ...plain.capabilities, delete: { ...plain.capabilities.delete, refusesInUse } },
    }))
    await service.attach({ name: 'new' }, ['i-1'], { takeEffect: 'now' })
    expect(sent).toEqual(expected)
  },
)
