/**
 * Returns what an error is called: its code, else its name, else `Error`. Never its message, which may quote a secret.
 * Takes anything that can be thrown, also what throws when it is looked at.
 */
export function errorKind(error: unknown): string {
  const code = property(error, 'code')
  if (typeof code === 'string' && /^[A-Z][A-Z0-9_]{1,40}$/.test(code)) return code
  const name = property(error, 'name')
  return typeof name === 'string' && /^[A-Za-z]{1,40}$/.test(name) ? name : 'Error'
}

function property(from: unknown, name: string): unknown {
  try {
    return typeof from === 'object' && from !== null ? Reflect.get(from, name) : undefined
  } catch {
    return undefined
  }
}
