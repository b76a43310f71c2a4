import { createHash, randomBytes } from 'node:crypto'
import fc from 'fast-check'
import sshpk from 'sshpk'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { md5Fingerprint, md5Forms, sameFingerprint, sha256Fingerprint } from '../../src/key-material/fingerprint.js'
import { parsePublicKey } from '../../src/key-material/parse-public-key.js'
import type { PublicKey, PublicKeyProblem } from '../../src/key-material/public-key.js'
import { blobOf, lineOf, rsaLine } from './blobs.js'
import { inFull, runs } from '../../../../tests/support/in-full.js'
import { kinds, openSshKeygen, readText, sharedRun, type SshKeygen } from './ssh-keygen.js'

let keygen: SshKeygen
// To find primes takes as long as it takes, and every look at a kind is another process.
const usualKinds = ['rsa-2048', 'ecdsa-256', 'ecdsa-384', 'ecdsa-521', 'ed25519']
const tried = Object.entries(kinds).filter(([kind]) => inFull || usualKinds.includes(kind))
const lines = new Map<string, string>()

beforeAll(() => {
  keygen = openSshKeygen()
  for (const [kind, args] of tried) lines.set(kind, readText(`${keygen.make(kind, ...args)}.pub`))
})
afterAll(() => keygen[Symbol.dispose]())

function lineOfKind(kind: string): string {
  return (lines.get(kind) ?? '').trim().split(' ').slice(0, 2).join(' ')
}

function blobOfLine(line: string): Buffer {
  return Buffer.from(line.split(' ')[1] ?? '', 'base64')
}

function keyOf(text: string): PublicKey {
  return parsePublicKey(text)._unsafeUnwrap()
}

function problemOf(text: string): PublicKeyProblem {
  const problem = parsePublicKey(text)._unsafeUnwrapErr()
  expect(sharedRun(JSON.stringify(problem), text)).toBeUndefined()
  expect(problem.message).not.toMatch(/\.$/)
  return problem
}

