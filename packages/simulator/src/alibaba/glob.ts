/** Returns what tells if a text is like a pattern in which `*` stands for anything. */
export function globMatcher(pattern: string): (text: string) => boolean {
  const parts = pattern.split('*').map((part) => part.replace(/[\\^$.|?+()[\]{}]/g, '\\$&'))
  const whole = new RegExp(`^${parts.join('.*')}$`, 's')
  return (text) => whole.test(text)
}
