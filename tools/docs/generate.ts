import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { apiReports } from './api-reports.js'
import { benchPages } from './bench-results.js'
import { fullTable, shortTable } from './capability-tables.js'
import { chineseTable } from './chinese-table.js'
import { withContents } from './contents.js'
import { deadLinks } from './dead-links.js'
import { markdownTable } from './markdown-table.js'
import { misquoted } from './quoted-code.js'
import { replaceBetween } from './replace-between.js'

// Writes the tables of capabilities into the documents: a short one into the READMEs, the whole one into
// docs/capabilities.md, the results of the benches into docs/performance.md
// with their charts, and the reports of the packages' public API into etc/. With --check it writes nothing, and
// fails if a table is stale. It also fails if a document quotes code that is not
// in its file, or has a link that leads nowhere.

const root = fileURLToPath(new URL('../..', import.meta.url))
const begin = '<!-- capabilities: made by pnpm documents -->'
const end = '<!-- /capabilities -->'

await keep('README.md', replaceBetween(await textOf('README.md'), begin, end, markdownTable(shortTable())))
await keep(
  'README.zh-CN.md',
  replaceBetween(await textOf('README.zh-CN.md'), begin, end, markdownTable(chineseTable(shortTable()))),
)
await keep(
  'docs/capabilities.md',
  `# What each cloud can do

Made of the adapters' \`capabilities\` by \`pnpm documents\`. What a cloud cannot do answers \`unsupported\`, and no request
is sent; what the vendor's pages leave open counts as no, or is \`undocumented\`. The conformance suite
holds each of these against the cloud.

${markdownTable(fullTable())}
`,
)
await keep('docs/guide.md', withContents(await textOf('docs/guide.md')))
await keep('docs/zh-CN/guide.md', withContents(await textOf('docs/zh-CN/guide.md')))
for (const { path, text } of [...(await apiReports(root)), ...(await benchPages(root))]) await keep(path, text)

for (const [page, folder] of [
  ['docs/writing-an-adapter.md', 'examples/third-party-adapter'],
  ['docs/recipes.md', 'examples/programs'],
] as const) {
  for (const quote of await misquoted(join(root, page), join(root, folder)))
    fail(`${page} quotes code that is not in ${quote}`)
}

const markdown = await readdir(join(root, 'docs'), { recursive: true })
const atRoot = ['README', 'README.zh-CN', 'CONTRIBUTING', 'CHANGELOG', 'CODE_OF_CONDUCT', 'SECURITY']
const pages = [
  ...atRoot.map((name) => `${name}.md`),
  'examples/README.md',
  ...markdown.filter((path) => path.endsWith('.md')).map((path) => join('docs', path)),
]
for (const link of await deadLinks(root, pages)) fail(link)

function textOf(path: string): Promise<string> {
  return readFile(join(root, path), 'utf8').catch(() => '')
}

async function keep(path: string, text: string): Promise<void> {
  if (!process.argv.includes('--check')) return writeFile(join(root, path), text)
  if ((await textOf(path)) !== text) fail(`${path} is stale: run pnpm documents`)
}

function fail(message: string): void {
  process.stdout.write(`${message}\n`)
  process.exitCode = 1
}