describe.each(tried)('a %s key', (kind) => {
  test('has the size and fingerprints that ssh-keygen prints', () => {
    const key = keyOf(lines.get(kind) ?? '')
    const path = `${keygen.folder}/${kind}.pub`
    const md5 = keygen.fingerprint(path, 'md5')
    expect(key.bits).toBe(md5.bits)
    expect(`MD5:${md5Fingerprint(key)?.replace(/..(?=.)/g, '$&:')}`).toBe(md5.fingerprint)
    expect(sha256Fingerprint(key)).toBe(keygen.fingerprint(path, 'sha256').fingerprint)
  })

  test('is the same key as its MD5 in every form that a cloud documents', () => {
    const key = keyOf(lines.get(kind) ?? '')
    const pem = sshpk.parseKey(lines.get(kind) ?? '', 'ssh').toString('pkcs8')
    const spki = Buffer.from(pem.replaceAll(/-----.*-----|\n/g, ''), 'base64')
    const md5 = createHash('md5').update(spki).digest('hex')
    expect(md5Forms(key)).toEqual([md5Fingerprint(key), md5])
    expect(sameFingerprint(md5.replace(/..(?=.)/g, '$&:'), key)).toBe('same')
    expect(sameFingerprint(md5, keyOf(rsaLine(2048)))).toBe('different')
  })

  test('is read as sshpk reads it', () => {
    const key = keyOf(lines.get(kind) ?? '')
    const other = sshpk.parseKey(lines.get(kind) ?? '', 'ssh')
    expect(key.line).toBe(other.toString('ssh').split(' ').slice(0, 2).join(' '))
    expect(Buffer.from(key.blob).equals(other.toBuffer('rfc4253'))).toBe(true)
    expect(key.bits).toBe(other.size)
  })

  test('returns its line without the comment, and the comment separately', () => {
    const key = keyOf(lines.get(kind) ?? '')
    expect(key.line).toBe(lineOfKind(kind))
    expect(key.comment).toBe('someone@example.com')
    expect(keyOf(key.line)).not.toHaveProperty('comment')
  })

  test('is the same key whatever white space is around and between its fields', () => {
    const [type = '', base64 = ''] = lineOfKind(kind).split(' ')
    for (const text of [
      `\uFEFF${type} ${base64}\r\n`,
      `\n\n  ${type}\t \t${base64}   a comment, ключ 🔑  \r\n\r\n`,
      `${type}\u00A0${base64}\r`,
    ]) {
      expect(keyOf(text).line).toBe(`${type} ${base64}`)
    }
    expect(keyOf(`${type} ${base64}  a  b🔑 `).comment).toBe('a  b🔑')
    expect(keyOf(`${type} ${base64} a\u2028b`).comment).toBe('a\u2028b')
  })

  test('cut at any byte, or with a byte more, is malformed', () => {
    const [type = '', base64 = ''] = lineOfKind(kind).split(' ')
    const blob = Buffer.from(base64, 'base64')
    for (let length = 0; length < blob.length; length += 1) {
      expect(problemOf(lineOf(type, blob.subarray(0, length))).reason).toBe('malformed')
    }
    expect(problemOf(lineOf(type, Buffer.concat([blob, Buffer.alloc(1)]))).reason).toBe('malformed')
    expect(problemOf(lineOf(type, Buffer.concat([blob, Buffer.alloc(4)]))).reason).toBe('malformed')
  })

  test('under the type of another is malformed', () => {
    const type = lineOfKind(kind).split(' ')[0] ?? ''
    for (const other of new Set([...lines.keys()].map((name) => lineOfKind(name).split(' ')[0] ?? ''))) {
      if (other !== type) expect(problemOf(lineOf(other, blobOfLine(lineOfKind(kind)))).reason).toBe('malformed')
    }
  })

  test('with any character changed is a problem, or is read faithfully', () => {
    const line = lineOfKind(kind)
    fc.assert(
      fc.property(fc.nat(line.length - 1), fc.string({ unit: 'binary', minLength: 0, maxLength: 2 }), (at, put) => {
        const text = line.slice(0, at) + put + line.slice(at + 1)
        parsePublicKey(text).match(
          (key) => expect(key.line).toBe(text.trim().split(/\s+/u).slice(0, 2).join(' ')),
          (problem) => expect(sharedRun(JSON.stringify(problem), line)).toBeUndefined(),
        )
      }),
      { numRuns: runs(500) },
    )
  })

  test('with any bytes changed is never accepted if ssh-keygen refuses it', () => {
    const [type = '', base64 = ''] = lineOfKind(kind).split(' ')
    const accepted: string[] = []
    fc.assert(
      fc.property(fc.nat(), fc.integer({ min: 1, max: 255 }), (at, flip) => {
        const blob = Buffer.from(base64, 'base64')
        blob.writeUInt8(blob.readUInt8(at % blob.length) ^ flip, at % blob.length)
        const text = lineOf(type, blob)
        if (parsePublicKey(text).isOk()) accepted.push(text)
      }),
      { numRuns: 60 },
    )
    // A point on a curve determines its other coordinate but for the sign: a changed byte leaves the curve.
    if (type.startsWith('ecdsa')) expect(accepted).toEqual([])
    for (const text of accepted.slice(0, 8)) {
      const path = keygen.write('mutant.pub', `${text}\n`)
      expect(sha256Fingerprint(keyOf(text))).toBe(keygen.fingerprint(path, 'sha256').fingerprint)
    }
  })
})

