import type { Vendor } from './vendor.js'

const references: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" }

/** Decodes the five entities that XML has without a DOCTYPE, and numbers of characters. */
function decode(text: string): string {
  return text.replaceAll(
    /&(?:(lt|gt|amp|quot|apos)|#(\d{1,7})|#x([\da-f]{1,6}));/gi,
    (whole: string, ...parts: readonly unknown[]) => {
      const [name, decimal, hex] = parts.map((part) => (typeof part === 'string' ? part : undefined))
      if (name !== undefined) return references[name.toLowerCase()] ?? whole
      const point = decimal === undefined ? Number.parseInt(hex ?? '', 16) : Number(decimal)
      return point <= 0x10ffff ? String.fromCodePoint(point) : whole
    },
  )
}

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
    processEntities: false,
    trimValues: false,
    isArray: (name) => name === 'item',
    tagValueProcessor: (_name, value) => decode(value),
  })
  return parser.parse(text, true)
}
