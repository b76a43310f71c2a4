import { expect, test } from 'vitest'
import { runCompiled } from '../../../tests/support/run-compiled.js'

interface Loaded {
  readonly before: readonly string[]
  readonly after: readonly string[]
  readonly done: boolean
}

test('the first call loads the signer of the vendor and no client of it, and the import of the package loads neither', async () => {
  const { stdout } = await runCompiled(import.meta.url, 'loaded-run')
  const { before, after, done }: Loaded = JSON.parse(stdout)
  const ofVendor = (paths: readonly string[]): readonly string[] =>
    paths.filter((path) => path.startsWith('tencentcloud-sdk-nodejs-common/'))
  expect(done).toBe(true)
  expect(ofVendor(before)).toEqual([])
  expect(ofVendor(after)).toContain('tencentcloud-sdk-nodejs-common/tencentcloud/common/sign.js')
  expect(ofVendor(after).filter((path) => /client|http/.test(path))).toEqual([])
})
