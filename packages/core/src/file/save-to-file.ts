import { resolve } from 'node:path'
import type { SavePrivateKey } from '../contract/options.js'
import { passphraseProblem } from '../key-material/encrypted-private-key.js'
import type { Secret } from '../secret.js'
import { loadPrivateKey } from './load-private-key.js'
import { savePrivateKey } from './save-private-key.js'

/** Treatment of a file that exists, and of the key in it. */
export interface SaveToFileOptions {
  /**
   * `refuse` a file that exists, or `reuse` the private key in it, which is how a `create` that was cut off
   * is resumed. It is never overwritten. Default: `refuse`.
   */
  readonly ifFileExists?: 'refuse' | 'reuse' | undefined
  /**
   * Encrypts an RSA or ECDSA key in the file (PKCS#8), and decrypts one that is used again. An Ed25519 key with a passphrase
   * is refused, because older versions of OpenSSH do not read it in PKCS#8. Default: the key is not encrypted.
   */
  readonly passphrase?: Secret | undefined
}

/**
 * Makes the `save` of `create` that keeps the private key in one file, readable by its owner alone (mode 0600).
 *
 * The file appears under its name only when it is complete and on the disk; until then there is nothing but a
 * temporary file beside it, `.cloud-keypair-<random>`, of mode 0600, which stays behind only if the process
 * was killed. Whatever has the name already is left alone, so of two that save at once one is refused.
 * On a file system without hard links (FAT, some network shares) the file is written under its own name: a
 * process killed meanwhile leaves it incomplete there, and `reuse` refuses to load it.
 *
 * `path` is taken as it is: `~` is not expanded, and a relative one is of the working directory of this call.
 * The folder has to exist. For POSIX systems, as it relies on file modes.
 *
 * A failure is a rejection with a `FileError`, which `create` returns as `storage`.
 */
export function saveToFile(path: string, options: SaveToFileOptions = {}): SavePrivateKey {
  const target = resolve(path)
  const { ifFileExists, passphrase } = options
  const problem = passphrase === undefined ? undefined : passphraseProblem(passphrase)
  if (problem !== undefined) throw new TypeError(problem.message)
  const save: SavePrivateKey = (privateKey) => savePrivateKey(target, privateKey, passphrase)
  return ifFileExists === 'reuse' ? Object.assign(save, { load: () => loadPrivateKey(target, passphrase) }) : save
}