describe('texts that are not one public key', () => {
  test('no random text is a key, and none makes it throw', () => {
    const nearKeys = fc.array(
      fc.constantFrom(
        'ssh-rsa',
        'ssh-ed25519',
        ' ',
        '\n',
        'AAAAB3NzaC1yc2E',
        'AAAA',
        '-----BEGIN ',
        'no-pty',
        '\uFEFF',
        '\0',
      ),
    )
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: 'binary' }),
          nearKeys.map((parts) => parts.join('')),
        ),
        (text) => {
          expect(parsePublicKey(text).isErr()).toBe(true)
        },
      ),
      { numRuns: runs(1000) },
    )
  })

  test('an empty text is empty, with white space and a byte order mark too', () => {
    for (const text of ['', ' ', '\r\n\t\n', '\uFEFF']) expect(problemOf(text).reason).toBe('empty')
  })

  test('a text beyond 65,536 characters is refused, and one of that length is read', () => {
    const line = lineOfKind('ed25519')
    expect(problemOf(line.padEnd(65_537)).reason).toBe('too-long')
    expect(keyOf(line.padEnd(65_536)).line).toBe(line)
  })

  test('control characters and halves of surrogate pairs are refused even in the comment', () => {
    for (const bad of ['\0', '\u001B', '\u007F', '\uD83D', '\uDD11']) {
      expect(problemOf(`${lineOfKind('ed25519')} com${bad}ment`).reason).toBe('not-text')
    }
  })

  test('lines that begin with # are skipped, as OpenSSH skips them', () => {
    const line = lineOfKind('ed25519')
    for (const text of [`# laptop\n${line}\n`, `${line}\r\n\t# the end`, `\uFEFF# a\n#b\n\n  ${line}`]) {
      expect(keyOf(text).line).toBe(line)
    }
    expect(problemOf('# only a comment\n#').reason).toBe('empty')
    expect(problemOf(`# two\n${line}\n${lineOfKind('rsa-2048')}`).reason).toBe('not-one-key')
  })

  test.each(['rsa-sha2-256', 'rsa-sha2-512'])('%s is named as a signature of ssh-rsa', (type) => {
    const line = lineOfKind('rsa-2048')
    const problem = problemOf(line.replace('ssh-rsa', type))
    expect(problem).toMatchObject({ reason: 'unsupported-type' })
    expect(problem.hint).toContain('ssh-rsa in place of')
    expect(keyOf(line.replace('ssh-rsa', type).replace(type, 'ssh-rsa')).line).toBe(line)
  })

  test('two keys, and one key wrapped over two lines, are not one key', () => {
    const line = lineOfKind('rsa-2048')
    expect(problemOf(`${line} me ${line}`)).toMatchObject({ reason: 'not-one-key' })
    expect(problemOf(`${line} ${lineOfKind('ed25519')}`)).toMatchObject({ reason: 'not-one-key' })
    expect(problemOf(`${line}\n${lineOfKind('ed25519')}`)).toMatchObject({ reason: 'not-one-key' })
    expect(problemOf(`${line.slice(0, 70)}\r\n${line.slice(70)}`)).toMatchObject({ reason: 'not-one-key' })
    expect(problemOf(`${line.slice(0, 70)}\r${line.slice(70)}`)).toMatchObject({ reason: 'not-one-key' })
  })

  test('authorized_keys options are refused, and so is the host of a known_hosts line', () => {
    const line = lineOfKind('ed25519')
    for (const options of [
      'no-pty',
      'from="10.0.0.0/8,*.example.com",no-pty',
      'command="echo ssh-rsa"',
      'host.example',
    ]) {
      expect(problemOf(`${options} ${line} me`)).toMatchObject({ reason: 'options' })
    }
  })

  test('an unsupported type is named', () => {
    for (const type of [
      'ssh-dss',
      'sk-ssh-ed25519@openssh.com',
      'sk-ecdsa-sha2-nistp256@openssh.com',
      'ssh-rsa-cert-v01@openssh.com',
      'ssh-ed25519-cert-v01@openssh.com',
      'sk-ecdsa-sha2-nistp256-cert-v01@openssh.com',
      'ssh-xmss@openssh.com',
      'ecdsa-sha2-nistp224',
    ]) {
      const problem = problemOf(`${lineOf(type, blobOf(type, randomBytes(32)))} comment`)
      expect(problem.reason).toBe('unsupported-type')
      expect(problem.message).toContain(type)
    }
  })

  test('a certificate that ssh-keygen made is an unsupported type', () => {
    keygen.run('-q', '-s', `${keygen.folder}/ed25519`, '-I', 'me', '-n', 'root', `${keygen.folder}/rsa-2048.pub`)
    const problem = problemOf(readText(`${keygen.folder}/rsa-2048-cert.pub`))
    expect(problem).toMatchObject({ reason: 'unsupported-type' })
    expect(problem.message).toContain('certificate')
  })

  test('a text in place of a type is quoted only if it looks like a name', () => {
    const base64 = lineOfKind('rsa-2048').split(' ')[1] ?? ''
    for (const text of [
      base64,
      `${base64} comment`,
      'SSH-RSA AAAA',
      `\u202E${'x'.repeat(5000)} AAAA`,
      '{"kty":"RSA"}',
    ]) {
      const problem = problemOf(text)
      expect(problem.reason).toBe('malformed')
      expect(problem.message.length).toBeLessThan(120)
    }
    expect(problemOf('ssh-rsa').reason).toBe('malformed')
  })

  test('base64 in another form than its one is malformed', () => {
    const line = lineOfKind('ecdsa-256')
    const base64 = line.split(' ')[1] ?? ''
    for (const other of [
      base64.replace(/=+$/, ''),
      `${base64}=`,
      base64.replaceAll('+', '-').replaceAll('/', '_').replace('A', '*'),
      `${base64.slice(0, 20)}.${base64.slice(20)}`,
      // The bits that the padding leaves unused, not zero.
      base64.replace(/.(=*)$/, (_, padding: string) => `B${padding}`),
    ]) {
      if (other !== base64) expect(problemOf(`ecdsa-sha2-nistp256 ${other}`).reason).toBe('malformed')
    }
    expect(problemOf('ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIB==').reason).toBe('malformed')
  })

  test('other formats of public keys come with the ssh-keygen command that converts them', () => {
    for (const format of ['RFC4716', 'PKCS8', 'PEM']) {
      const text = keygen.run('-e', '-m', format, '-f', `${keygen.folder}/rsa-2048.pub`)
      const problem = problemOf(text)
      expect(problem.reason).toBe('other-format')
      const command = /ssh-keygen (.*) <file>$/.exec(problem.hint ?? '')?.[1] ?? ''
      const converted = keygen.run(...command.split(' '), keygen.write(`converted-${format}`, text))
      expect(keyOf(converted).line).toBe(lineOfKind('rsa-2048'))
    }
    expect(problemOf('-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----').reason).toBe('other-format')
  })
})

