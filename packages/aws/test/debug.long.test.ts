import { expect, test } from 'vitest'
import { answer, canaries, startCloud } from './support/cloud.js'
import { runCompiled } from '../../../tests/support/run-compiled.js'

test('with every debug switch on, a call prints no secret', async () => {
  const pem = '-----BEGIN RSA PRIVATE KEY-----\ncanary-private-key\n-----END RSA PRIVATE KEY-----'
  const pair = `<keyPairId>key-1</keyPairId><keyName>k</keyName><keyMaterial>${pem}</keyMaterial>`
  await using cloud = await startCloud({ body: answer('CreateKeyPair', pair) })
  const { stdout, stderr } = await runCompiled(import.meta.url, 'debug-run', [cloud.origin], {
    NODE_DEBUG: '*',
    DEBUG: '*',
  })
  const printed = stdout + stderr
  expect(stdout).toContain('created true')
  expect(stderr).toMatch(/^NET \d+/m)
  expect(canaries.filter((canary) => printed.includes(canary))).toEqual([])
})
