import fc from 'fast-check'
import { expect, test } from 'vitest'
import { scrub } from '../../src/key-material/redact.js'

const lower = (text: string): string => text.replaceAll(/%[0-9A-F]{2}/g, (escape) => escape.toLowerCase())
const every = (text: string): string => [...Buffer.from(text)].map((byte) => `%${byte.toString(16)}`).join('')

const base64 = (text: string): string => Buffer.from(text).toString('base64')

const forms: Readonly<Record<string, (secret: string) => string>> = {
  plain: (secret) => secret,
  'percent-encoded': encodeURIComponent,
  'percent-encoded in lower case': (secret) => lower(encodeURIComponent(secret)),
  'percent-encoded in every character': every,
  'percent-encoded twice': (secret) => encodeURIComponent(encodeURIComponent(secret)),
  'in base64': (secret) => Buffer.from(secret).toString('base64'),
  'in base64 for URLs': (secret) => Buffer.from(secret).toString('base64url'),
  'in percent-encoded base64': (secret) => lower(encodeURIComponent(Buffer.from(secret).toString('base64'))),
  'as a password of basic authentication': (secret) => Buffer.from(`somebody:${secret}`).toString('base64'),
  'in hexadecimal digits': (secret) => Buffer.from(secret).toString('hex'),
  'in capital hexadecimal digits': (secret) => Buffer.from(secret).toString('hex').toUpperCase(),
  'in hexadecimal digits with colons': (secret) =>
    Buffer.from(secret)
      .toString('hex')
      .replaceAll(/..(?=.)/g, '$&:'),
  'in hexadecimal digits of JavaScript': (secret) => Buffer.from(secret).toString('hex').replaceAll(/../g, '\\x$&'),
  'in base64 of base64': (secret) => base64(base64(secret)),
  'in base64 of base64 between others': (secret) => base64(`{"key":"${base64(`a${secret}b`)}"}`),
  'in JSON': (secret) => JSON.stringify(secret),
  'in JSON in JSON': (secret) => JSON.stringify(JSON.stringify(secret)),
  'in JSON with its slashes escaped': (secret) => JSON.stringify(secret).replaceAll('/', '\\/'),
  'in JSON as Unicode escapes': (secret) =>
    secret.replaceAll(/[^]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`),
  'in JSON that is percent-encoded': (secret) => encodeURIComponent(JSON.stringify(secret)),
  'in HTML as numbers': (secret) => secret.replaceAll(/[^]/g, (character) => `&#${character.charCodeAt(0)};`),
  'in HTML as hexadecimal numbers': (secret) =>
    secret.replaceAll(/[^A-Za-z0-9]/g, (character) => `&#x${character.charCodeAt(0).toString(16).toUpperCase()};`),
  'over several lines': (secret) => secret.replaceAll(/.{7}/g, '$&\n  '),
  'over several lines in JSON': (secret) => JSON.stringify(secret.replaceAll(/.{7}/g, '$&\r\n')),
  'in base64 over several lines': (secret) => base64(secret).replaceAll(/.{8}/g, '$&\r\n'),
  'in base64 between others': (secret) => Buffer.from(`ab${secret}cd`).toString('base64'),
}

/** Returns the digits of base64 that come only from the secret, at any offset in the encoded text. */
const core = (secret: string): readonly string[] =>
  [0, 1, 2].map((pad) => {
    const digits = Buffer.from(`${'x'.repeat(pad)}${secret}`)
      .toString('base64')
      .replace(/=+$/, '')
    return digits.slice(pad === 0 ? 0 : pad + 1, -1)
  })

test.each(Object.entries(forms))('a secret %s is taken out of a text', (_, form) => {
  const secret = fc.stringMatching(/^[\x21-\x7e]{16,60}$/)
  fc.assert(
    fc.property(secret, fc.string(), fc.string(), (text, before, after) => {
      const scrubbed = scrub(`${before} ${form(text)} ${after}`, [undefined, text])
      expect(scrubbed).not.toContain(form(text))
      for (const digits of core(text)) expect(scrubbed).not.toContain(digits)
      expect(scrubbed).toContain('[secret]')
    }),
    { numRuns: 50 },
  )
})

test('a text without a secret is only shortened', () => {
  expect(scrub('The key pair deploy does not exist.', ['wJalrXUtnFEMI/K7MDENG/bPxRfiCY', 'short'])).toBe(
    'The key pair deploy does not exist.',
  )
  expect(scrub('x'.repeat(5000), [])).toHaveLength(1000)
})

test('a private key is taken out in every form in which it is quoted', () => {
  const pem = '-----BEGIN RSA PRIVATE KEY-----\nMIIEpAIBAAKCAQEAtReyMzLIcBH7\n-----END RSA PRIVATE KEY-----'
  const quoted = [
    pem,
    pem.slice(0, -10),
    JSON.stringify(pem),
    pem.replaceAll(/-.*-|\n/g, ''),
    encodeURIComponent(pem),
    new URLSearchParams({ pem }).toString(),
    Buffer.from(pem).toString('base64'),
  ]
  for (const text of quoted) {
    expect(scrub(`the vault said ${text}`, [])).not.toMatch(/KCAQEAtRey|S0NBUUVBdFJl/)
    expect(scrub(`the vault said ${text}`, [])).toContain('[secret]')
  }
})

test('a private key is taken out of what encodes or wraps it', () => {
  const digits = 'KCAQEAtReyMzLIcBH7'.repeat(10)
  const pem = `-----BEGIN RSA PRIVATE KEY-----\nMIIEpAIBAA${digits}\n-----END RSA PRIVATE KEY-----`
  const lines = (text: string, end: string): string => text.replaceAll(/.{64}/g, `$&${end}`)
  const hex = Buffer.from(pem).toString('hex')
  const quoted = [
    every(pem),
    hex,
    hex.toUpperCase(),
    hex.replaceAll(/..(?=.)/g, '$&:'),
    ...['', 'a', 'ab'].flatMap((before) => [base64(before + pem), base64(base64(before + pem))]),
    ...['\n', '\r\n', '\\n', ' '].flatMap((end) => [lines(base64(pem), end), lines(`MIIEpAIBAA${digits}`, end)]),
    JSON.stringify(JSON.stringify({ pem })),
    [...pem].map((character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`).join(''),
  ]
  for (const text of quoted) {
    const shown = scrub(`The vault said ${text}`, [])
    expect(shown).toMatch(/^The vault said .{0,20}\[secret\]/)
    expect(shown.length).toBeLessThan(50)
  }
})

test('no control character, line end or mark of direction is left of a text', () => {
  const text = 'red \u001b[31mno\u001b[0m\r\n\u009b2J one\u0000two\u2028three \u202eruof\u202c\u2066\u007f'
  expect(scrub(text, [])).toBe('red  [31mno [0m 2J one two three  ruof ')
})

test('no part of a secret over several lines is left at the end of a long text', () => {
  const token = 'Zt0ken/with+1000=characters.'.repeat(36)
  const wrapped = token.replaceAll(/.{20}/g, '$&\n')
  for (const between of ['', ' ', 'xyz ']) {
    expect(scrub(`${wrapped}${between}`.repeat(100), [token])).not.toMatch(/Zt0|ken|with|1000|charac|ters/)
  }
})

test('no part of a secret is left at the end of a long text', () => {
  const token = 'Zt0ken/with+1000=characters.'.repeat(36)
  for (const between of ['', ' ', 'xyz ']) {
    expect(scrub(`${token}${between}`.repeat(100), [token])).not.toMatch(/Zt0ken|with|1000|characters/)
  }
})

test('an 8 MB text of anything is scrubbed in the time of its first part', () => {
  const [secret, token] = ['s'.repeat(40), 't'.repeat(2000)]
  for (const part of ['-----BEGIN A ', 'MII', '%', 's', 'LS0tLS1CRUdJTi']) {
    expect(scrub(part.repeat((8 * 1024 * 1024) / part.length), [secret, token]).length).toBeLessThanOrEqual(1000)
  }
})
