import { createPrivateKey, generateKeyPairSync, type KeyObject } from 'node:crypto'
import { inspect } from 'node:util'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { generateKeyPair, type GeneratedKeyPairMaterial } from '../../src/key-material/generate.js'
import { parsePublicKey } from '../../src/key-material/parse-public-key.js'
import { type PrivateKeyProblem, publicKeyOf } from '../../src/key-material/private-key.js'
import { Secret } from '../../src/secret.js'
import { inFull, runs } from '../../../../tests/support/in-full.js'
import { rsaKey } from '../../../../tests/support/rsa-keys.js'
import { openSshKeygen, readText, sharedRun, type SshKeygen } from './ssh-keygen.js'

// To find primes takes as long as it takes.
let keygen: SshKeygen
let rsa: GeneratedKeyPairMaterial
beforeAll(async () => {
  keygen = openSshKeygen()
  rsa = rsaKey()
})
afterAll(() => keygen[Symbol.dispose]())

function problemOf(text: string): PrivateKeyProblem {
  const problem = publicKeyOf(new Secret(text))._unsafeUnwrapErr()
  expect(sharedRun(inspect(problem, { depth: 9 }), text)).toBeUndefined()
  return problem
}

function pemOf(key: KeyObject, type: 'pkcs8' | 'sec1' = 'pkcs8'): string {
  return key.export({ type, format: 'pem' }).toString()
}