describe('private keys in place of public ones', () => {
  test.each([
    ['OpenSSH', 'rsa', []],
    ['OpenSSH Ed25519', 'ed25519', []],
    ['PKCS#1', 'rsa', ['-m', 'PEM']],
    ['PKCS#8', 'rsa', ['-m', 'PKCS8']],
    ['SEC 1', 'ecdsa', ['-m', 'PEM']],
    ['encrypted OpenSSH', 'rsa', ['-N', 'a passphrase']],
    ['encrypted PKCS#1', 'rsa', ['-m', 'PEM', '-N', 'a passphrase']],
    ['encrypted PKCS#8', 'ecdsa', ['-m', 'PKCS8', '-N', 'a passphrase']],
  ])('%s is recognised, and nothing of it is quoted', (name, type, args) => {
    const file = name.replaceAll(/\W/g, '-')
    const path = type === 'rsa' ? keygen.makeRsa(file, ...args) : keygen.make(file, '-t', type, ...args)
    const text = readText(path)
    const problem = problemOf(text)
    expect(problem.reason).toBe('private-key')
    expect(problem.hint).toContain('.pub')
    expect(problemOf(`\uFEFF  ${text.replaceAll('\n', '\r\n')}`).reason).toBe('private-key')
    expect(problemOf(`${lineOfKind('ed25519')}\n${text}`).reason).toBe('private-key')
    for (const line of text.split('\n').slice(1, -2)) expect(problemOf(line || 'x').message).not.toContain(line || '\0')
  })

  test("PuTTY's, ssh.com's and OpenSSH's without its armour are recognised", () => {
    for (const text of [
      'PuTTY-User-Key-File-3: ssh-ed25519\nEncryption: none\nComment: x\nPublic-Lines: 2\n',
      '---- BEGIN SSH2 ENCRYPTED PRIVATE KEY ----\nComment: x\nP2/56wAAA\n---- END SSH2 ENCRYPTED PRIVATE KEY ----\n',
      `${Buffer.from('openssh-key-v1\0\0\0\0\x04none').toString('base64')}`,
    ]) {
      expect(problemOf(text).reason).toBe('private-key')
    }
  })
})

