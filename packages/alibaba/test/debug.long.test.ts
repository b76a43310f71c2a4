import { expect, test } from 'vitest'
import { canaries, json, privateKeyBody, startCloud } from './support/cloud.js'
import { runCompiled } from '../../../tests/support/run-compiled.js'

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
  const { stdout, stderr } = await runCompiled(import.meta.url, 'debug-run', [product, cloud.origin, ...loadedFirst], {
    NODE_DEBUG: '*',
    DEBUG: '*',
  })
  const printed = stdout + stderr
  expect(stdout).toContain('created true')
  expect(stderr).toMatch(/^NET \d+/m)
  expect(canaries.filter((canary) => printed.includes(canary))).toEqual([])
})