describe('the public key of a private key', () => {
  test.each([
    ['PKCS#1', 'rsa', ['-m', 'PEM'], 'RSA PRIVATE KEY'],
    ['PKCS#8 RSA', 'rsa', ['-m', 'PKCS8'], 'PRIVATE KEY'],
    ['SEC 1 P-256', 'ecdsa', ['-b', '256', '-m', 'PEM'], 'EC PRIVATE KEY'],
    ['PKCS#8 P-384', 'ecdsa', ['-b', '384', '-m', 'PKCS8'], 'PRIVATE KEY'],
    ['PKCS#8 P-521', 'ecdsa', ['-b', '521', '-m', 'PKCS8'], 'PRIVATE KEY'],
  ])('of a %s file equals that of ssh-keygen', (name, type, args, label) => {
    const file = `derive-${name.replaceAll(/\W/g, '-')}`
    const path = type === 'rsa' ? keygen.makeRsa(file, ...args) : keygen.make(file, '-t', type, ...args)
    expect(readText(path)).toContain(`-----BEGIN ${label}-----`)
    const expected = keygen.run('-y', '-f', path)
    expect(publicKeyOf(new Secret(readText(path)))._unsafeUnwrap().line).toBe(
      parsePublicKey(expected)._unsafeUnwrap().line,
    )
  })

  test('of a PKCS#8 Ed25519 key holds the 32 bytes of the key', () => {
    const { privateKey, publicKey } = generateKeyPairSync('ed25519')
    const key = publicKeyOf(new Secret(pemOf(privateKey)))._unsafeUnwrap()
    expect(key).toMatchObject({ type: 'ssh-ed25519', bits: 256 })
    expect(Buffer.from(key.blob).subarray(-32).toString('base64url')).toBe(publicKey.export({ format: 'jwk' }).x)
  })

  test('of a file with CRLF line ends is the same', () => {
    const { privateKey, publicKey } = rsa
    const crlf = new Secret(privateKey.reveal().replaceAll('\n', '\r\n'))
    expect(publicKeyOf(crlf)._unsafeUnwrap().line).toBe(publicKey.line)
  })

  test.each([
    ['OpenSSH', 'other-format', []],
    ['encrypted OpenSSH', 'other-format', ['-N', 'a passphrase']],
    ['encrypted PKCS#1', 'encrypted', ['-m', 'PEM', '-N', 'a passphrase']],
    ['encrypted PKCS#8', 'encrypted', ['-m', 'PKCS8', '-N', 'a passphrase']],
  ])('of an %s file is unknown, and the hint tells how to convert the file', (name, reason, args) => {
    const path = keygen.makeRsa(`refused-${name.replaceAll(/\W/g, '-')}`, ...args)
    const problem = problemOf(readText(path))
    expect(problem.reason).toBe(reason)
    const options = /: ssh-keygen (.*) -f <file>$/.exec(problem.hint ?? '')?.[1] ?? ''
    const passphrase = name.startsWith('encrypted') ? 'a passphrase' : ''
    keygen.run(...options.split(' '), '-q', '-P', passphrase, '-N', '', '-f', path)
    expect(publicKeyOf(new Secret(readText(path)))._unsafeUnwrap().line).toBe(
      parsePublicKey(readText(`${path}.pub`))._unsafeUnwrap().line,
    )
  })

  test("of an Ed25519 file of OpenSSH's own format equals that of ssh-keygen, and a passphrase is refused", () => {
    const path = keygen.make('ed25519-plain', '-t', 'ed25519', '-C', 'a comment of any length')
    const expected = parsePublicKey(readText(`${path}.pub`))._unsafeUnwrap().line
    expect(publicKeyOf(new Secret(readText(path)))._unsafeUnwrap().line).toBe(expected)

    const encrypted = keygen.make('ed25519-encrypted', '-t', 'ed25519', '-N', 'a passphrase')
    const problem = problemOf(readText(encrypted))
    expect(problem).toMatchObject({ reason: 'encrypted', hint: 'Remove the passphrase: ssh-keygen -p -f <file>' })
    keygen.run('-p', '-q', '-P', 'a passphrase', '-N', '', '-f', encrypted)
    expect(publicKeyOf(new Secret(readText(encrypted))).isOk()).toBe(true)
  })

  test('is a failure for a damaged Ed25519 file', async () => {
    const { privateKey, publicKey } = await generateKeyPair({ keyType: 'ed25519' })
    const [, base64 = ''] = /-{5}\n([^-]*)-{5}END/.exec(privateKey.reveal()) ?? []
    const bytes = Buffer.from(base64, 'base64')
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), (at, flip) => {
        const damaged = Buffer.from(bytes)
        damaged.writeUInt8(damaged.readUInt8(at) ^ flip, at)
        const pem = `-----BEGIN OPENSSH PRIVATE KEY-----\n${damaged.toString('base64')}\n-----END OPENSSH PRIVATE KEY-----\n`
        publicKeyOf(new Secret(pem)).match(
          (key) => expect(key.line).toBe(publicKey.line),
          (problem) => expect(sharedRun(inspect(problem), pem)).toBeUndefined(),
        )
      }),
      { numRuns: runs(300) },
    )
  })

  test("of PuTTY's format cannot be told", () => {
    expect(problemOf('PuTTY-User-Key-File-3: ssh-rsa\nEncryption: none\n').reason).toBe('other-format')
  })

  test('of a type that SSH does not have is unsupported', () => {
    for (const key of [
      generateKeyPairSync('ec', { namedCurve: 'secp256k1' }).privateKey,
      generateKeyPairSync('ec', { namedCurve: 'secp224r1' }).privateKey,
      generateKeyPairSync('ed448').privateKey,
      generateKeyPairSync('x25519').privateKey,
      generateKeyPairSync('rsa-pss', { modulusLength: 2048 }).privateKey,
      generateKeyPairSync('rsa', { modulusLength: 768 }).privateKey,
    ]) {
      expect(problemOf(pemOf(key)).reason).toBe('unsupported-type')
    }
  })

  test('is a failure for a damaged private key, which no guest would accept', () => {
    const { privateKey, publicKey } = rsa
    const der = createPrivateKey(privateKey.reveal()).export({ type: 'pkcs1', format: 'der' })
    fc.assert(
      fc.property(fc.nat(der.length - 1), fc.integer({ min: 1, max: 255 }), (at, flip) => {
        const damaged = Buffer.from(der)
        damaged.writeUInt8(damaged.readUInt8(at) ^ flip, at)
        const pem = `-----BEGIN RSA PRIVATE KEY-----\n${damaged.toString('base64').replace(/.{64}/g, '$&\n')}\n-----END RSA PRIVATE KEY-----\n`
        publicKeyOf(new Secret(pem)).match(
          (key) => expect(key.line).toBe(publicKey.line),
          (problem) => expect(sharedRun(inspect(problem), pem)).toBeUndefined(),
        )
      }),
      { numRuns: runs(300) },
    )
  })

  test('is a failure for a text cut short, a public key, or any other text', () => {
    const { privateKey, publicKey } = rsa
    const pem = privateKey.reveal()
    for (const text of ['', pem.slice(0, 800), pem.slice(0, -40), publicKey.line]) {
      expect(problemOf(text).reason).toBe('malformed')
    }
    const { publicKey: spki } = generateKeyPairSync('ed25519')
    expect(problemOf(spki.export({ type: 'spki', format: 'pem' }).toString()).reason).toBe('malformed')
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(publicKeyOf(new Secret(text)).isErr()).toBe(true)
      }),
    )
  })
})

