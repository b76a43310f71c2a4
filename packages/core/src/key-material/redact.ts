import { thrownField, thrownMessage } from '../foreign-values.js'
import { redacted } from '../secret.js'

/** Characters that are kept of a text. */
const maxLength = 1000

/** Characters that are looked at: more than are kept, as a secret that is taken out makes the text shorter. */
const maxRead = 16 * 1024

// A real secret has 16 characters and more; to look for a text of three would maim every message.
const minSecretLength = 8

const privateKeys = [
  /-----BEGIN[ +%0-9A-Z]+-----[\s\S]*?(?:-----END[ +%0-9A-Z]+-----|$)/g,
  // The base64 of "-----BEGIN ".
  /LS0tLS1CRUdJTi[A-Za-z0-9+/_=-]*/g,
  // Alibaba Cloud ECS shows private keys without their armour in some samples: the base64 of a DER sequence of 256
  // bytes and more.
  /MII[A-Za-z0-9+/]{13,}={0,2}/g,
]

/**
 * Takes private keys out of a text from outside, and secrets in each form in which texts quote them: plain,
 * percent-encoded in either case, and in base64, also as a part of something longer. Cuts the text.
 */
export function scrub(text: string, secrets: readonly (string | undefined)[]): string {
  const looked = readable(text)
  const mayHave = finder(looked)
  const forms = secrets.flatMap((secret) =>
    secret === undefined ? [] : formsOf(secret).filter(mayHave).map(patternOf),
  )
  return [...privateKeys, ...forms].reduce((rest, form) => rest.replaceAll(form, redacted), looked).slice(0, maxLength)
}

/** Returns the part of a text that is looked at. It ends between words, as a part of a secret is not recognized. */
function readable(text: string): string {
  if (text.length <= maxRead) return text
  const part = text.slice(0, maxRead)
  return part.slice(0, Math.max(part.lastIndexOf(' '), part.lastIndexOf('\n'), 0))
}

function formsOf(secret: string): readonly string[] {
  if (secret.length < minSecretLength) return []
  return [secret, ...[0, 1, 2].map((offset) => base64Within(secret, offset))]
}

/** Makes a function that is false for a form that a text cannot have. It takes far less time than the form's pattern. */
function finder(text: string): (form: string) => boolean {
  if (text.includes('%')) return () => true
  const standard = ofStandardBase64(text)
  return (form) => form.length <= text.length && standard.includes(ofStandardBase64(form))
}

function patternOf(form: string): RegExp {
  return new RegExp([...form].map(encodedOrNot).join(''), 'gu')
}

function ofStandardBase64(text: string): string {
  return text.replaceAll('-', '+').replaceAll('_', '/')
}

/** Returns the base64 digits that a text has after so many other bytes, without those that its neighbours share. */
function base64Within(text: string, offset: number): string {
  const bytes = Buffer.concat([Buffer.alloc(offset), Buffer.from(text)])
  return bytes.toString('base64').slice(Math.ceil((offset * 8) / 6), Math.floor((bytes.length * 8) / 6))
}

/** Returns the pattern of a character as it is, in base64 for URLs, or percent-encoded once or several times. */
function encodedOrNot(character: string): string {
  const bytes = [...Buffer.from(character)].map((byte) => byte.toString(16).padStart(2, '0'))
  const encoded = bytes.map(
    (digits) => `%(?:25)*${digits.replaceAll(/[a-f]/g, (digit) => `[${digit}${digit.toUpperCase()}]`)}`,
  )
  return `(?:${literal(character)}|${encoded.join('')})`
}

function literal(character: string): string {
  if (character === '+') return '[+-]'
  if (character === '/') return '[/_]'
  return /[A-Za-z0-9]/.test(character) ? character : `\\u{${character.codePointAt(0)?.toString(16)}}`
}

/** Returns the text of a thrown value as it may be shown: bounded, without private keys and the given secrets. */
export function shownText(thrown: unknown, secrets: readonly string[] = []): string {
  return scrub(thrownMessage(thrown), secrets)
}

/** Makes an error of a thrown value that may be shown. Never throws. */
export function shownError(thrown: unknown, secrets: readonly string[] = []): Error {
  const error = new Error(shownText(thrown, secrets))
  const name = thrownField(thrown, 'name')
  if (name !== undefined && /^\w{1,60}$/.test(name)) error.name = name
  return error
}
