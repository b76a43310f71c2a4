import { readdir, readFile } from 'node:fs/promises'
import { join, posix } from 'node:path'

/** Returns the links of the built pages to a part of a page that does not exist. VitePress checks only the pages. */
export async function deadAnchors(folder: string): Promise<readonly string[]> {
  const files = (await readdir(folder, { recursive: true })).filter((name) => name.endsWith('.html'))
  const read = async (file: string): Promise<readonly [string, string]> => [
    `/${file}`,
    await readFile(join(folder, file), 'utf8'),
  ]
  const texts = await Promise.all(files.map(read))
  const anchors = new Map(texts.map(([page, text]) => [page, new Set(matches(text, / id="([^"]+)"/g))]))
  return texts.flatMap(([page, text]) =>
    matches(text, /<a [^>]*href="([^"]*#[^"]+)"/g).flatMap((link) => {
      const [path = '', anchor = ''] = link.split('#')
      if (/^[a-z]+:/.test(path)) return []
      const target = path === '' ? page : pageOf(posix.resolve(posix.dirname(page), path), path.endsWith('/'))
      return anchors.get(target)?.has(decodeURIComponent(anchor)) === true ? [] : [`${page}: dead link ${link}`]
    }),
  )
}

function matches(text: string, pattern: RegExp): readonly string[] {
  return [...text.matchAll(pattern)].map(([, first = '']) => first)
}

function pageOf(path: string, isFolder: boolean): string {
  if (path.endsWith('.html')) return path
  return isFolder ? `${path === '/' ? '' : path}/index.html` : `${path}.html`
}
