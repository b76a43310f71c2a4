import { readFile } from 'node:fs/promises'

/** A name of another file or package, under the name that it has here. */
export interface ForeignName {
  readonly from: string
  readonly name: string
}

/** A name that is exported again, perhaps as a type alone: nobody can call it then, or make an object of it. */
export interface Reexport extends ForeignName {
  readonly isType: boolean
}

/** A file or package whose names are all exported again. */
export interface Star {
  readonly from: string
  readonly isType: boolean
}

/** A declaration file, by the names that it declares, imports and exports again. */
export interface DeclarationFile {
  /** The text of each declaration, without comments. Overloads of a function are one text. */
  readonly declarations: ReadonlyMap<string, string>
  readonly exported: ReadonlySet<string>
  /** The classes, functions and constants. */
  readonly values: ReadonlySet<string>
  readonly imports: ReadonlyMap<string, ForeignName>
  readonly reexports: ReadonlyMap<string, Reexport>
  readonly stars: readonly Star[]
}

/**
 * Reads a declaration file that the compiler wrote. Throws for a statement of a form that the compiler has not written
 * yet.
 */
export async function readDeclarations(path: string): Promise<DeclarationFile> {
  const declarations = new Map<string, string>()
  const exported = new Set<string>()
  const values = new Set<string>()
  const imports = new Map<string, ForeignName>()
  const reexports = new Map<string, Reexport>()
  const stars: Star[] = []
  for (const statement of statementsOf(await readFile(path, 'utf8'))) {
    const [, starType, star] = /^export (type )?\* from '(.+)';$/.exec(statement) ?? []
    const [, keyword, type, names, from] = /^(import|export) (type )?\{([^}]*)\} from '(.+)';$/s.exec(statement) ?? []
    const [, isExported, kind, name] = declared.exec(statement) ?? []
    if (star !== undefined) stars.push({ from: star, isType: starType !== undefined })
    else if (names !== undefined && from !== undefined) {
      for (const { local, name: original, isType } of entriesOf(names)) {
        if (keyword === 'import') imports.set(local, { from, name: original })
        else reexports.set(local, { from, name: original, isType: isType || type !== undefined })
      }
    } else if (name !== undefined) {
      const before = declarations.get(name)
      declarations.set(name, before === undefined ? statement : `${before}\n${statement}`)
      if (isExported !== undefined) exported.add(name)
      if (kind !== 'interface' && kind !== 'type') values.add(name)
    } else if (statement !== 'export {};') throw new Error(`${path}: the report does not know this form: ${statement}`)
  }
  return { declarations, exported, values, imports, reexports, stars }
}

const declared = /^(export )?(?:declare )?(?:abstract )?(class|const|function|interface|type) ([\w$]+)/

/** Splits the text into statements, without comments. A statement starts in the first column. */
function statementsOf(text: string): readonly string[] {
  const code = text.replaceAll(/^\s*\/\*\*.*?\*\/\n/gms, '').replaceAll(/^\s*\/\/.*\n?/gm, '')
  return code.split(/\n(?=[a-z])/).flatMap((statement) => (statement.trim() === '' ? [] : [statement.trim()]))
}

/** Reads `a, type b as c` as the names here and there. */
function entriesOf(names: string) {
  return names.split(',').flatMap((part) => {
    const [, type, original = '', local = original] = /^(type )?([\w$]+)(?: as ([\w$]+))?$/.exec(part.trim()) ?? []
    return original === '' ? [] : [{ local, name: original, isType: type !== undefined }]
  })
}
