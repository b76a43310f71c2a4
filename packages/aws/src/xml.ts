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

/**
 * Reads a document. Texts stay texts, and every `item` is in a list. Throws an `Error` if the document is not
 * well-formed, or has a DOCTYPE, which could define entities.
 */
export function readXml({ XMLParser }: Vendor, text: string): unknown {
  if (/<!DOCTYPE/i.test(text)) throw new Error('The document has a DOCTYPE')
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
