import { publicKeyBlob } from '../public-key.js'
import { randomText, type Random } from '../random.js'

/** Returns a new id of a key pair. */
export function newId(random: Random): string {
  return `skey-${randomText(random, 8, 'abcdefghijklmnopqrstuvwxyz0123456789')}`
}

/** Returns the type and the base64 of an OpenSSH line. Undefined if the text is none. */
export function bareKeyOf(line: string): string | undefined {
  if (publicKeyBlob(line) === undefined) return undefined
  return line.trim().split(' ').slice(0, 2).join(' ')
}
