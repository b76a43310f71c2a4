import type { Vendor } from './vendor.js'

const references: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" }
// The characters that a document may have (w3.org/TR/xml/#charsets).
const character = /[\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/u

/** Decodes the five entities that XML has without a DOCTYPE, and numbers of characters. Others stay as they are. */
function decode(text: string): string {
  return text.replaceAll(/&(lt|gt|amp|quot|apos|#\d{1,7}|#x[\da-fA-F]{1,6});/g, (whole, name: string) => {
    // `#65` and `#x41` are the numbers 065 and 0x41.
    const point = Number(name.replace('#', '0'))
    const decoded = references[name] ?? (point <= 0x10ffff ? String.fromCodePoint(point) : '')
    return character.test(decoded) ? decoded : whole
  })
}

// Definitions of a document are dropped.
const ignore = (): void => {}
const noDefinitions = { reset: ignore, setExternalEntities: ignore, addInputEntities: ignore, setXmlVersion: ignore }

// EC2 gives all key pairs in one answer: 5,000 of them with 10 tags each have about 190,000 elements.
const maxElements = 250_000

/** True if a document has more elements than the limit. Each begins with a tag that is no end tag. */
function hasTooMany(text: string): boolean {
  const beginnings = /<(?!\/)/g
  for (let elements = 0; elements <= maxElements; elements += 1) {
    if (!beginnings.test(text)) return false
  }
  return true
}

/**
 * Reads a document. Texts stay texts, and every `item` is in a list. Throws an `Error` if the document is not
 * well-formed, has a DOCTYPE, which could define entities, or has more elements than any answer: nothing can interrupt
 * the parser, so an abort would have to wait for it.
 */
export function readXml({ XMLParser }: Vendor, text: string): unknown {
  if (/<!DOCTYPE/i.test(text)) throw new Error('The document has a DOCTYPE')
  if (hasTooMany(text)) throw new Error(`The document has more than ${maxElements} elements`)
  const parser = new XMLParser({
    ignoreDeclaration: true,
    parseTagValue: false,
    trimValues: false,
    isArray: (name) => name === 'item',
    // The parser asks it about texts, and not about sections of CDATA, which have no entities.
    entityDecoder: { ...noDefinitions, decode },
  })
  return parser.parse(text, true)
}
