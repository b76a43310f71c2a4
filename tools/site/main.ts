import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { runPnpm } from '../../tests/support/packed.js'
import { runTool } from '../../tests/support/run-tool.js'
import { deadAnchors } from './dead-anchors.js'
import { apiEntries } from './api-entries.js'
import { copyPages } from './copy-pages.js'

// Builds the site of the documents into site/.build/dist. The tools have a package.json and a lockfile of their own in
// site/,
// outside the workspace. A dead link fails the build.

const root = fileURLToPath(new URL('../..', import.meta.url))
const site = join(root, 'site')
const build = join(site, '.build')
const pages = join(build, 'pages')

await runPnpm(site, 'install', '--ignore-workspace', '--frozen-lockfile', '--prefer-offline')
await rm(build, { recursive: true, force: true })
await mkdir(join(build, 'entries'), { recursive: true })
await copyPages(root, pages)
const entries = await apiEntries(root, join(build, 'entries'))
for (const { path, text } of entries) await writeFile(path, text)
await runTool(site, join(site, 'node_modules/.bin/typedoc'), ...entries.map(({ path }) => path))
await runTool(site, join(site, 'node_modules/.bin/vitepress'), 'build')
const dead = await deadAnchors(join(build, 'dist'))
process.stdout.write(dead.map((link) => `${link}\n`).join(''))
if (dead.length > 0) process.exitCode = 1
else process.stdout.write('The site is in site/.build/dist.\n')
