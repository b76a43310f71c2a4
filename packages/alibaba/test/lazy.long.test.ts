import { expect, test } from 'vitest'
import { runCompiled } from '../../../tests/support/run-compiled.js'

interface Loaded {
  readonly before: readonly string[]
  readonly afterEns: readonly string[]
  readonly afterEcs: readonly string[]
  readonly done: boolean
}

test('a first call loads the signing code of the vendor and the request model of its action, and no client', async () => {
  const { stdout } = await runCompiled(import.meta.url, 'loaded-run')
  const { before, afterEns, afterEcs, done }: Loaded = JSON.parse(stdout)
  const vendor = /^@(alicloud|darabonba)/
  expect(done).toBe(true)
  expect(before.filter((path) => vendor.test(path))).toEqual([])
  expect(afterEns).toContain('@alicloud/openapi-util/dist/client.js')
  expect(afterEns.filter((path) => /^@alicloud\/(ecs20140526|openapi-core|credentials)/.test(path))).toEqual([])
  expect(afterEcs.filter((path) => vendor.test(path) && !afterEns.includes(path))).toEqual([
    '@alicloud/ecs20140526/dist/models/DeleteKeyPairsRequest.js',
  ])
})
