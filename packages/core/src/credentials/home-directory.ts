import { homedir } from 'node:os'

/**
 * Returns the home directory, which an option may name; `undefined` if the user has none, as in a container with a user
 * id of its own.
 */
export function homeDirectoryOf(option: string | undefined): string | undefined {
  try {
    return option ?? homedir()
  } catch {
    return undefined
  }
}
