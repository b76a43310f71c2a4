import { open } from 'node:fs/promises'
import { fileErrorCode } from './file-error.js'

/** Brings the names in a folder to the disk: fsync(2) of a file does not bring its name there. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } catch (error) {
    // fsync(2): a file system that has no such thing for folders.
    if (!['EINVAL', 'ENOTSUP', 'EOPNOTSUPP'].includes(fileErrorCode(error))) throw error
  } finally {
    await handle.close()
  }
}
