const begin = '<!-- contents: made by pnpm documents -->'
const end = '<!-- /contents -->'

/** Returns a page with the list of its sections between the two marks. */
export function withContents(page: string): string {
  const [before, rest] = page.split(begin)
  if (before === undefined || rest === undefined) throw new Error(`The page lacks ${begin}`)
  const after = rest.slice(rest.indexOf(end))
  const titles = [...after.replaceAll(/^```.*?^```$/gms, '').matchAll(/^## (.+)$/gm)].map(([, title = '']) => title)
  const list = titles.map((title) => `- [${title}](#${anchorOf(title)})`)
  return `${before}${begin}\n\n${list.join('\n')}\n\n${after}`
}

/** Returns the anchor that GitHub and the site give a title. */
export function anchorOf(title: string): string {
  return title
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-')
}
