import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { answer, canaries, startCloud } from './support/cloud.js'
import { compiledPackages } from '../../../tests/support/compiled-packages.js'

const run = promisify(execFile)

test('with every debug switch on, a call prints no secret', async () => {
  const pem = '-----BEGIN RSA PRIVATE KEY-----\ncanary-private-key\n-----END RSA PRIVATE KEY-----'
  const pair = `<keyPairId>key-1</keyPairId><keyName>k</keyName><keyMaterial>${pem}</keyMaterial>`
  await using cloud = await startCloud({ body: answer('CreateKeyPair', pair) })
  const script = fileURLToPath(new URL('../compiled/programs/debug-run.js', import.meta.url))
  const child = await run(process.execPath, [compiledPackages, script, cloud.origin], {
    cwd: fileURLToPath(new URL('..', import.meta.url)),
    env: { PATH: process.env['PATH'], NODE_DEBUG: '*', DEBUG: '*' },
    maxBuffer: 256 * 1024 * 1024,
  })
  const printed = child.stdout + child.stderr
  expect(child.stdout).toContain('created true')
  expect(child.stderr).toMatch(/^NET \d+/m)
  expect(canaries.filter((canary) => printed.includes(canary))).toEqual([])
})
