import { randomUUID } from 'node:crypto'
import { closeSync, fsyncSync, openSync, realpathSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { err, ok, type Result } from '../result.js'
import { errorKind } from '../foreign-values.js'

/**
 * Replaces the text of an existing file atomically, with mode 0600. A link to the file stays a link.
 * Errors: the code of the failure; then the file is unchanged.
 */
export function replaceFile(path: string, text: string): Result<null, string> {
  let temporary: string | undefined
  try {
    const target = realpathSync(path)
    temporary = `${target}.${randomUUID()}`
    const descriptor = openSync(temporary, 'wx', 0o600)
    try {
      writeFileSync(descriptor, text)
      fsyncSync(descriptor)
    } finally {
      closeSync(descriptor)
    }
    renameSync(temporary, target)
    return ok(null)
  } catch (error) {
    if (temporary !== undefined) rmSync(temporary, { force: true })
    return err(errorKind(error))
  }
}
