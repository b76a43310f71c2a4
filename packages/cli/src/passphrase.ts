import { Secret } from '@cloud-keypair/core'
import { readText } from './instance-ids.js'
import type { Surroundings } from './surroundings.js'
import { usageError } from './usage-error.js'

/** Describes the option `--passphrase`. */
export const passphraseOption = 'encrypt the file with the passphrase in env:NAME, a variable, or file:PATH'

/** Returns the passphrase that a variable or the first line of a file holds. What was given is never shown. */
export async function readPassphrase(from: string, { environment, stdin }: Surroundings): Promise<Secret> {
  const [, kind, place = ''] = /^(env|file):(.+)$/.exec(from) ?? []
  if (kind === undefined) {
    throw usageError(
      '--passphrase takes a place and not the passphrase itself, which other programs could read',
      'Give --passphrase env:NAME or --passphrase file:PATH.',
    )
  }
  const [text = ''] = (kind === 'env' ? (environment[place] ?? '') : await readText(place, stdin)).split(/\r?\n/)
  if (text !== '') return new Secret(text)
  throw usageError(`there is no passphrase in the ${kind === 'env' ? 'variable' : 'file'} ${place}`)
}
