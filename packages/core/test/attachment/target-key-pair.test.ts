import { expect, test } from 'vitest'
import { createKeyPairService } from '../../src/service/create-service.js'
import type { KeyPairDriver } from '../../src/contract/key-pair-driver.js'
import type { KeyPair } from '../../src/contract/key-pair.js'
import { ok } from '../../src/result.js'
import { stubDriver } from '../stub-driver.js'

const { capabilities } = stubDriver()

/** Makes a cloud in which names repeat and instances show only the name; `i-1` has a `twin`. */
function cloudOf(pairs: readonly KeyPair[]): { readonly driver: KeyPairDriver; readonly sent: string[] } {
  const sent: string[] = []
  const instances = capabilities.instances === false ? false : { ...capabilities.instances, showsKeyPairId: false }
  const driver = stubDriver({
    capabilities: { ...capabilities, name: { allows: 'any', maxLength: 64, unique: false }, instances },
    doDescribeKeyPairs: async (request) => {
      const named = request.kind === 'exact' ? request.keyPairs : []
      const isNamed = ({ id, name }: KeyPair): boolean =>
        named.some((handle) => (handle.by === 'id' ? handle.id === id : handle.name === name))
      return ok({ items: pairs.filter(isNamed) })
    },
    doDescribeInstances: async () => ok({ items: [{ id: 'i-1', power: 'running', keyPair: { name: 'twin' } }] }),
    doAttachKeyPair: async ({ instanceIds }) => {
      sent.push('attach')
      return ok(instanceIds.map((id) => ({ id, ok: true })))
    },
    doDetachKeyPair: async ({ instanceIds }) => {
      sent.push('detach')
      return ok(instanceIds.map((id) => ({ id, ok: true })))
    },
  })
  return { driver, sent }
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
