import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'

const run = promisify(execFile)

test('the vendor is loaded by the first call, and no more of it than that call needs', async () => {
  const script = fileURLToPath(new URL('support/loaded-run.ts', import.meta.url))
  const child = await run(process.execPath, ['--conditions=cloud-keypair-source', '--import', 'tsx', script], {
    cwd: fileURLToPath(new URL('..', import.meta.url)),
    env: { PATH: process.env['PATH'] },
    maxBuffer: 16 * 1024 * 1024,
  })
  const { before, after, whole, done }: Loaded = JSON.parse(child.stdout)
  expect(done).toBe(true)
  expect(before).toEqual([])
  expect(after.some((path) => path.includes('@alicloud/tea-typescript'))).toBe(true)
  const heavy = /ecs20140526|openapi-core|darabonba|alicloud\/credentials/
  expect(after.filter((path) => heavy.test(path))).toEqual([])
  expect(whole).toBe('a=b')
})

interface Loaded {
  readonly before: readonly string[]
  readonly after: readonly string[]
  readonly whole: unknown
  readonly done: boolean
}
