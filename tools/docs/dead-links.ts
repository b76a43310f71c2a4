import { access, readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { anchorOf, withoutCode } from './contents.js'

/**
 * Returns the links of Markdown pages to files, or to parts of pages, that do not exist. Addresses of the web are not
 * checked.
 */
export async function deadLinks(root: string, pages: readonly string[]): Promise<readonly string[]> {
  const dead = pages.map(async (page) => {
    const text = withoutCode(await readFile(join(root, page), 'utf8'))
    const links = [...text.matchAll(/\]\((?![a-z]+:)([^)\s]+)\)/g)].map(([, link = '']) => link)
    const checked = links.map(async (link) => ((await exists(root, page, link)) ? [] : [`${page}: dead link ${link}`]))
    return (await Promise.all(checked)).flat()
  })
  return (await Promise.all(dead)).flat()
}

async function exists(root: string, page: string, link: string): Promise<boolean> {
  const [path = '', anchor] = link.split('#')
  const target = path === '' ? join(root, page) : join(root, dirname(page), path)
  if (anchor === undefined || !target.endsWith('.md'))
    return access(target).then(
      () => true,
      () => false,
    )
  const text = withoutCode(await readFile(target, 'utf8').catch(() => ''))
  return [...text.matchAll(/^#+ (.+)$/gm)].some(([, title = '']) => anchorOf(title) === anchor)
}
