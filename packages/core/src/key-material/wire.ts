/**
 * Splits a blob into its fields, each with its length in four bytes before it (RFC 4251, section 5, `string`;
 * an `mpint` has the same frame). Undefined where the last field is cut short: then it is no such blob.
 */
export function splitFields(blob: Uint8Array): readonly Uint8Array[] | undefined {
  const view = new DataView(blob.buffer, blob.byteOffset, blob.byteLength)
  const fields: Uint8Array[] = []
  let offset = 0
  while (offset < blob.length) {
    if (blob.length - offset < 4) return undefined
    const start = offset + 4
    const end = start + view.getUint32(offset)
    if (end > blob.length) return undefined
    fields.push(blob.subarray(start, end))
    offset = end
  }
  return fields
}

/** The reverse of {@link splitFields}. */
export function joinFields(fields: readonly Uint8Array[]): Uint8Array {
  return Buffer.concat(
    fields.flatMap((field) => {
      const length = Buffer.alloc(4)
      length.writeUInt32BE(field.length)
      return [length, field]
    }),
  )
}

/** A number that is not negative as an `mpint`: no needless zero before it, one where its top bit is set. */
export function toMpint(bytes: Uint8Array): Uint8Array {
  const first = bytes.findIndex((byte) => byte !== 0)
  if (first === -1) return new Uint8Array()
  const digits = bytes.subarray(first)
  return (digits[0] ?? 0) >= 0x80 ? Buffer.concat([new Uint8Array(1), digits]) : digits
}

/** The number of an `mpint`; undefined where it is negative, or has needless zeros before it. */
export function fromMpint(field: Uint8Array): bigint | undefined {
  const [first = 0, second = 0] = field
  if (first >= 0x80) return undefined
  if (field.length > 0 && first === 0 && second < 0x80) return undefined
  return BigInt(`0x0${Buffer.from(field).toString('hex')}`)
}
