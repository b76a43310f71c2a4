import { expect, test } from 'vitest'
import { openSshLine } from '../../src/driver.js'

test.each([
  ['ssh-rsa AAAA', 'ssh-rsa AAAA'],
  [' ssh-ed25519 AAAA== skey_112168\n', 'ssh-ed25519 AAAA=='],
  ['ecdsa-sha2-nistp256 AA/A+ a comment of two words', 'ecdsa-sha2-nistp256 AA/A+'],
  ['sk-ssh-ed25519@openssh.com AAAA', 'sk-ssh-ed25519@openssh.com AAAA'],
  ['-----BEGIN CERTIFICATE-----\nAAAA', undefined],
  ['---- BEGIN SSH2 PUBLIC KEY ----\nAAAA', undefined],
  ['ssh-rsa AAAA!', undefined],
  ['from="10.0.0.1" ssh-rsa AAAA', undefined],
  ['ssh-rsa', undefined],
  ['', undefined],
  [null, undefined],
  [undefined, undefined],
])('the line of %j is %s', (text, line) => {
  expect(openSshLine(text)).toBe(line)
})
