import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { compiledPackages } from '../../../tests/support/compiled-packages.js'

const run = promisify(execFile)

interface Loaded {
  readonly before: readonly string[]
  readonly afterEns: readonly string[]
  readonly afterEcs: readonly string[]
  readonly done: boolean
}

test('a first call loads the signing code of the vendor and the request model of its action, and no client', async () => {
  const script = fileURLToPath(new URL('../compiled/programs/loaded-run.js', import.meta.url))
  const child = await run(process.execPath, [compiledPackages, script], {
    cwd: fileURLToPath(new URL('..', import.meta.url)),
    env: { PATH: process.env['PATH'] },
    maxBuffer: 16 * 1024 * 1024,
  })
  const { before, afterEns, afterEcs, done }: Loaded = JSON.parse(child.stdout)
  const vendor = /^@(alicloud|darabonba)/
  expect(done).toBe(true)
  expect(before.filter((path) => vendor.test(path))).toEqual([])
  expect(afterEns).toContain('@alicloud/openapi-util/dist/client.js')
  expect(afterEns.filter((path) => /^@alicloud\/(ecs20140526|openapi-core|credentials)/.test(path))).toEqual([])
  expect(afterEcs.filter((path) => vendor.test(path) && !afterEns.includes(path))).toEqual([
    '@alicloud/ecs20140526/dist/models/DeleteKeyPairsRequest.js',
  ])
})
