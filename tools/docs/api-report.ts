import { dirname, join, relative } from 'node:path'
import { type DeclarationFile, readDeclarations } from './declaration-file.js'

/**
 * Returns the public API of one entry of a package: the names that it exports, and every declaration that they reach,
 * file by file. A class, function or constant that is exported as a type alone is marked. Comments are left out, so only a
 * change of a signature changes the report.
 */
export async function apiReport(title: string, entry: string): Promise<string> {
  const report = new Report(dirname(entry))
  const names = await report.exportsOf(entry)
  for (const name of names.keys()) await report.addExport(entry, name)
  const lines = [...names].map(([name, use]) => `//   ${name}${use === 'value as type' ? ' (type only)' : ''}`)
  const head = [`// The public API of ${title}. Made by pnpm documents.`, ...lines]
  return [head.join('\n'), ...report.files(), ''].join('\n\n')
}

/** The use of an exported name: a value that is exported as a type alone cannot be called, and makes no objects. */
type Use = 'value' | 'type' | 'value as type'

/** Returns the use of a name that is exported again. The use of a name of a package is not known. */
function useHere(there: Use | undefined, isType: boolean): Use {
  return isType && there === 'value' ? 'value as type' : (there ?? 'type')
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

  /** Returns the names that a file exports, sorted, and what each can be used as. */
  async exportsOf(path: string): Promise<ReadonlyMap<string, Use>> {
    const { exported, values, reexports, stars } = await this.#read(path)
    const uses = new Map<string, Use>()
    // A value may be exported a second time, as a type.
    const add = (name: string, use: Use): void => void (uses.get(name) === 'value' || uses.set(name, use))
    for (const name of exported) add(name, values.has(name) ? 'value' : 'type')
    for (const [local, { from, name, isType }] of reexports) {
      const there = isFile(from) ? await this.exportsOf(fileOf(path, from)) : undefined
      add(local, useHere(there?.get(name), isType))
    }
    for (const { from, isType } of stars) {
      if (!isFile(from)) add(`everything of ${from}`, 'type')
      else for (const [name, use] of await this.exportsOf(fileOf(path, from))) add(name, useHere(use, isType))
    }
    return new Map([...uses].sort(([one], [other]) => (one < other ? -1 : 1)))
  }

  /** Adds the declaration of an exported name, and everything that it reaches. */
  async addExport(path: string, name: string): Promise<void> {
    const { declarations, reexports, stars } = await this.#read(path)
    if (declarations.has(name)) return this.#addDeclaration(path, name)
    const foreign = reexports.get(name)
    if (foreign !== undefined) return this.#addForeign(path, foreign.from, foreign.name)
    for (const { from } of stars) {
      if (isFile(from) && (await this.exportsOf(fileOf(path, from))).has(name))
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
