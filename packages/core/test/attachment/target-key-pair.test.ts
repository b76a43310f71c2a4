import { expect, test } from 'vitest'
import { createKeyPairService } from '../../src/service/create-service.js'
import type { KeyPairDriver } from '../../src/contract/key-pair-driver.js'
import type { KeyPair } from '../../src/contract/key-pair.js'
import { err, ok } from '../../src/result.js'
import { stubDriver } from '../stub-driver.js'

const { capabilities } = stubDriver()

/** Makes a cloud in which names repeat and instances show only the name; `i-1` has a `twin`. */
function cloudOf(pairs: readonly KeyPair[]): {
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
      const items = ids.map(
        (id) => ({ id, power: 'running', ...(id === 'i-1' && { keyPair: { name: 'twin' } }) }) as const,
      )
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
