import { constants } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { dirname } from 'node:path'
import { decryptPrivateKey } from '../key-material/encrypted-private-key.js'
import { type PrivateKeyProblem, publicKeyOf } from '../key-material/private-key.js'
import { ok } from '../result.js'
import { Secret } from '../secret.js'
import { fileErrorCode, type FileError, fileError, fileErrorFrom } from './file-error.js'
import { syncFolder } from './sync-folder.js'

const largestFile = 65_536

const openSshBegin = '-----BEGIN OPENSSH PRIVATE KEY-----'
// OpenSSH takes its own form to the letter (MARK_BEGIN and MARK_END in sshkey.c), and the forms of PEM with more leniency.
const readByOpenSsh = /^-----BEGIN OPENSSH PRIVATE KEY-----\n[^- ]+\n-----END OPENSSH PRIVATE KEY-----\n/
const notReadByOpenSsh =
  'OpenSSH does not read it: let the file begin with the key, and each line end with a line feed alone, the last one too'

/** Loads the private key of an earlier run, and makes sure that it is on the disk. Undefined if there is no file. */
export async function loadPrivateKey(path: string, passphrase?: Secret): Promise<Secret | undefined> {
  try {
    const privateKey = await readKeyFile(path, passphrase)
    // The run that saved it may have been cut off just before this.
    if (privateKey !== undefined) await syncFolder(dirname(path))
    return privateKey
  } catch (error) {
    throw fileErrorFrom(error, `The private key in ${path} cannot be used again`, path)
  }
}

async function readKeyFile(path: string, passphrase: Secret | undefined): Promise<Secret | undefined> {
  const handle = await openIfThere(path)
  if (handle === undefined) return undefined
  try {
    const stats = await handle.stat()
    if (!stats.isFile()) throw loadRefused('EINVAL', 'it is not a regular file', path)
    if (stats.size > largestFile) throw loadRefused('EFBIG', `it is larger than ${largestFile} bytes`, path)
    // The mode of a file of another user, such as a mounted secret, is not looked at, as in OpenSSH.
    if (stats.uid === process.getuid?.() && (stats.mode & 0o077) !== 0) {
      throw loadRefused('EPERM', `others than its owner have access to it; run chmod 600 ${path}`, path)
    }
    const text = await handle.readFile('utf8')
    const read = passphrase === undefined ? ok(new Secret(text)) : decryptPrivateKey(text, passphrase)
    if (read.isErr()) throw loadRefused('EINVAL', explainBadKey(read.error), path)
    if (text.includes(openSshBegin) && !readByOpenSsh.test(text)) throw loadRefused('EINVAL', notReadByOpenSsh, path)
    const privateKey = read.value
    const publicKey = publicKeyOf(privateKey)
    if (publicKey.isErr()) throw loadRefused('EINVAL', explainBadKey(publicKey.error), path)
    await handle.sync()
    return privateKey
  } finally {
    await handle.close()
  }
}

async function openIfThere(path: string): Promise<FileHandle | undefined> {
  try {
    // Without O_NONBLOCK, opening a named pipe would wait for its writer.
    return await open(path, constants.O_RDONLY | constants.O_NONBLOCK)
  } catch (error) {
    if (fileErrorCode(error) === 'ENOENT') return undefined
    throw error
  }
}

function loadRefused(code: string, message: string, path: string): FileError {
  return fileError(message, { code, path, syscall: 'read' })
}

function explainBadKey({ message, hint }: Pick<PrivateKeyProblem, 'message' | 'hint'>): string {
  return hint === undefined ? message : `${message}; ${hint}`
}