describe('a generated key pair', () => {
  test.each(inFull ? ([2048, 3072, 4096] as const) : ([2048] as const))(
    'of %i bits is one that ssh-keygen reads, in PKCS#1',
    async (bits) => {
      const { privateKey, publicKey } = await generateKeyPair({ bits })
      expect(publicKey).toMatchObject({ type: 'ssh-rsa', bits })
      expect(privateKey.reveal()).toMatch(/^-----BEGIN RSA PRIVATE KEY-----\n[\s\S]+\n-----END RSA PRIVATE KEY-----\n$/)
      const path = keygen.write(`generated-${bits}`, privateKey.reveal())
      expect(keygen.run('-y', '-f', path).trim()).toBe(publicKey.line)
      expect(publicKeyOf(privateKey)._unsafeUnwrap().line).toBe(publicKey.line)
    },
  )

  test.each([
    ['ecdsa', 'ecdsa-sha2-nistp256', /^-----BEGIN EC PRIVATE KEY-----\n/],
    ['ed25519', 'ssh-ed25519', /^-----BEGIN OPENSSH PRIVATE KEY-----\n/],
  ] as const)('of type %s is one that ssh-keygen reads, and that is read here again', async (keyType, type, begin) => {
    const { privateKey, publicKey } = await generateKeyPair({ keyType })
    expect(publicKey).toMatchObject({ type, bits: 256 })
    expect(privateKey.reveal()).toMatch(begin)
    const path = keygen.write(`generated-${keyType}`, privateKey.reveal())
    expect(parsePublicKey(keygen.run('-y', '-f', path))._unsafeUnwrap().line).toBe(publicKey.line)
    expect(publicKeyOf(privateKey)._unsafeUnwrap().line).toBe(publicKey.line)
  })

  test('has 3072 bits by default, and is a new one each time', async () => {
    const [one, two] = await Promise.all([generateKeyPair(), generateKeyPair({ bits: undefined })])
    expect([one.publicKey.bits, two.publicKey.bits]).toEqual([3072, 3072])
    expect(one.publicKey.line).not.toBe(two.publicKey.line)
  })

  test('shows its private half in no print-out', () => {
    const pem = rsa.privateKey.reveal()
    for (const text of [inspect(rsa, { depth: 9, showHidden: true }), JSON.stringify(rsa), String(rsa.privateKey)]) {
      expect(sharedRun(text, pem)).toBeUndefined()
    }
  })

  test.each([
    ['a size that is not offered', { bits: 1024 }],
    ['a type that is not offered', { keyType: 'dsa' }],
    ['a size of a key that has only one', { keyType: 'ed25519', bits: 4096 }],
  ])('of %s is a TypeError', async (_, options: unknown) => {
    await expect(Reflect.apply(generateKeyPair, undefined, [options])).rejects.toThrow(TypeError)
  })
})
