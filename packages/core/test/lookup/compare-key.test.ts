import { describe, expect, test } from 'vitest'
import { md5Fingerprint, md5Forms } from '../../src/key-material/fingerprint.js'
import { parsePublicKey } from '../../src/key-material/parse-public-key.js'
import { compareRecords, fingerprintOf, hasMd5, identifyKeys } from '../../src/lookup/compare-key.js'
import { rsaLine } from '../key-material/blobs.js'

const line = rsaLine(2048)
const key = parsePublicKey(line)._unsafeUnwrap()
const md5 = md5Fingerprint(key) ?? ''
const written = md5.replace(/..(?=.)/g, '$&:').toUpperCase()
const named = (fields: object): { readonly name: string } => ({ name: 'deploy', ...fields })

describe('an MD5 fingerprint', () => {
  test('is found as the cloud wrote it, and in every form of the public key', () => {
    expect(hasMd5(named({ fingerprint: written }), md5)).toBe(true)
    for (const form of md5Forms(key)) expect(hasMd5(named({ publicKey: line }), form ?? '')).toBe(true)
  })

  test('is not found in a record of another key, or without any', () => {
    const other = '0'.repeat(32)
    expect(hasMd5(named({ fingerprint: written, publicKey: line }), other)).toBe(false)
    expect(hasMd5(named({}), md5)).toBe(false)
    expect(hasMd5(named({ publicKey: 'no key' }), md5)).toBe(false)
  })
})

test.each([
  ['of the public key if there is one', { publicKey: line, fingerprint: 'opaque' }, md5],
  ['in the digits of MD5', { fingerprint: written }, md5],
  ['as the cloud wrote it', { fingerprint: 'opaque' }, 'opaque'],
  ['that is absent', {}, undefined],
])('a person is shown a fingerprint %s', (_form, fields, shown) => {
  expect(fingerprintOf(named(fields))).toBe(shown)
})

test.each([
  ['same', { fingerprint: written }, { fingerprint: md5 }],
  ['same', { fingerprint: 'opaque' }, { fingerprint: 'opaque' }],
  ['different', { fingerprint: 'opaque' }, { fingerprint: 'other' }],
  ['incomparable', { fingerprint: 'opaque' }, {}],
  ['incomparable', {}, { fingerprint: 'opaque' }],
  ['same', { publicKey: line }, { fingerprint: written }],
  ['same', { fingerprint: written }, { publicKey: line }],
  ['different', { publicKey: line }, { fingerprint: '0'.repeat(32) }],
])('two records are %s: %o and %o', (comparison, one, other) => {
  expect(compareRecords(named(one), named(other))).toBe(comparison)
})

test('a record without a public key has the identifier of the one that has its fingerprint', async () => {
  const records = [
    { publicKey: line },
    { fingerprint: written },
    { fingerprint: '0'.repeat(32) },
    { fingerprint: 'opaque' },
    {},
  ]
  const identified = await identifyKeys(records.map(named))
  expect(identified.map(({ identifier }) => identifier)).toEqual([
    key.line,
    key.line,
    '0'.repeat(32),
    undefined,
    undefined,
  ])
})
