import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { canaries, json, privateKeyBody, startCloud } from './support/cloud.js'
import { compiledPackages } from '../../../tests/support/compiled-packages.js'

const run = promisify(execFile)
const script = fileURLToPath(new URL('../compiled/programs/debug-run.js', import.meta.url))

test.each([
  ['ecs', 'before the vendor is loaded by anybody', []],
  ['ens', 'before the vendor is loaded by anybody', []],
  [
    'ecs',
    "after the application loaded the vendor's packages",
    ['@alicloud/ecs20140526', '@alicloud/openapi-util', '@alicloud/credentials'],
  ],
] as const)('with every debug switch on, a call to %s prints no secret %s', async (product, _, loadedFirst) => {
  await using cloud = await startCloud(product, { body: json({ KeyPairName: 'k', PrivateKeyBody: privateKeyBody }) })
  const parameters = [compiledPackages, script, product, cloud.origin]
  const child = await run(process.execPath, [...parameters, ...loadedFirst], {
    cwd: fileURLToPath(new URL('..', import.meta.url)),
    env: { PATH: process.env['PATH'], NODE_DEBUG: '*', DEBUG: '*' },
    maxBuffer: 256 * 1024 * 1024,
  })
  const printed = child.stdout + child.stderr
  expect(child.stdout).toContain('created true')
  expect(child.stderr).toMatch(/^NET \d+/m)
  expect(canaries.filter((canary) => printed.includes(canary))).toEqual([])
})
