import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { describe, expect, test } from 'vitest'
import { compiledPackages } from '../../../tests/support/compiled-packages.js'
import { canaries, envelope, startCloud } from './support/cloud.js'

const run = promisify(execFile)

describe('with every debug switch of Node.js and of the vendor on', () => {
  const script = fileURLToPath(new URL('../compiled/programs/debug-run.js', import.meta.url))
  const PrivateKey = '-----BEGIN RSA PRIVATE KEY-----\ncanary-private-key\n-----END RSA PRIVATE KEY-----'

  test.each([
    ['before the vendor is loaded by anybody', []],
    ["after the application loaded the vendor's package", ['@volcengine/openapi']],
    ["after the application loaded the vendor's signer", ['@volcengine/openapi/lib/base/sign.js']],
  ])('a call prints no secret %s', async (_, loadedFirst) => {
    await using cloud = await startCloud({ body: envelope('CreateKeyPair', { KeyPairName: 'k', PrivateKey }) })
    const parameters = [compiledPackages, script, cloud.origin, ...loadedFirst]
    const child = await run(process.execPath, parameters, {
      cwd: fileURLToPath(new URL('..', import.meta.url)),
      env: { PATH: process.env['PATH'], NODE_DEBUG: 'signer,keypair,*', DEBUG: '*' },
      maxBuffer: 256 * 1024 * 1024,
    })
    const printed = child.stdout + child.stderr
    expect(child.stdout).toContain('created true')
    expect(child.stderr).toMatch(/^NET \d+/m)
    expect(printed).not.toContain('CanonicalString')
    expect(canaries.filter((canary) => printed.includes(canary))).toEqual([])
  })
})
