import { thrownField, thrownMessage, withoutControls } from '../foreign-values.js'
import { redacted } from '../secret.js'
import {
  bytesOf,
  decodingWays,
  hexadecimalWay,
  joiningWays,
  type Place,
  placesOf,
  read,
  textOfBytes,
  type Way,
} from './readings.js'

/** Characters that are kept of a text. */
const maxLength = 1000

/** Characters that are looked at. Of a longer text, the half is kept: what begins there ends in what was looked at. */
const maxRead = 16 * 1024

// A real secret has 16 characters and more; to look for a text of three would maim every message.
const minSecretLength = 8

const armour = '-----BEGIN '
const base64OfArmour = base64Forms(armour)

// Base64 goes on over line ends, and over spaces if so many digits follow.
const moreBase64 = '[A-Za-z0-9+/_=-]*(?:\\s+[A-Za-z0-9+/_-]{16,}={0,2}|[\\r\\n]\\s*[A-Za-z0-9+/_-]+={0,2})*'

const privateKeys = [
  /-----BEGIN[ +0-9A-Z]+-----[^]*?(?:-----END[ +0-9A-Z]+-----|$)/g,
  new RegExp(
    `(?:${[...base64OfArmour, ...base64OfArmour.flatMap(base64Forms)].map(literal).join('|')})${moreBase64}`,
    'g',
  ),
  // Alibaba Cloud ECS shows private keys without their armour in some samples: the base64 of a DER sequence of 256
  // bytes and more.
  new RegExp(`MII[A-Za-z0-9+/]{13}${moreBase64}`, 'g'),
  new RegExp(`${[...hexOf(armour)].join('[\\s:]*')}[0-9a-f\\s:]*`, 'gi'),
]

/**
 * Takes private keys out of a text from outside, and secrets in each form in which texts quote them: plain,
 * percent-encoded, escaped as in JSON or HTML, over several lines, in hexadecimal digits, and in base64 once or twice,
 * also as a part of something longer. Makes a space of control characters, and cuts the text.
 */
export function scrub(text: string, secrets: readonly (string | undefined)[]): string {
  const bytes = bytesOf(text.slice(0, maxRead))
  // No form is shorter than the secret.
  const known = secrets.flatMap((secret = '') =>
    secret.length < minSecretLength || secret.length > bytes.length ? [] : [bytesOf(secret)],
  )
  const found = [...placesOfPrivateKeys(bytes), ...placesOfSecrets(bytes, known)]
  const kept = text.length > maxRead ? maxRead / 2 : bytes.length
  return withoutControls(textOfBytes(without(bytes, found, kept))).slice(0, maxLength)
}

function placesOfPrivateKeys(bytes: string): readonly Place[] {
  return differentReadings(bytes, decodingWays).flatMap(([way, text]) =>
    privateKeys.flatMap((pattern) => placesIn(bytes, way, [...text.matchAll(pattern)])),
  )
}

function placesOfSecrets(bytes: string, secrets: readonly string[]): readonly Place[] {
  const forms = [...new Set(secrets.flatMap(formsOf))]
  if (forms.length === 0) return []
  return differentReadings(bytes, [...decodingWays, ...joiningWays, hexadecimalWay]).flatMap(([way, text]) =>
    forms.flatMap((form) => placesIn(bytes, way, occurrences(text, form))),
  )
}

/** Reads a text in each of the ways, but for those that give the same as an earlier one. */
function differentReadings(bytes: string, ways: readonly Way[]): readonly (readonly [Way, string])[] {
  const readings = new Map<string, Way>()
  for (const way of ways) {
    const text = read(bytes, way)
    if (!readings.has(text)) readings.set(text, way)
  }
  return [...readings].map(([text, way]) => [way, text])
}

/** Returns the forms of a secret in a reading of a text. It may itself look encoded: then it is read as the text is, too. */
function formsOf(secret: string): readonly string[] {
  const encoded = base64Forms(secret)
  const plain = [...decodingWays, ...joiningWays].map((way) => read(secret, way))
  return [...plain, hexOf(secret), ...encoded, ...encoded.flatMap(base64Forms)]
}

/** A part of a reading. */
interface Occurrence {
  readonly index: number
  readonly 0: string
}

function occurrences(text: string, form: string): readonly Occurrence[] {
  const found: Occurrence[] = []
  if (form.length < minSecretLength) return found
  for (let index = text.indexOf(form); index >= 0; index = text.indexOf(form, index + form.length)) {
    found.push({ index, 0: form })
  }
  return found
}

/** Returns the places in a text of what was found in a reading of it. */
function placesIn(bytes: string, way: Way, found: readonly Occurrence[]): readonly Place[] {
  if (found.length === 0) return []
  const places = placesOf(bytes, way)
  return found.map(({ index, 0: { length } }) => ({
    start: places[index]?.start ?? 0,
    end: places[index + length - 1]?.end ?? 0,
  }))
}

/** Returns the first characters of a text, with a mark for each place. */
function without(text: string, places: readonly Place[], kept: number): string {
  let rest = ''
  let at = 0
  for (const { start, end } of places.toSorted((one, other) => one.start - other.start)) {
    if (start >= kept) break
    if (start >= at) rest += `${text.slice(at, start)}${redacted}`
    at = Math.max(at, end)
  }
  return rest + text.slice(at, kept)
}

function hexOf(text: string): string {
  return Buffer.from(text, 'latin1').toString('hex')
}

/** Returns the base64 digits that a text has at each offset, without those that its neighbours share. */
function base64Forms(text: string): readonly string[] {
  return [0, 1, 2].map((offset) => {
    const bytes = Buffer.concat([Buffer.alloc(offset), Buffer.from(text, 'latin1')])
    return bytes.toString('base64').slice(Math.ceil((offset * 8) / 6), Math.floor((bytes.length * 8) / 6))
  })
}

function literal(text: string): string {
  return text.replaceAll('+', '[+]')
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
