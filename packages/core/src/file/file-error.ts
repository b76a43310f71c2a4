/** Why a private key could not be saved or loaded. Its fields are as of Node's own errors of files; no part of the key is in it. */
export interface FileError extends Error {
  /** Node's code, such as `EEXIST` or `ENOSPC`. */
  readonly code: string
  /** The file that was meant, not a temporary one. */
  readonly path: string
  readonly syscall: string
}

/** An error of a file that was not the file system's own verdict. */
export function fileError(
  message: string,
  at: Pick<FileError, 'code' | 'path' | 'syscall'>,
  cause?: unknown,
): FileError {
  return Object.assign(new Error(message, cause === undefined ? {} : { cause }), at)
}

/** What went wrong with a file, under the name of the file that was meant. */
export function fileErrorFrom(cause: unknown, what: string, path: string): FileError {
  const reason = cause instanceof Error ? cause.message : 'unknown reason'
  return fileError(
    `${what}: ${reason}`,
    { code: errorText(cause, 'code'), path, syscall: errorText(cause, 'syscall') },
    cause,
  )
}

/** Node's code of an error; `UNKNOWN` where it has none. */
export function fileErrorCode(error: unknown): string {
  return errorText(error, 'code')
}

function errorText(error: unknown, field: 'code' | 'syscall'): string {
  const text: unknown = error instanceof Error ? Reflect.get(error, field) : undefined
  return typeof text === 'string' ? text : 'UNKNOWN'
}
