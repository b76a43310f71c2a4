import { execFile } from 'node:child_process'
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import * as v from 'valibot'
import { packedOverrides, packInto, runPnpm } from '../support/packed.js'

const source = fileURLToPath(new URL('project', import.meta.url))

/** The packages that are tested as they are packed. */
export const packages = [
  'core',
  'volcengine',
  'alibaba',
  'aws',
  'tencent',
  'openstack',
  'memory',
  'simulator',
  'conformance',
  'opentelemetry',
  'fleet',
] as const

/** A project of somebody else's, far from this workspace, that has the packed packages and the tools of the matrix. */
export interface Project extends AsyncDisposable {
  readonly folder: string
  /** Gives the path of a file of an installed package. */
  tool(path: string): string
}

/** A program to run. */
export interface Command {
  readonly file: string
  readonly parameters: readonly string[]
  readonly folder: string
  readonly environment?: Readonly<Record<string, string>>
}

/** Packs the built packages, and installs them with the tools in their own folder. */
export async function installProject(withAllTools: boolean): Promise<Project> {
  const folder = await mkdtemp(join(tmpdir(), 'packed-'))
  const project: Project = {
    folder,
    tool: (path) => join(folder, 'node_modules', path),
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  }
  try {
    await cp(source, folder, { recursive: true, filter: (path) => basename(path) !== 'node_modules' })
    await packInto(folder, packages)
    await addPackages(folder)
    // The lockfile has the tools; it cannot have the packages, which each run packs again.
    const tools = withAllTools ? [] : ['--prod']
    await runPnpm(folder, 'install', '--no-frozen-lockfile', '--prefer-offline', ...tools)
    return project
  } catch (thrown) {
    await project[Symbol.asyncDispose]()
    throw thrown
  }
}

const manifestSchema = v.looseObject({ dependencies: v.optional(v.record(v.string(), v.string()), {}) })

export async function readManifest(path: string): Promise<v.InferOutput<typeof manifestSchema>> {
  return v.parse(manifestSchema, JSON.parse(await readFile(path, 'utf8')))
}

async function addPackages(folder: string): Promise<void> {
  const manifest = join(folder, 'package.json')
  const { dependencies, ...rest } = await readManifest(manifest)
  const packed = Object.fromEntries(packages.map((name) => [`@cloud-keypair/${name}`, `file:${name}.tgz`]))
  await writeFile(manifest, JSON.stringify({ ...rest, dependencies: { ...dependencies, ...packed } }))
  await writeFile(join(folder, 'pnpm-workspace.yaml'), packedOverrides(packages), { flag: 'a' })
}

/** Runs a program. Returns what it wrote; rejects with that if the program fails. */
export function runCommand({ file, parameters, folder, environment }: Command): Promise<string> {
  const { PATH = '', HOME = '' } = process.env
  const settings = { cwd: folder, env: { PATH, HOME, ...environment }, maxBuffer: 64 * 1024 * 1024 }
  return new Promise((resolve, reject) => {
    execFile(file, parameters, settings, (error, stdout, stderr) => {
      const output = `${stdout}${stderr}`
      if (error === null) resolve(output)
      else
        reject(
          new Error(`${basename(file)} ${parameters.join(' ')} failed: ${error.message.split('\n')[0]}\n${output}`),
        )
    })
  })
}
