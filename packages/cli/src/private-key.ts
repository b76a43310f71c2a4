import { access, constants, lstat } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import type { SavePrivateKey, Secret } from '@cloud-keypair/core'
import { saveToFile } from '@cloud-keypair/core/file'
import type { Output } from './output/output.js'
import { write } from './output/stream.js'
import type { Surroundings } from './surroundings.js'
import { usageError } from './usage-error.js'

/** Describes the option `--private-key`. */
export const privateKeyOption = 'the file for the private key, which is made with mode 0600; - is a pipe'

/** The place for a private key. */
export interface PrivateKeyPlace {
  readonly save: SavePrivateKey
  /** The file, as an absolute path; undefined for a pipe. */
  readonly file: string | undefined
}

/**
 * Returns the place that `--private-key` names: a file, or a pipe for `-`. A terminal is refused, and so is JSON beside a
 * key: what is shown there is kept in logs. An output that nobody gets is refused, too.
 */
export function privateKeyPlace(
  to: string,
  reuse: boolean,
  { stdout, isOutputDiscarded }: Surroundings,
  { isJson }: Output,
  passphrase?: Secret,
): PrivateKeyPlace {
  if (to !== '-') {
    return { save: saveToFile(to, { ifFileExists: reuse ? 'reuse' : 'refuse', passphrase }), file: resolve(to) }
  }
  if (reuse) throw usageError('a private key in a pipe cannot be used again', 'Give --reuse together with a file.')
  if (isJson) {
    throw usageError('a private key is never part of JSON', 'Leave out --output, or give --private-key a file.')
  }
  if (stdout.isTTY === true) {
    throw usageError(
      'a private key is never shown on a terminal',
      'Give --private-key a file, or send the standard output into a pipe.',
    )
  }
  if (isOutputDiscarded === true) {
    throw usageError(
      'the standard output is closed or /dev/null: a private key would be lost',
      'Give --private-key a file, or send the standard output into a pipe.',
    )
  }
  const save: SavePrivateKey = async (privateKey) => {
    await write(stdout, privateKey.reveal())
    if (!stdout.writable) throw new Error('the standard output did not take all of it')
  }
  return { save, file: undefined }
}

/** Throws a usage error if a file could not be made: a key that only the cloud has made is given once. */
export async function mustBeCreatable(file: string): Promise<void> {
  const exists = await lstat(file).then(
    () => true,
    () => false,
  )
  if (exists) throw usageError(`the file ${file} exists`, 'Give another file: a private key is never overwritten.')
  try {
    await access(dirname(file), constants.W_OK | constants.X_OK)
  } catch {
    throw usageError(`no file can be made in ${dirname(file)}`, 'Make the folder first, or give another one.')
  }
}
