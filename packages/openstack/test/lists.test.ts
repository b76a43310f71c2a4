import type { KeyPair, Result } from '@cloud-keypair/core'
import { type CallFailure, createKeyPairStore, type Page } from '@cloud-keypair/core/driver'
import { expect, test } from 'vitest'
import { type Cloud, list, publicKey, startCloud } from './support/cloud.js'

const pageOf = (cloud: Cloud, cursor: string | undefined): Promise<Result<Page<KeyPair>, CallFailure>> =>
  cloud.driver.doDescribeKeyPairs({ ...list, cursor, pageSize: 2 }, cloud.context)

/** Reads all pages, and does something before each but the first. */
async function readAll(
  cloud: Cloud,
  between: (last: string) => void = () => undefined,
): Promise<readonly string[] | CallFailure> {
  const names: string[] = []
  let cursor: string | undefined
  do {
    const page = await pageOf(cloud, cursor)
    if (page.isErr()) return page.error
    names.push(...page.value.items.map(({ name }) => name))
    cursor = page.value.cursor
    if (cursor !== undefined) between(names.at(-1) ?? '')
  } while (cursor !== undefined)
  return names
}

async function withKeyPairs(count: number, variants = {}): Promise<Cloud> {
  const cloud = await startCloud({ variants })
  for (let index = 0; index < count; index += 1) cloud.simulator.world.seedKeyPair({ name: `k${index}` })
  return cloud
}

test('a list has every key pair once, over pages whose links lead to another host', async () => {
  await using cloud = await withKeyPairs(5, { linkHost: 'other' })
  expect(await readAll(cloud)).toEqual(['k0', 'k1', 'k2', 'k3', 'k4'])
})

test('a cloud with shorter pages is read to the end', async () => {
  await using cloud = await withKeyPairs(5, { maxLimit: 1 })
  expect(await readAll(cloud)).toEqual(['k0', 'k1', 'k2', 'k3', 'k4'])
})

test('a list is begun again if the last key pair of a page was deleted, and has every key pair once', async () => {
  await using cloud = await withKeyPairs(5)
  let isFirst = true
  const names = await readAll(cloud, () => {
    if (isFirst) cloud.simulator.world.removeKeyPair('k1')
    isFirst = false
  })
  expect(names).toEqual(['k0', 'k1', 'k2', 'k3', 'k4'])
})

test('a list whose pages lose their last key pair again and again is busy in the end', async () => {
  await using cloud = await withKeyPairs(20)
  const found = await readAll(cloud, (last) => cloud.simulator.world.removeKeyPair(last))
  expect(found).toMatchObject({ code: 'busy', outcome: 'none' })
})

test('a list whose token ends between two pages goes on with another token, and has every key pair once', async () => {
  await using cloud = await withKeyPairs(5)
  expect(await readAll(cloud, () => cloud.simulator.world.revokeTokens())).toEqual(['k0', 'k1', 'k2', 'k3', 'k4'])
  const begin = ['Authenticate', 'DescribeVersion']
  const again = ['ListKeyPairs', ...begin, 'ListKeyPairs']
  expect(cloud.actions()).toEqual([...begin, 'ListKeyPairs', ...again, ...again])
})

test('a public key is shown without its comment and line break', async () => {
  await using cloud = await startCloud({ variants: { seededKey: 'commented' } })
  cloud.simulator.world.seedKeyPair({ name: 'k', publicKey })
  const page = await pageOf(cloud, undefined)
  expect(page.isOk() && page.value.items[0]?.publicKey).toBe(publicKey)
})

test('the hint of a key pair in use does not speak of a detach, which the cloud does not have', async () => {
  await using cloud = await startCloud()
  cloud.simulator.world.seedKeyPair({ name: 'deploy' })
  cloud.simulator.world.seedInstances([{ id: 'own', keyName: 'deploy' }])
  const refused = (await createKeyPairStore(cloud.driver).delete({ name: 'deploy' }))._unsafeUnwrapErr()
  expect(refused).toMatchObject({ code: 'in-use', hint: expect.stringMatching(/^Replace these instances.* ifInUse/) })
  expect(refused.hint).not.toMatch(/detach/i)
})

test('a server of another user of the project is no user of the key pair, whatever the name', async () => {
  await using cloud = await startCloud()
  cloud.simulator.world.seedInstances([
    { id: 'own', keyName: 'deploy' },
    { id: 'of-another', keyName: 'deploy', userId: 'another' },
    { id: 'alike', keyName: 'deploy-2' },
  ])
  const page = await cloud.driver.doDescribeInstances({ kind: 'bound', cursor: undefined }, cloud.context)
  expect(page.isOk() && page.value.items).toEqual([
    { id: 'own', power: 'running', keyPair: { name: 'deploy' } },
    { id: 'alike', power: 'running', keyPair: { name: 'deploy-2' } },
  ])
})
