import { dirname, join, relative } from 'node:path'
import { type DeclarationFile, readDeclarations } from './declaration-file.js'

/**
 * Returns the public API of one entry of a package: the names that it exports, and every declaration that they reach,
 * file by file. Comments are left out, so only a change of a signature changes the report.
 */
export async function apiReport(title: string, entry: string): Promise<string> {
  const report = new Report(dirname(entry))
  const names = await report.exportsOf(entry)
  for (const name of names) await report.addExport(entry, name)
  const head = [`// The public API of ${title}. Made by pnpm documents.`, ...names.map((name) => `//   ${name}`)]
  return [head.join('\n'), ...report.files(), ''].join('\n\n')
}

/** The declarations that were reached so far. */
class Report {
  readonly #root: string
  readonly #files = new Map<string, DeclarationFile>()
  readonly #reached = new Map<string, Set<string>>()
  readonly #packages = new Map<string, Set<string>>()

  constructor(root: string) {
    this.#root = root
  }

  /** Returns the names that a file exports, sorted. */
  async exportsOf(path: string): Promise<readonly string[]> {
    const { exported, reexports, stars } = await this.#read(path)
    const others = await Promise.all(
      stars.map(async (from) => (isFile(from) ? this.exportsOf(fileOf(path, from)) : [`everything of ${from}`])),
    )
    return [...new Set([...exported, ...reexports.keys(), ...others.flat()])].sort()
  }

  /** Adds the declaration of an exported name, and everything that it reaches. */
  async addExport(path: string, name: string): Promise<void> {
    const { declarations, reexports, stars } = await this.#read(path)
    if (declarations.has(name)) return this.#addDeclaration(path, name)
    const foreign = reexports.get(name)
    if (foreign !== undefined) return this.#addForeign(path, foreign.from, foreign.name)
    for (const from of stars) {
      if (isFile(from) && (await this.exportsOf(fileOf(path, from))).includes(name))
        return this.addExport(fileOf(path, from), name)
    }
  }

  /** Returns the reached declarations of each file, in the order in which the files were reached. */
  files(): readonly string[] {
    const files = [...this.#reached].map(([path, names]) => {
      const texts = [...(this.#files.get(path)?.declarations ?? [])].filter(([name]) => names.has(name))
      return [`// ${relative(this.#root, path)}`, ...texts.map(([, text]) => text)].join('\n')
    })
    const packages = [...this.#packages].map(([from, names]) => `//   ${from}: ${[...names].sort().join(', ')}`)
    return packages.length === 0 ? files : [...files, ['// Of other packages:', ...packages.sort()].join('\n')]
  }

  async #addDeclaration(path: string, name: string): Promise<void> {
    const reached = this.#reached.get(path) ?? new Set()
    if (reached.has(name)) return
    this.#reached.set(path, reached.add(name))
    const { declarations, imports } = await this.#read(path)
    const text = declarations.get(name) ?? ''
    if (/\bimport\(["']/.test(text)) throw new Error(`${path}: ${name} names a type of another file without an import`)
    for (const [word] of text.matchAll(/[\w$]+/g)) {
      const foreign = imports.get(word)
      if (declarations.has(word)) await this.#addDeclaration(path, word)
      else if (foreign !== undefined) await this.#addForeign(path, foreign.from, foreign.name)
    }
  }

  async #addForeign(path: string, from: string, name: string): Promise<void> {
    if (isFile(from)) return this.addExport(fileOf(path, from), name)
    const names = this.#packages.get(from) ?? new Set()
    this.#packages.set(from, names.add(name))
  }

  async #read(path: string): Promise<DeclarationFile> {
    const file = this.#files.get(path) ?? (await readDeclarations(path))
    this.#files.set(path, file)
    return file
  }
}

function isFile(from: string): boolean {
  return from.startsWith('.')
}

function fileOf(path: string, from: string): string {
  return join(dirname(path), from.replace(/\.js$/, '.d.ts'))
}
