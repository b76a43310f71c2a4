import { shownText } from '../key-material/redact.js'
import { thrownField } from '../foreign-values.js'

/**
 * The reason that a private key could not be saved or loaded. Has the fields of Node's file errors, and no part of
 * the key.
 */
export interface FileError extends Error {
  /** Node's code, such as `EEXIST` or `ENOSPC`. */
  readonly code: string
  /** The file that was meant, not a temporary one. */
  readonly path: string
  readonly syscall: string
}

/** Makes an error of a file that the file system did not raise. */
export function fileError(
  message: string,
  at: Pick<FileError, 'code' | 'path' | 'syscall'>,
  cause?: unknown,
): FileError {
  return Object.assign(new Error(message, cause === undefined ? {} : { cause }), at)
}

/** Returns a file error that names the file that was meant. */
export function fileErrorFrom(cause: unknown, what: string, path: string): FileError {
  const reason = shownText(cause)
  return fileError(
    `${what}: ${reason}`,
    { code: errorText(cause, 'code'), path, syscall: errorText(cause, 'syscall') },
    cause,
  )
}

/** Returns the code of an error of Node.js; `UNKNOWN` if there is none. */
export function fileErrorCode(error: unknown): string {
  return errorText(error, 'code')
}

function errorText(error: unknown, field: 'code' | 'syscall'): string {
  return thrownField(error, field) ?? 'UNKNOWN'
}

/**
 * True if the file system lacks hard links. link(2): EPERM is "the filesystem does not support the creation of hard
 * links"; network file systems have other codes.
 */
export function lacksHardLinks(error: unknown): boolean {
  return ['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS'].includes(fileErrorCode(error))
}
