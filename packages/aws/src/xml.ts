import { XMLParser, XMLValidator } from 'fast-xml-parser'

const references: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" }
const reference = /&(?:(lt|gt|amp|quot|apos)|#(\d{1,7})|#x([0-9a-f]{1,6}));/gi

/** Decodes the five entities that XML has without a DOCTYPE, and numbers of characters. */
function decode(text: string): string {
  return text.replace(reference, (whole, name?: string, decimal?: string, hex?: string) => {
    if (name !== undefined) return references[name.toLowerCase()] ?? whole
    const point = decimal === undefined ? Number.parseInt(hex ?? '', 16) : Number(decimal)
    return point <= 0x10ffff ? String.fromCodePoint(point) : whole
  })
}

/**
 * Reads a document: texts stay texts, every `item` is in a list. Undefined if it is not well-formed, or has a DOCTYPE,
 * which could define entities.
 */
export function readXml(text: string): unknown {
  if (/<!DOCTYPE/i.test(text) || !isWellFormed(text)) return undefined
  const parser = new XMLParser({
    ignoreDeclaration: true,
    parseTagValue: false,
    processEntities: false,
    trimValues: false,
    isArray: (name) => name === 'item',
    tagValueProcessor: (_name, value) => decode(value),
  })
  try {
    const document: unknown = parser.parse(text)
    return document
  } catch {
    // The parser's message quotes the answer, which may hold a secret.
    return undefined
  }
}

function isWellFormed(text: string): boolean {
  try {
    return XMLValidator.validate(text) === true
  } catch {
    return false
  }
}
