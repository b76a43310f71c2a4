import fc from 'fast-check'
import { expect, test } from 'vitest'
import { md5Fingerprint, normalizeMd5, sameFingerprint, sha256Fingerprint } from '../../src/key-material/fingerprint.js'
import { parsePublicKey } from '../../src/key-material/parse-public-key.js'
import { rsaLine } from './blobs.js'

const key = parsePublicKey(rsaLine(2048))._unsafeUnwrap()
const md5 = md5Fingerprint(key) ?? ''
const sha256 = sha256Fingerprint(key)

function withColons(digits: string): string {
  return digits.replace(/..(?=.)/g, '$&:')
}

test('an MD5 fingerprint is 32 lower-case digits, and a SHA-256 one is unpadded', () => {
  expect(md5).toMatch(/^[0-9a-f]{32}$/)
  expect(sha256).toMatch(/^SHA256:[A-Za-z0-9+/]{43}$/)
})

test('the same MD5 is the same key whatever its colons, case, prefix and white space', () => {
  for (const form of [md5, withColons(md5), md5.toUpperCase(), `MD5:${withColons(md5)}`, `md5:${md5}`, ` ${md5}\n`]) {
    expect(sameFingerprint(form, key)).toBe('same')
    expect(normalizeMd5(form)).toBe(md5)
  }
})

test('a SHA-256 fingerprint is compared with or without padding', () => {
  expect(sameFingerprint(sha256, key)).toBe('same')
  expect(sameFingerprint(`${sha256}=`, key)).toBe('same')
})

test('a fingerprint of a comparable form with any digit changed is different', () => {
  fc.assert(
    fc.property(fc.nat(31), fc.integer({ min: 1, max: 15 }), (at, add) => {
      const digit = ((Number.parseInt(md5.charAt(at), 16) + add) % 16).toString(16)
      expect(sameFingerprint(md5.slice(0, at) + digit + md5.slice(at + 1), key)).toBe('different')
    }),
  )
  expect(sameFingerprint(`SHA256:${'A'.repeat(43)}`, key)).toBe('different')
})

test.each([
  ['no fingerprint', undefined],
  ['an empty one', ''],
  ['20 bytes, as a sample of Alibaba ECS has', '89:f0:ba:62:ac:b8:aa:e1:61:5e:fd:81:69:86:6d:6b:f0:c0:5a:00'],
  ['a masked one', `${md5.slice(0, 26)}******`],
  ['15 bytes', md5.slice(2)],
  ['colons in wrong places', `${md5.slice(0, 1)}:${md5.slice(1)}`],
  ['a colon too many', `${withColons(md5)}:`],
  ['a word', 'ABC1234567'],
  ['SHA-256 in hexadecimal', md5 + md5],
  ['SHA-256 without its prefix', sha256.slice(7)],
  ['SHA-256 with a digit less', sha256.slice(0, -1)],
  ['two prefixes', `MD5:MD5:${md5}`],
])('%s cannot be compared', (_, fingerprint) => {
  expect(sameFingerprint(fingerprint, key)).toBe('incomparable')
  expect(normalizeMd5(fingerprint ?? '')).toBeUndefined()
})

test('no text but a fingerprint of the key is taken for the same', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      expect(sameFingerprint(text, key)).not.toBe('same')
    }),
  )
})
