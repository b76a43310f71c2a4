import { fileErrorCode } from './file-error.js'

/**
 * True if the file system lacks hard links. link(2): EPERM is "the filesystem does not support the creation of hard
 * links"; network file systems have other codes.
 */
export function lacksHardLinks(error: unknown): boolean {
  return ['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS'].includes(fileErrorCode(error))
}
