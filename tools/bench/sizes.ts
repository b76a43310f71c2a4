import { readFile, readdir, realpath, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import * as v from 'valibot'
import type { Report, Row } from './row.js'

const root = fileURLToPath(new URL('../..', import.meta.url))

const packages = [
  { name: 'core' },
  { name: 'volcengine', sdk: '@volcengine/openapi' },
  { name: 'alibaba', sdk: '@alicloud/ecs20140526' },
] as const

/** Measures what a package takes on the disk, alone and with all that it depends on. */
export async function sizes(): Promise<Report> {
  const rows: Row[] = []
  for (const one of packages) {
    const folder = join(root, 'packages', one.name)
    const code = await bytesIn(join(folder, 'dist'), (path) => path.endsWith('.js'))
    rows.push({ what: `@cloud-keypair/${one.name}: its own code`, unit: 'kB', service: code / 1000 })
    if (!('sdk' in one)) continue
    const theirs = await installed(join(folder, 'node_modules', one.sdk))
    rows.push({
      what: `@cloud-keypair/${one.name}: with all dependencies`,
      unit: 'MB',
      service: ((await installed(folder)) + code) / 1e6,
      byHand: theirs / 1e6,
    })
  }
  return {
    bench: 'sizes',
    title: 'What is installed',
    method:
      "Bytes of the files, not packed. By hand: the vendor's SDK with all of its dependencies, which ours has too.",
    rows,
  }
}

const manifestSchema = v.object({ dependencies: v.optional(v.record(v.string(), v.string()), {}) })

/** Returns the bytes of everything that a package depends on, and of itself if it is not of this tree. */
async function installed(start: string): Promise<number> {
  const seen = new Set<string>()
  let bytes = 0
  const visit = async (folder: string): Promise<void> => {
    const real = await realpath(folder)
    if (seen.has(real)) return
    seen.add(real)
    const isOurs = !real.includes('node_modules')
    bytes += await bytesIn(
      isOurs ? join(real, 'dist') : real,
      (path) => !isOurs || (real !== start && path.endsWith('.js')),
    )
    const { dependencies } = v.parse(manifestSchema, JSON.parse(await readFile(join(real, 'package.json'), 'utf8')))
    for (const name of Object.keys(dependencies)) {
      const found = await firstOf([
        join(real, 'node_modules', name),
        join(real.slice(0, real.lastIndexOf('node_modules')), 'node_modules', name),
      ])
      if (found !== undefined) await visit(found)
    }
  }
  await visit(start)
  return bytes
}

async function firstOf(paths: readonly string[]): Promise<string | undefined> {
  for (const path of paths) {
    const exists = await stat(path).then(
      () => true,
      () => false,
    )
    if (exists) return path
  }
  return undefined
}

async function bytesIn(folder: string, counts: (path: string) => boolean): Promise<number> {
  let bytes = 0
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name)
    if (entry.isDirectory() && entry.name !== 'node_modules') bytes += await bytesIn(path, counts)
    else if (entry.isFile() && counts(path)) bytes += (await stat(path)).size
  }
  return bytes
}
