import { access, readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import * as v from 'valibot'

const rootSchema = v.object({
  homepage: v.string(),
  bugs: v.string(),
  license: v.string(),
  repository: v.object({ type: v.string(), url: v.string(), directory: v.optional(v.string()) }),
  engines: v.object({ node: v.string() }),
})

const packageSchema = v.object({ ...rootSchema.entries, description: v.string(), keywords: v.array(v.string()) })

type Root = v.InferOutput<typeof rootSchema>

/** The part of the repository's address that nobody has filled in yet. See CONTRIBUTING.md. */
const placeholder = 'github.com/OWNER/'

/** Returns what is wrong with the manifests and READMEs of the published packages. */
export async function manifestProblems(root: string): Promise<readonly string[]> {
  const shared = v.parse(rootSchema, await readJson(join(root, 'package.json')))
  const folders = (await readdir(join(root, 'packages'))).sort()
  const problems = await Promise.all(
    folders.map(async (folder) => [
      ...(await problemsOfManifest(root, folder, shared)),
      ...(await problemsOfReadme(root, folder, shared)),
    ]),
  )
  return problems.flat()
}

/** Returns what keeps the packages from being published, although everything else is right. */
export async function publishProblems(root: string): Promise<readonly string[]> {
  const { repository } = v.parse(rootSchema, await readJson(join(root, 'package.json')))
  const core = v.parse(v.looseObject({ version: v.string() }), await readJson(join(root, 'packages/core/package.json')))
  return [
    ...(repository.url.includes(placeholder)
      ? [`package.json: the repository's address is a placeholder, ${repository.url}. See CONTRIBUTING.md.`]
      : []),
    ...(core.version === '0.0.0' ? ['packages: the version is 0.0.0. Run pnpm changeset version.'] : []),
  ]
}

async function problemsOfManifest(root: string, folder: string, shared: Root): Promise<readonly string[]> {
  const path = `packages/${folder}/package.json`
  const parsed = v.safeParse(packageSchema, await readJson(join(root, path)))
  if (!parsed.success) return parsed.issues.map((issue) => `${path}: ${v.getDotPath(issue)}: ${issue.message}`)
  const { homepage, bugs, license, engines, repository, keywords } = parsed.output
  const wrong: string[] = []
  const expected = { ...shared, repository: { ...shared.repository, directory: `packages/${folder}` } }
  if (!isDeepStrictEqual({ homepage, bugs, license, engines, repository }, expected))
    wrong.push(`homepage, bugs, license, engines or repository is not as expected: ${JSON.stringify(expected)}`)
  if (keywords.length < 4) wrong.push('there are fewer than four keywords')
  return wrong.map((problem) => `${path}: ${problem}`)
}

/** Checks the links: npm shows the README without the repository around it. */
async function problemsOfReadme(root: string, folder: string, { homepage }: Root): Promise<readonly string[]> {
  const path = `packages/${folder}/README.md`
  const text = await readFile(join(root, path), 'utf8')
  const files = homepage.replace('#readme', '/blob/main/')
  const links = [...text.matchAll(/\]\(([^)#]+)[^)]*\)/g)].map(([, link = '']) => link)
  const problems = links.map(async (link) => {
    if (!/^https?:/.test(link)) return [`${path}: the link ${link} leads nowhere on npm; begin it with ${files}`]
    if (!link.startsWith(files)) return []
    return (await exists(join(root, link.slice(files.length)))) ? [] : [`${path}: ${link} does not exist`]
  })
  return (await Promise.all(problems)).flat()
}

async function readJson(path: string): Promise<unknown> {
  return JSON.parse(await readFile(path, 'utf8'))
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  )
}
