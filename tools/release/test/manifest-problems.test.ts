import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { manifestProblems, publishProblems } from '../manifest-problems.js'

let root: string

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'manifests-'))
  await mkdir(join(root, 'packages/core'), { recursive: true })
  await mkdir(join(root, 'docs'))
  await writeFile(join(root, 'docs/guide.md'), '')
  await save('package.json', shared)
  await save('packages/core/package.json', core)
  await writeFile(join(root, 'packages/core/README.md'), `[guide](${address}/blob/main/docs/guide.md#a-part)`)
})
afterEach(() => rm(root, { recursive: true }))

const address = 'https://github.com/somebody/cloud-keypair'
const repository = { type: 'git', url: `git+${address}.git` }
const shared = {
  homepage: `${address}#readme`,
  bugs: `${address}/issues`,
  license: 'Apache-2.0',
  engines: { node: '>=20' },
  repository,
}
const core = {
  ...shared,
  version: '1.0.0',
  description: 'Core.',
  keywords: ['ssh', 'cloud', 'key', 'pair'],
  repository: { ...repository, directory: 'packages/core' },
}

function save(path: string, content: object): Promise<void> {
  return writeFile(join(root, path), JSON.stringify(content))
}

it('finds nothing wrong with a complete package', async () => {
  expect([...(await manifestProblems(root)), ...(await publishProblems(root))]).toEqual([])
})

it.each([
  ['another homepage', { ...core, homepage: 'https://example.com' }, 'is not as expected'],
  ['no directory', { ...core, repository }, 'is not as expected'],
  ['no keywords', { ...core, keywords: undefined }, 'keywords'],
  ['too few keywords', { ...core, keywords: ['ssh'] }, 'fewer than four keywords'],
])('names a manifest with %s', async (_title, manifest, problem) => {
  await save('packages/core/package.json', manifest)
  const [only, ...others] = await manifestProblems(root)
  expect(only).toContain(problem)
  expect(others).toEqual([])
})

it.each([
  ['../../docs/guide.md', 'leads nowhere on npm'],
  [`${address}/blob/main/docs/gone.md`, 'does not exist'],
])('names the link %s of a README', async (link, problem) => {
  await writeFile(join(root, 'packages/core/README.md'), `[guide](${link})`)
  expect(await manifestProblems(root)).toEqual([expect.stringContaining(problem)])
})

it('names the placeholder and the version that keep the packages from being published', async () => {
  await save('package.json', { ...shared, repository: { type: 'git', url: 'git+https://github.com/OWNER/a.git' } })
  await save('packages/core/package.json', { ...core, version: '0.0.0' })
  expect(await publishProblems(root)).toEqual([
    expect.stringContaining('placeholder'),
    expect.stringContaining('0.0.0'),
  ])
})
