import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs'
import { TextDecoder } from 'node:util'
import { errorKind } from '../foreign-values.js'
import { err, ok, type Result } from '../result.js'

const largestMiB = 1
const largestBytes = largestMiB * 1024 * 1024

/**
 * Reads a small text file at once: `undefined` if there is none. Errors: the reason, such as `is not a regular file`,
 * with nothing of what the file holds.
 *
 * A named pipe without a writer, a device and a huge file are refused, and never waited for.
 */
export function readSmallFile(path: string): Result<string | undefined, string> {
  try {
    return readOpened(openSync(path, constants.O_RDONLY | nonBlocking))
  } catch (error) {
    const code = errorKind(error)
    return code === 'ENOENT' || code === 'ENOTDIR' ? ok(undefined) : err(`cannot be read (${code})`)
  }
}

/** Without this flag, opening a named pipe would wait for its writer. Windows has no such pipes, and no such flag. */
const nonBlocking = constants.O_NONBLOCK ?? 0

function readOpened(descriptor: number): Result<string, string> {
  try {
    // In bigints: after a status in numbers, of a pipe, Node.js resolves no symbolic link of a module any more.
    if (!fstatSync(descriptor, { bigint: true }).isFile()) return err('is not a regular file')
    const buffer = Buffer.alloc(largestBytes + 1)
    const size = readInto(descriptor, buffer)
    if (size > largestBytes) return err(`is larger than ${largestMiB} MiB`)
    // A byte order mark, as editors on Windows write it, is dropped by the decoder.
    return ok(new TextDecoder().decode(buffer.subarray(0, size)))
  } finally {
    closeSync(descriptor)
  }
}

/** Reads until the buffer is full or the file ends; a file of /proc says that its size is 0. */
function readInto(descriptor: number, buffer: Buffer): number {
  let size = 0
  while (size < buffer.length) {
    const read = readSync(descriptor, buffer, size, buffer.length - size, size)
    if (read === 0) break
    size += read
  }
  return size
}
