import { readFileSync } from 'node:fs'
import { collect } from '@cloud-keypair/core'
import { startAwsSimulator } from '@cloud-keypair/simulator'
import { expect, test } from 'vitest'
import { createAwsKeyPairStore } from '../src/index.js'
import { rsaKey } from '../../../tests/support/rsa-keys.js'

const page = readFileSync(new URL('../../../docs/permissions.md', import.meta.url), 'utf8')

test('the page of permissions grants for Amazon EC2 exactly the actions of the operations', async () => {
  const simulator = await startAwsSimulator()
  const { region, url: endpoint, accessKeyId, secretAccessKey, calls } = simulator
  await using store = createAwsKeyPairStore({ region, endpoint, credentials: { accessKeyId, secretAccessKey } })
  const { publicKey } = rsaKey()
  const imported = await store.import({ name: 'here', publicKey: publicKey.line, tags: { a: 'b' } })
  const made = await store.createInCloud({ name: 'there' })
  const updated = await store.update({ name: 'here' }, { tags: { a: null, c: 'd' } })
  const users = await collect(store.usages({ name: 'here' }), { max: 10 })
  const deleted = await store.deleteMany([{ name: 'here' }, { name: 'there' }])
  expect([imported, made, updated, users, deleted].map((result) => result.isOk())).toEqual([
    true,
    true,
    true,
    true,
    true,
  ])
  const granted = [...page.matchAll(/"(ec2:\w+)"/g)].map(([, name = '']) => name)
  expect(granted.toSorted()).toEqual([...new Set(calls.map(({ action }) => `ec2:${action}`))].toSorted())
  await simulator.close()
})
