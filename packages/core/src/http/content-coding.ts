import { promisify, TextDecoder } from 'node:util'
import { ok, type Result } from '../result.js'
import { codeOf, failed } from './transport-error.js'
import type { TransportFailure } from './types.js'

/** Decodes a body to text. Never rejects. A server may have coded it although it was asked not to. */
export async function decodeBody(
  body: Buffer,
  coding: string | undefined,
  maxBytes: number,
): Promise<Result<string, TransportFailure>> {
  let decoded = body
  // The coding that was applied last stands last (RFC 9110, 8.4).
  for (const name of (coding ?? '').toLowerCase().split(',').reverse()) {
    const decode = decoderOf(name.trim(), decoded)
    if (decode === undefined)
      return unreadable(`is coded as ${JSON.stringify(name.trim().slice(0, 40))}, which was not asked for`)
    try {
      if (decoded.length > 0) decoded = await decode(decoded, { maxOutputLength: maxBytes })
    } catch (error) {
      const code = codeOf(error)
      return code === 'ERR_BUFFER_TOO_LARGE' ? tooLarge(maxBytes) : unreadable(`cannot be decoded (${code})`)
    }
  }
  return ok(new TextDecoder().decode(decoded))
}

/** Returns the failure of an answer that is too long. */
export function tooLarge(maxBytes: number): Result<never, TransportFailure> {
  return failed('too-large', true, `The answer is longer than ${maxBytes} bytes`)
}

function unreadable(why: string): Result<never, TransportFailure> {
  return failed('unreadable', true, `The answer ${why}`)
}

type Decode = (body: Buffer, options: { readonly maxOutputLength: number }) => Promise<Buffer>

const plain: Decode = async (body) => body

function decoderOf(coding: string, body: Buffer): Decode | undefined {
  switch (coding) {
    case '':
    case 'identity':
      return plain
    case 'gzip':
    case 'x-gzip':
      return unpack('gunzip')
    case 'deflate':
      return unpack(hasZlibHeader(body) ? 'inflate' : 'inflateRaw')
    default:
      return undefined
  }
}

/** Returns a decoder that loads zlib when it is first used: a cloud that does as it is asked codes no answer. */
function unpack(name: 'gunzip' | 'inflate' | 'inflateRaw'): Decode {
  return async (body, options) => {
    const zlib = await import('node:zlib')
    return await promisify<Buffer, typeof options, Buffer>(zlib[name])(body, options)
  }
}

/** True if the bytes have the header of RFC 1950, section 2.2. Some servers send `deflate` without it. */
function hasZlibHeader([first = 0, second = 0]: Buffer): boolean {
  return (first & 0x0f) === 8 && ((first << 8) | second) % 31 === 0
}
