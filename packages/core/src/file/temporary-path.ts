import { randomUUID } from 'node:crypto'
import { dirname, join } from 'node:path'

/** Returns a path for a temporary file beside a file: one that a killed process leaves behind is known by its name. */
export function temporaryBeside(path: string): string {
  return join(dirname(path), `.cloud-keypair-${randomUUID()}`)
}
