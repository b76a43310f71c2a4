import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { deadLinks } from '../dead-links.js'

let root: string

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'links-'))
  await writeFile(
    join(root, 'guide.md'),
    "# Guide\n\n## Keep to the cloud's rate\n\n```md\n## Not a title\n```\n\n## 轮换\n",
  )
})
afterEach(() => rm(root, { recursive: true }))

async function deadOf(text: string): Promise<readonly string[]> {
  await writeFile(join(root, 'page.md'), text)
  return deadLinks(root, ['page.md'])
}

it('accepts links to files, to their parts, to parts of the page, and to the web', async () => {
  const links =
    '[a](guide.md) [b](guide.md#keep-to-the-clouds-rate) [c](guide.md#轮换) [d](#here) [e](https://example.com/x)'
  expect(await deadOf(`# Here\n\n${links}\n`)).toEqual([])
})

it.each(['none.md', 'guide.md#none', 'guide.md#not-a-title', '#none', 'none.svg'])(
  'names the link %s',
  async (link) => {
    expect(await deadOf(`# Here\n\n![text](${link})\n`)).toEqual([`page.md: dead link ${link}`])
  },
)

it('ignores links in blocks of code', async () => {
  expect(await deadOf('```md\n[a](none.md)\n```\n')).toEqual([])
})
