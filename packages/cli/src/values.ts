import { InvalidArgumentError } from '@commander-js/extra-typings'
import { usageError } from './usage-error.js'

const units = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 } as const

/** Reads a duration, such as `90`, `90s`, `5m` or `2h`, in milliseconds. */
export function parseDuration(text: string): number {
  const [, digits, unit = 's'] = /^(\d+)(ms|s|m|h)?$/.exec(text) ?? []
  const ms = Number(digits) * units[unit === 'ms' || unit === 'm' || unit === 'h' ? unit : 's']
  if (!(ms > 0)) throw new InvalidArgumentError('Give a number of seconds, or one with a unit: 90, 90s, 5m, 2h.')
  return ms
}

/** Reads a whole number above 0. */
export function parseCount(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new InvalidArgumentError('Give a whole number above 0.')
  return Number(text)
}

/** Reads a whole number, 0 or more. */
export function parseWhole(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('Give a whole number, 0 or more.')
  return Number(text)
}

/** Reads names with commas between them. */
export function parseNames(text: string): readonly string[] {
  const names = text.split(',').map((name) => name.trim())
  if (names.includes('')) throw new InvalidArgumentError('Give names with commas between them.')
  return names
}

/** Adds a tag `key=value` to those before. */
export function parseTag(
  text: string,
  before: Readonly<Record<string, string>> = {},
): Readonly<Record<string, string>> {
  const at = text.indexOf('=')
  if (at < 1) throw new InvalidArgumentError('Give a tag as key=value.')
  return { ...before, [text.slice(0, at)]: text.slice(at + 1) }
}

/** Adds a text to those before. */
export function parseRepeated(text: string, before: readonly string[] = []): readonly string[] {
  return [...before, text]
}

/** The types of key that `--key-type` takes. */
export const keyTypes = ['rsa', 'ecdsa', 'ed25519'] as const

/** Describes the option `--key-type`. */
export const keyTypeOption = 'type of the key, if the cloud takes it; default: rsa'

/** The sizes of RSA keys by the texts that `--bits` takes. */
export const bitsOf = { '2048': 2048, '3072': 3072, '4096': 4096 } as const

/** Throws a usage error for bits of a key that is not RSA, and for a passphrase of an Ed25519 key. */
export function mustSuitKeyType(
  keyType: (typeof keyTypes)[number] | undefined,
  { bits, passphrase }: { readonly bits: string | undefined; readonly passphrase: string | undefined },
): void {
  if (bits !== undefined && keyType !== undefined && keyType !== 'rsa') {
    throw usageError(`an ${keyType} key has one size, so --bits has no effect`, 'Leave out --bits.')
  }
  if (passphrase !== undefined && keyType === 'ed25519') {
    throw usageError(
      'an ed25519 key is not saved with a passphrase, because older versions of OpenSSH would not read the file',
      'Leave out --passphrase, and encrypt the file afterwards with ssh-keygen -p -f FILE. Or give --key-type ecdsa.',
    )
  }
}
