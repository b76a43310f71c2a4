import { describe, expect, test } from 'vitest'
import { runCompiled } from '../../../tests/support/run-compiled.js'
import { canaries, envelope, startCloud } from './support/cloud.js'

describe('with every debug switch of Node.js and of the vendor on', () => {
  const PrivateKey = '-----BEGIN RSA PRIVATE KEY-----\ncanary-private-key\n-----END RSA PRIVATE KEY-----'

  test.each([
    ['before the vendor is loaded by anybody', []],
    ["after the application loaded the vendor's package", ['@volcengine/openapi']],
    ["after the application loaded the vendor's signer", ['@volcengine/openapi/lib/base/sign.js']],
  ])('a call prints no secret %s', async (_, loadedFirst) => {
    await using cloud = await startCloud({ body: envelope('CreateKeyPair', { KeyPairName: 'k', PrivateKey }) })
    const { stdout, stderr } = await runCompiled(import.meta.url, 'debug-run', [cloud.origin, ...loadedFirst], {
      NODE_DEBUG: 'signer,keypair,*',
      DEBUG: '*',
    })
    const printed = stdout + stderr
    expect(stdout).toContain('created true')
    expect(stderr).toMatch(/^NET \d+/m)
    expect(printed).not.toContain('CanonicalString')
    expect(canaries.filter((canary) => printed.includes(canary))).toEqual([])
  })
})
