import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { copyPages } from '../copy-pages.js'
import { deadAnchors } from '../dead-anchors.js'

let root: string

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'site-'))
})
afterEach(() => rm(root, { recursive: true }))

async function save(path: string, text: string): Promise<void> {
  await mkdir(dirname(join(root, path)), { recursive: true })
  await writeFile(join(root, path), text)
}

describe('deadAnchors', () => {
  beforeEach(async () => {
    await save('guide.html', '<h2 id="rotate">Rotate</h2><h2 id="轮换">轮换</h2><a href="#rotate">here</a>')
    await save('api/index.html', '<h2 id="modules">Modules</h2>')
  })

  it('accepts links to parts that exist, on the page, beside it and in a folder', async () => {
    await save(
      'a.html',
      '<a href="/guide#rotate">1</a><a href="./guide#%E8%BD%AE%E6%8D%A2">2</a><a href="/api/#modules">3</a>',
    )
    await save('b.html', '<a href="https://example.com/#anything">elsewhere</a>')
    expect(await deadAnchors(root)).toEqual([])
  })

  it.each(['#none', '/guide#none', '/none#rotate', '/api/#none'])('names the link %s', async (link) => {
    await save('a.html', `<a class="link" href="${link}">dead</a>`)
    expect(await deadAnchors(root)).toEqual([`/a.html: dead link ${link}`])
  })
})

describe('copyPages', () => {
  beforeEach(async () => {
    await save('package.json', JSON.stringify({ homepage: 'https://example.com/project#readme' }))
    await save('site/pages/index.md', 'home')
    await save('examples/one.ts', '')
    await save('packages/core/README.md', '[guide](https://example.com/project/blob/main/docs/guide.md#part)')
    await save('docs/images/picture.svg', '<svg/>')
    await save('docs/decisions/README.md', '[guide](../guide.md#part)')
  })

  it('copies the pages, and makes a link that leaves docs/ one to the repository', async () => {
    await save('docs/guide.md', '[example](../examples/one.ts) [errors](errors.md#code) [web](https://example.com)')
    await copyPages(root, join(root, 'out'))
    const read = (path: string): Promise<string> => readFile(join(root, 'out', path), 'utf8')
    expect(await read('guide.md')).toBe(
      '[example](https://example.com/project/blob/main/examples/one.ts) [errors](errors.md#code) [web](https://example.com)',
    )
    expect(await read('index.md')).toBe('home')
    expect(await read('packages/core.md')).toBe('[guide](../guide.md#part)')
    expect(await read('decisions/index.md')).toBe('[guide](../guide.md#part)')
    expect(await read('images/picture.svg')).toBe('<svg/>')
  })

  it('refuses a link to a file that does not exist', async () => {
    await save('docs/guide.md', '[example](../examples/none.ts)')
    await expect(copyPages(root, join(root, 'out'))).rejects.toThrow('none.ts')
  })
})
