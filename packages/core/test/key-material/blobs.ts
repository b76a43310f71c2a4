/** Makes a wire blob of these fields. Numbers are hexadecimal texts, and used unchanged. */
export function blobOf(...fields: readonly (string | Uint8Array)[]): Buffer {
  return Buffer.concat(
    fields.flatMap((field) => {
      const bytes = Buffer.from(field)
      return [Buffer.from([0, 0, bytes.length >> 8, bytes.length & 255]), bytes]
    }),
  )
}

export function lineOf(type: string, blob: Uint8Array): string {
  return `${type} ${Buffer.from(blob).toString('base64')}`
}

/** Makes an RSA line of exactly this many bits. Its modulus is odd, and the product of no known primes. */
export function rsaLine(bits: number, exponent: Uint8Array = Buffer.from([1, 0, 1])): string {
  const hex = ((1n << BigInt(bits - 1)) | 0x1234_5671n).toString(16)
  const digits = Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, 'hex')
  const modulus = bits % 8 === 0 ? Buffer.concat([Buffer.alloc(1), digits]) : digits
  return lineOf('ssh-rsa', blobOf('ssh-rsa', exponent, modulus))
}
