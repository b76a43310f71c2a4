import { expect, test } from 'vitest'
import { runCompiled } from '../../../tests/support/run-compiled.js'

interface Loaded {
  readonly before: readonly string[]
  readonly after: readonly string[]
  readonly done: boolean
}

test('the first call loads the signer, and the import of the package does not', async () => {
  const { stdout } = await runCompiled(import.meta.url, 'loaded-run')
  const { before, after, done }: Loaded = JSON.parse(stdout)
  const ofSigner = (paths: readonly string[]): readonly string[] => paths.filter((path) => path.startsWith('aws4/'))
  expect(done).toBe(true)
  expect(ofSigner(before)).toEqual([])
  expect(ofSigner(after)).toContain('aws4/aws4.js')
})
