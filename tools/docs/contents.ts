import { replaceBetween } from './replace-between.js'

const begin = '<!-- contents: made by pnpm documents -->'
const end = '<!-- /contents -->'

/** Returns a page with the list of its sections, and of the parts of each, between the two marks. */
export function withContents(page: string): string {
  const after = page.slice(page.indexOf(end))
  const titles = withoutCode(after).matchAll(/^##(#?) (.+)$/gm)
  const list = [...titles].map(([, deeper, title = '']) => `${deeper ? '  ' : ''}- [${title}](#${anchorOf(title)})`)
  return replaceBetween(page, begin, end, list.join('\n'))
}

/** Returns a page without its blocks of code. */
export function withoutCode(page: string): string {
  return page.replaceAll(/^```.*?^```$/gms, '')
}

/** Returns the anchor that GitHub and the site give a title. */
export function anchorOf(title: string): string {
  return title
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-')
}
