/** Returns a page with other text between two marks. Throws if the page lacks one of them. */
export function replaceBetween(page: string, begin: string, end: string, text: string): string {
  const from = page.indexOf(begin)
  const to = page.indexOf(end, from)
  if (from === -1) throw new Error(`The page lacks ${begin}`)
  if (to === -1) throw new Error(`The page lacks ${end} after ${begin}`)
  return `${page.slice(0, from)}${begin}\n\n${text}\n\n${page.slice(to)}`
}
