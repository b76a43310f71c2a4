import { type FileHandle, link, lstat, open, unlink } from 'node:fs/promises'
import { dirname } from 'node:path'
import { encryptPrivateKey } from '../key-material/encrypted-private-key.js'
import type { Secret } from '../secret.js'
import { fileErrorCode, fileError, fileErrorFrom, lacksHardLinks } from './file-error.js'
import { syncFolder } from './sync-folder.js'
import { temporaryBeside } from './temporary-path.js'

/** Saves the key in a new file. `saveToFile` says what holds at every moment of this. */
export async function savePrivateKey(path: string, privateKey: Secret, passphrase?: Secret): Promise<void> {
  const temporary = temporaryBeside(path)
  try {
    await checkFileIsFree(path)
    const text = textOfFile(path, privateKey, passphrase)
    await writeNewFile(temporary, text)
    await giveName(temporary, path, text)
  } catch (error) {
    throw fileErrorFrom(error, `The private key could not be saved to ${path}`, path)
  }
  try {
    await unlink(temporary)
    await syncFolder(dirname(path))
  } catch (error) {
    throw fileErrorFrom(error, `The private key is complete in ${path}, and finishing failed`, path)
  }
}

/** Refuses a taken name early. Only `link` and `wx` prevent that a file is overwritten. */
async function checkFileIsFree(path: string): Promise<void> {
  // Not `stat`: a symbolic link that leads nowhere takes the name too.
  const taken = await lstat(path).catch((error: unknown) => {
    if (fileErrorCode(error) === 'ENOENT') return undefined
    throw error
  })
  if (taken !== undefined) throw fileError('something of that name exists', { code: 'EEXIST', path, syscall: 'lstat' })
}

function textOfFile(path: string, privateKey: Secret, passphrase: Secret | undefined): string {
  if (passphrase === undefined) return privateKey.reveal()
  const encrypted = encryptPrivateKey(privateKey, passphrase)
  if (encrypted.isOk()) return encrypted.value.reveal()
  const { message, hint } = encrypted.error
  throw fileError(`${message}; ${hint}`, { code: 'EINVAL', path, syscall: 'write' })
}

async function giveName(temporary: string, path: string, text: string): Promise<void> {
  try {
    // Never `rename`, which replaces a file that got the name meanwhile.
    await link(temporary, path).catch((error: unknown) => {
      if (!lacksHardLinks(error)) throw error
      return writeNewFile(path, text)
    })
  } catch (error) {
    await unlink(temporary).catch(() => undefined)
    throw error
  }
}

/** Writes a file of mode 0600 to the disk, or leaves none. */
async function writeNewFile(path: string, text: string): Promise<void> {
  const handle = await open(path, 'wx', 0o600)
  try {
    await writeForOwnerOnly(handle, path, text)
  } catch (error) {
    // Made above by us alone, and not a whole key.
    await unlink(path).catch(() => undefined)
    throw error
  }
}

async function writeForOwnerOnly(handle: FileHandle, path: string, text: string): Promise<void> {
  try {
    // The umask may have taken bits away, and some file systems have one mode for all files: what counts is the result.
    await handle.chmod(0o600).catch(() => undefined)
    const { mode } = await handle.stat()
    if ((mode & 0o077) !== 0) {
      throw fileError('the file system lets others read the files in this folder', {
        code: 'EPERM',
        path,
        syscall: 'fchmod',
      })
    }
    await handle.writeFile(text)
    await handle.sync()
  } finally {
    await handle.close()
  }
}
