import { expect, test } from 'vitest'
import { keyPairFrom } from '../../src/http.js'

test('a key pair has every field that the cloud wrote', () => {
  const tags = { team: '' }
  const texts = { name: 'k', id: 'i', fingerprint: 'f', description: 'd', group: 'g', publicKey: 'ssh-rsa AAAA' }
  const date = '2026-01-02T03:04:05Z'
  const at = new Date(date)
  const fields = { ...texts, tags, createdAt: date, updatedAt: date }
  expect(keyPairFrom(fields)).toEqual({ ...texts, tags, createdAt: at, updatedAt: at })
})

test.each([null, undefined, ''])('a key pair lacks the fields that are %j', (empty) => {
  const fields = { id: empty, fingerprint: empty, publicKey: empty, group: empty, createdAt: empty, updatedAt: empty }
  expect(keyPairFrom({ ...fields, name: 'k', tags: null, description: null })).toEqual({ name: 'k' })
})

test('a key pair keeps an empty description, which is known to be empty', () => {
  expect(keyPairFrom({ name: 'k', description: '' })).toEqual({ name: 'k', description: '' })
})

test.each([
  ['2026-01-02T03:04:05Z', '2026-01-02T03:04:05.000Z'],
  ['2023-09-04T08:33Z', '2023-09-04T08:33:00.000Z'],
  [1_700_000_000, '2023-11-14T22:13:20.000Z'],
  [1_700_000_000_000, '2023-11-14T22:13:20.000Z'],
  ['yesterday', undefined],
  [Infinity, undefined],
])('a date that is written as %s is %s', (createdAt, date) => {
  expect(keyPairFrom({ name: 'k', createdAt }).createdAt?.toISOString()).toBe(date)
})

test.each([
  [' ssh-ed25519 AAAA me@host\n', 'ssh-ed25519 AAAA'],
  ['---- BEGIN SSH2 PUBLIC KEY ----', undefined],
])('a public key that is written as %j is %s', (publicKey, line) => {
  expect(keyPairFrom({ name: 'k', publicKey }).publicKey).toBe(line)
})
