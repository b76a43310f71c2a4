import { access, cp, mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join, relative } from 'node:path'
import * as v from 'valibot'

/**
 * Copies the pages of docs/, the READMEs of the packages and the pages that only the site has. A link that leaves docs/ becomes one to the repository.
 * Throws if its target does not exist.
 */
export async function copyPages(root: string, target: string): Promise<void> {
  const address = await repositoryAddress(root)
  const docs = join(root, 'docs')
  await mkdir(target, { recursive: true })
  await cp(join(root, 'site/pages'), target, { recursive: true })
  for (const page of await readdir(docs, { recursive: true, withFileTypes: true })) {
    if (!page.isFile()) continue
    const path = join(page.parentPath, page.name)
    const copy = join(target, relative(docs, path).replace(/README\.md$/, 'index.md'))
    await mkdir(dirname(copy), { recursive: true })
    if (path.endsWith('.md')) await writeFile(copy, await withLinks(path, docs, root, address))
    else await cp(path, copy)
  }
  await copyReadmes(join(root, 'packages'), join(target, 'packages'), address)
}

/** Copies the README of each package. Its links to the documents in the repository become links of the site. */
async function copyReadmes(packages: string, target: string, address: string): Promise<void> {
  await mkdir(target)
  for (const name of await readdir(packages)) {
    const text = await readFile(join(packages, name, 'README.md'), 'utf8')
    await writeFile(join(target, `${name}.md`), text.replaceAll(`](${address}/blob/main/docs/`, '](../'))
  }
}

/** Returns the text of a page with the links that the site needs. */
async function withLinks(path: string, docs: string, root: string, address: string): Promise<string> {
  const text = await readFile(path, 'utf8')
  const links = [...text.matchAll(/\]\((?!https?:|#)([^)#\s]+)/g)].map(([, link = '']) => link)
  const outside = [...new Set(links)].filter((link) => !join(dirname(path), link).startsWith(`${docs}/`))
  await Promise.all(outside.map((link) => access(join(dirname(path), link))))
  return outside.reduce((before, link) => {
    const file = relative(root, join(dirname(path), link))
    return before.replaceAll(`](${link}`, `](${address}/blob/main/${file}`)
  }, text)
}

async function repositoryAddress(root: string): Promise<string> {
  const manifest: unknown = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'))
  return v.parse(v.looseObject({ homepage: v.string() }), manifest).homepage.replace('#readme', '')
}
