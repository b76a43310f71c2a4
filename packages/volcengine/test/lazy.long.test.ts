import { expect, test } from 'vitest'
import { runCompiled } from '../../../tests/support/run-compiled.js'

interface Loaded {
  readonly before: readonly string[]
  readonly after: readonly string[]
  readonly done: boolean
}

test('the first call loads the signing code of the vendor, and nothing else of its package', async () => {
  const { stdout } = await runCompiled(import.meta.url, 'loaded-run')
  const { before, after, done }: Loaded = JSON.parse(stdout)
  const ofVendor = (paths: readonly string[]): readonly string[] => paths.filter((path) => path.startsWith('@volc'))
  expect(done).toBe(true)
  expect(ofVendor(before)).toEqual([])
  expect(ofVendor(after)).toEqual(['@volcengine/openapi/lib/base/sign.js'])
  expect(after.filter((path) => /^(axios|protobufjs|debug)\//.test(path))).toEqual([])
})
