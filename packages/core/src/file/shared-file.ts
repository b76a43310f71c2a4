import { constants } from 'node:fs'
import { type FileHandle, link, open, rename, stat, unlink } from 'node:fs/promises'
import { fileErrorCode, fileError, lacksHardLinks } from './file-error.js'
import { temporaryBeside } from './temporary-path.js'

// Writes to a file that another process may write to, too. POSIX has no write on a condition, so each looks afterwards
// whether its text is in the file of that name, and is the only new one.

/** A file as it was after a read or a write: another file of the name, or another length, is somebody else's. */
export interface FileState {
  readonly ino: number
  readonly size: number
}

/** Returns the file of a path as it is now, or undefined if there is none. */
export async function stateAt(path: string): Promise<FileState | undefined> {
  try {
    return await stat(path)
  } catch (error) {
    if (fileErrorCode(error) === 'ENOENT') return undefined
    throw error
  }
}

/** True if nobody else wrote the file or took its name. */
export function isSameFile(one: FileState | undefined, other: FileState | undefined): boolean {
  return one?.ino === other?.ino && one?.size === other?.size
}

/** Makes the error of a file that somebody else writes. */
export function fileIsTaken(path: string): Error {
  const reason = 'another operation has written to the file, and one file is for one operation at a time'
  return fileError(reason, { code: 'EBUSY', path, syscall: 'write' })
}

/** Appends a text to the file, and returns the file after it. Rejects with `EBUSY` if somebody else wrote to it. */
export async function appendToFile(path: string, text: string, seen: FileState | undefined): Promise<FileState> {
  // Not created again: a removed file has lost the earlier lines.
  const handle = await open(path, constants.O_WRONLY | constants.O_APPEND)
  try {
    const { ino, size } = await handle.stat()
    if (!isSameFile({ ino, size }, seen)) throw fileIsTaken(path)
    await handle.writeFile(text)
    await handle.sync()
    return await mustBeAt(path, { ino, size: size + Buffer.byteLength(text) })
  } finally {
    await handle.close()
  }
}

/**
 * Puts a new file with a text in place of the file, or of none, and returns it. Rejects with `EBUSY` if somebody else wrote
 * to the file meanwhile, which has its name then as before.
 */
export async function putFile(path: string, text: string, seen: FileState | undefined): Promise<FileState> {
  const temporary = temporaryBeside(path)
  try {
    const written = await writeNew(temporary, text)
    if (seen === undefined) await nameNew(temporary, path)
    else await takeName(temporary, path, seen)
    return await mustBeAt(path, written)
  } finally {
    await unlink(temporary).catch(() => undefined)
  }
}

async function mustBeAt(path: string, wanted: FileState): Promise<FileState> {
  if (!isSameFile(await stateAt(path), wanted)) throw fileIsTaken(path)
  return wanted
}

async function writeNew(path: string, text: string): Promise<FileState> {
  const handle: FileHandle = await open(path, 'wx', 0o600)
  try {
    await handle.writeFile(text)
    await handle.sync()
    const { ino, size } = await handle.stat()
    return { ino, size }
  } finally {
    await handle.close()
  }
}

/** Gives a file its name, unless somebody made one of that name meanwhile. */
async function nameNew(temporary: string, path: string): Promise<void> {
  try {
    await link(temporary, path)
  } catch (error) {
    if (lacksHardLinks(error)) return rename(temporary, path)
    throw fileErrorCode(error) === 'EEXIST' ? fileIsTaken(path) : error
  }
}

/** Gives a file the name of another one, unless somebody wrote to that meanwhile. */
async function takeName(temporary: string, path: string, seen: FileState): Promise<void> {
  const kept = temporaryBeside(path)
  try {
    await link(path, kept)
  } catch (error) {
    if (lacksHardLinks(error)) return rename(temporary, path)
    throw error
  }
  try {
    await rename(temporary, path)
    if (isSameFile(await stateAt(kept), seen)) return
    await rename(kept, path)
    throw fileIsTaken(path)
  } finally {
    await unlink(kept).catch(() => undefined)
  }
}
