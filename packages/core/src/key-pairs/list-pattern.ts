/** Makes a test of whole names against a pattern in which `*` stands for any text and nothing else is special. */
export function matcher(pattern: string): (name: string) => boolean {
  const [prefix = '', ...rest] = pattern.split('*')
  const suffix = rest.pop()
  if (suffix === undefined) return (name) => name === pattern
  return (name) => {
    if (!name.startsWith(prefix)) return false
    let position = prefix.length
    for (const part of rest) {
      const found = name.indexOf(part, position)
      if (found < 0) return false
      position = found + part.length
    }
    return name.length - suffix.length >= position && name.endsWith(suffix)
  }
}

/** Returns the start of every name that matches the pattern. */
export function literalPrefix(pattern: string): string {
  return pattern.split('*', 1)[0] ?? ''
}
