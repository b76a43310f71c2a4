import { thrownField } from './thrown.js'

/**
 * Returns what an error is called: its code, else its name, else `Error`. Never its message, which may quote a secret.
 * Takes anything that can be thrown, also what throws when it is looked at.
 */
export function errorKind(error: unknown): string {
  const code = thrownField(error, 'code')
  if (code !== undefined && /^[A-Z][A-Z0-9_]{1,40}$/.test(code)) return code
  const name = thrownField(error, 'name')
  return name !== undefined && /^[A-Za-z]{1,40}$/.test(name) ? name : 'Error'
}
