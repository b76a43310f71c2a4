/** Parts of a text that stand for something else, and what they stand for. */
interface Decoding {
  readonly part: RegExp
  readonly meaning: (part: string) => string
}

/** A way to read a text: decodings, one after another. */
export type Way = readonly Decoding[]

/** Percent-encoding, once or several times on the same character. */
const percents: Decoding = { part: /%(?:25)*[0-9a-f]{2}/gi, meaning: (part) => byteOf(part.slice(-2)) }

/** The escapes of JSON, on any number of levels, and the numeric ones of HTML. */
const escapes: Decoding = {
  part: /(?:\\+u[0-9a-f]{4})+|\\+x[0-9a-f]{2}|\\+[^]?|&#(?:x[0-9a-f]{1,5}|[0-9]{1,6});|&amp;/gi,
  meaning: (part) => (part.startsWith('&') ? ofHtml(part) : ofJson(part.replaceAll('\\', ''))),
}

/** Line ends within a text, and base64 for URLs in place of the usual one. Backslashes may be left of escapes. */
const lines: Decoding = {
  part: /[\s\\_-]/g,
  meaning: (part) => (part === '-' ? '+' : part === '_' ? '/' : ''),
}

/** Everything but hexadecimal digits. */
const hexadecimals: Decoding = {
  part: /[A-F]|[^0-9a-fA-F]+/g,
  meaning: (part) => (/[A-F]/.test(part) ? part.toLowerCase() : ''),
}

/** The ways to read the text that somebody encoded. */
export const decodingWays: readonly Way[] = [[], [percents], [escapes], [percents, escapes]]

/** The ways that also put a text together that is in pieces. */
export const joiningWays: readonly Way[] = decodingWays.map((way) => [...way, lines])

/** The way to read what somebody wrote in hexadecimal digits. */
export const hexadecimalWay: Way = [hexadecimals]

/** Returns the bytes of a text in UTF-8, a character each, as escapes name bytes. */
export function bytesOf(text: string): string {
  return Buffer.from(text).toString('latin1')
}

/** Returns the text of such bytes. */
export function textOfBytes(bytes: string): string {
  return Buffer.from(bytes, 'latin1').toString()
}

/** Reads a text. */
export function read(text: string, way: Way): string {
  return way.reduce((rest, { part, meaning }) => rest.replaceAll(part, meaning), text)
}

/** Returns where each character of `read(text, way)` begins and ends in the text. */
export function placesOf(text: string, way: Way): readonly Place[] {
  let given = text
  let places: readonly Place[] = Array.from(text, (_, start) => ({ start, end: start + 1 }))
  for (const decoding of way) {
    places = placesAfter(given, places, decoding)
    given = read(given, [decoding])
  }
  return places
}

/** A part of a text: from its first character to the one after its last. */
export interface Place {
  readonly start: number
  readonly end: number
}

function placesAfter(given: string, places: readonly Place[], { part, meaning }: Decoding): readonly Place[] {
  const after: Place[] = []
  let at = 0
  for (const { 0: found, index } of given.matchAll(part)) {
    after.push(...places.slice(at, index))
    at = index + found.length
    const place = { start: places[index]?.start ?? 0, end: places[at - 1]?.end ?? 0 }
    for (let left = meaning(found).length; left > 0; left -= 1) after.push(place)
  }
  return [...after, ...places.slice(at)]
}

function ofHtml(part: string): string {
  return part === '&amp;' ? '&' : bytesOf(String.fromCodePoint(Number(part.slice(2, -1).replace(/^x/i, '0x'))))
}

function ofJson(escaped: string): string {
  if (/^u[0-9a-f]{4}/i.test(escaped)) {
    const codes = escaped.split(/u/i).slice(1)
    return bytesOf(String.fromCharCode(...codes.map((digits) => Number.parseInt(digits, 16))))
  }
  if (/^x[0-9a-f]{2}/i.test(escaped)) return byteOf(escaped.slice(1))
  return /^[bfnrt]$/.test(escaped) ? '\n' : escaped || '\\'
}

function byteOf(digits: string): string {
  return String.fromCharCode(Number.parseInt(digits, 16))
}
