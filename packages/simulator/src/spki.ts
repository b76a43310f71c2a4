/**
 * The object identifiers of RFC 8017 (rsaEncryption), RFC 8410 (Ed25519) and RFC 5480 (ecPublicKey and its curves), in
 * DER.
 */
const identifiers = {
  rsa: '06092a864886f70d010101',
  ed25519: '06032b6570',
  ec: '06072a8648ce3d0201',
  nistp256: '06082a8648ce3d030107',
  nistp384: '06052b81040022',
  nistp521: '06052b81040023',
} as const

const sequence = 0x30
const integer = 0x02
const bitString = 0x03

/**
 * Returns the SubjectPublicKeyInfo (RFC 5280, section 4.1.2.7) of a key in the wire form of SSH. Undefined for a type
 * that no cloud here imports.
 */
export function spkiOf(blob: Buffer): Buffer | undefined {
  const [type = blob, first = blob, second = blob] = fieldsOf(blob)
  switch (type.toString('latin1')) {
    case 'ssh-rsa':
      // Both forms write a number the same way, with a zero byte before a leading bit that is set.
      return info([identifiers.rsa, '0500'], der(sequence, der(integer, second), der(integer, first)))
    case 'ssh-ed25519':
      return info([identifiers.ed25519], first)
    case 'ecdsa-sha2-nistp256':
      return info([identifiers.ec, identifiers.nistp256], second)
    case 'ecdsa-sha2-nistp384':
      return info([identifiers.ec, identifiers.nistp384], second)
    case 'ecdsa-sha2-nistp521':
      return info([identifiers.ec, identifiers.nistp521], second)
    default:
      return undefined
  }
}

function info(algorithm: readonly string[], key: Buffer): Buffer {
  return der(sequence, der(sequence, Buffer.from(algorithm.join(''), 'hex')), der(bitString, Buffer.of(0), key))
}

function der(tag: number, ...parts: readonly Buffer[]): Buffer {
  const content = Buffer.concat(parts)
  return Buffer.concat([Buffer.of(tag), lengthOf(content), content])
}

function lengthOf({ length }: Buffer): Buffer {
  if (length < 0x80) return Buffer.of(length)
  return length < 0x100 ? Buffer.of(0x81, length) : Buffer.of(0x82, length >> 8, length & 0xff)
}

/** Reads the fields of a blob, each with its length in four bytes before it (RFC 4251, section 5). */
function fieldsOf(blob: Buffer): readonly Buffer[] {
  const fields: Buffer[] = []
  for (let at = 0; at + 4 <= blob.length;) {
    const end = at + 4 + blob.readUInt32BE(at)
    fields.push(blob.subarray(at + 4, end))
    at = end
  }
  return fields
}