describe('numbers inside a key', () => {
  test('RSA keys of 1024 to 16384 bits are accepted, as by ssh-keygen, and no others', () => {
    for (const bits of [1024, 1025, 1031, 2047, 8192, 16_383, 16_384]) {
      const line = rsaLine(bits)
      expect(keyOf(line).bits).toBe(bits)
      const printed = keygen.fingerprint(keygen.write('size.pub', `${line}\n`), 'sha256')
      expect(printed).toEqual({ bits, fingerprint: sha256Fingerprint(keyOf(line)) })
    }
    for (const bits of [512, 1016, 1023, 16_385, 16_392, 40_000]) {
      expect(problemOf(rsaLine(bits)).reason).toBe('unsupported-size')
    }
  })

  test('an RSA modulus that is zero, negative, even or padded is malformed', () => {
    const odd = Buffer.alloc(256, 0x55)
    const top = Buffer.alloc(256, 0xaa)
    const rsa = (modulus: Uint8Array): string => lineOf('ssh-rsa', blobOf('ssh-rsa', Buffer.from([1, 0, 1]), modulus))
    expect(keyOf(rsa(odd)).bits).toBe(2047)
    for (const modulus of [
      new Uint8Array(),
      Buffer.alloc(1),
      Buffer.alloc(256),
      Buffer.concat([Buffer.alloc(1), odd]),
      Buffer.concat([top.subarray(0, 255), Buffer.from([1])]),
      Buffer.concat([odd, Buffer.from([0x54])]),
    ]) {
      expect(problemOf(rsa(modulus)).reason).toBe('malformed')
    }
  })

  test('an RSA exponent has to be odd, from 3, below the modulus and in its one form', () => {
    expect(keyOf(rsaLine(2048, Buffer.from([3]))).bits).toBe(2048)
    for (const exponent of [
      Buffer.alloc(0),
      Buffer.from([1]),
      Buffer.from([2]),
      Buffer.from([1, 0, 0]),
      Buffer.from([0x81]),
      Buffer.from([0, 3]),
      Buffer.alloc(300, 0x11),
    ]) {
      expect(problemOf(rsaLine(2048, exponent)).reason).toBe('malformed')
    }
  })

  test('an ECDSA key has its own curve, an uncompressed point, and that on the curve', () => {
    for (const size of [256, 384, 521]) {
      const type = `ecdsa-sha2-nistp${size}`
      const point = blobOfLine(lineOfKind(`ecdsa-${size}`)).subarray(-(1 + 2 * Math.ceil(size / 8)))
      const ecdsa = (curve: string, q: Uint8Array): string => lineOf(type, blobOf(type, curve, q))
      const curve = `nistp${size}`
      expect(keyOf(ecdsa(curve, point)).bits).toBe(size)
      const swapped = Buffer.concat([point.subarray(0, 1), point.subarray(1).toReversed()])
      const compressed = Buffer.concat([Buffer.from([2]), point.subarray(1, 1 + (point.length - 1) / 2)])
      for (const text of [
        ecdsa('nistp224', point),
        ecdsa(curve, swapped),
        ecdsa(curve, compressed),
        ecdsa(curve, Buffer.concat([Buffer.from([6]), point.subarray(1)])),
        ecdsa(curve, Buffer.concat([Buffer.from([4]), Buffer.alloc(point.length - 1)])),
        ecdsa(curve, Buffer.concat([Buffer.from([4]), Buffer.alloc(point.length - 1, 255)])),
        ecdsa(curve, Buffer.from([0])),
        ecdsa(curve, Buffer.concat([point, Buffer.alloc(1)])),
      ]) {
        expect(problemOf(text).reason).toBe('malformed')
      }
    }
  })

  test('an Ed25519 key has 32 bytes', () => {
    const ed25519 = (length: number): string =>
      lineOf('ssh-ed25519', blobOf('ssh-ed25519', createHash('sha512').digest().subarray(0, length)))
    expect(keyOf(ed25519(32)).bits).toBe(256)
    for (const length of [0, 31, 33, 64]) expect(problemOf(ed25519(length)).reason).toBe('malformed')
  })

  test('fields that are missing or too many are malformed', () => {
    for (const blob of [blobOf(), blobOf('ssh-rsa'), blobOf('ssh-rsa', 'x'), blobOf('ssh-rsa', 'x', 'y', 'z')]) {
      expect(problemOf(lineOf('ssh-rsa', blob)).reason).toBe('malformed')
    }
    for (const blob of [blobOf('ssh-ed25519'), blobOf('ssh-ed25519', Buffer.alloc(32), '')]) {
      expect(problemOf(lineOf('ssh-ed25519', blob)).reason).toBe('malformed')
    }
  })
})
