import { open, rm } from 'node:fs/promises'
import { err, ok, type Result } from '@cloud-keypair/core'

/** A file that is there, empty, and is ours alone. */
export interface NewFile {
  /** Writes all of it. The error says why it can't be written. */
  write(text: string): Promise<Result<void, string>>
  /** Removes it: there is nothing to write. */
  discard(): Promise<void>
}

/** Creates a file of mode 0600 if there is none. The error tells why it cannot be created. */
export async function newFile(path: string): Promise<Result<NewFile, string>> {
  try {
    const file = await open(path, 'wx', 0o600)
    return ok({
      write: async (text) => {
        try {
          await file.writeFile(text)
          await file.close()
          return ok()
        } catch (error) {
          return err(`${path} cannot be written (${codeOf(error)})`)
        }
      },
      discard: async () => {
        await file.close()
        await rm(path)
      },
    })
  } catch (error) {
    const code = codeOf(error)
    return err(code === 'EEXIST' ? `${path} exists, and nothing is overwritten` : `${path} cannot be made (${code})`)
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown'
}
