import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { compiledPackages } from '../../../tests/support/compiled-packages.js'

const run = promisify(execFile)

interface Loaded {
  readonly before: readonly string[]
  readonly after: readonly string[]
  readonly done: boolean
}

test('the first call loads the signing code of the vendor, and nothing else of its package', async () => {
  const script = fileURLToPath(new URL('../compiled/programs/loaded-run.js', import.meta.url))
  const child = await run(process.execPath, [compiledPackages, script], {
    cwd: fileURLToPath(new URL('..', import.meta.url)),
    env: { PATH: process.env['PATH'] },
    maxBuffer: 16 * 1024 * 1024,
  })
  const { before, after, done }: Loaded = JSON.parse(child.stdout)
  const ofVendor = (paths: readonly string[]): readonly string[] => paths.filter((path) => path.startsWith('@volc'))
  expect(done).toBe(true)
  expect(ofVendor(before)).toEqual([])
  expect(ofVendor(after)).toEqual(['@volcengine/openapi/lib/base/sign.js'])
  expect(after.filter((path) => /^(axios|protobufjs|debug)\//.test(path))).toEqual([])
})
