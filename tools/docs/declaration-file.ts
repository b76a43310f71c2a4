import { readFile } from 'node:fs/promises'

/** A name of another file or package, under the name that it has here. */
export interface ForeignName {
  readonly from: string
  readonly name: string
}

/** A declaration file, by the names that it declares, imports and exports again. */
export interface DeclarationFile {
  /** The text of each declaration, without comments. Overloads of a function are one text. */
  readonly declarations: ReadonlyMap<string, string>
  readonly exported: ReadonlySet<string>
  readonly imports: ReadonlyMap<string, ForeignName>
  readonly reexports: ReadonlyMap<string, ForeignName>
  /** The files and packages whose names are all exported again. */
  readonly stars: readonly string[]
}

/**
 * Reads a declaration file that the compiler wrote. Throws for a statement of a form that the compiler has not written
 * yet.
 */
export async function readDeclarations(path: string): Promise<DeclarationFile> {
  const declarations = new Map<string, string>()
  const exported = new Set<string>()
  const imports = new Map<string, ForeignName>()
  const reexports = new Map<string, ForeignName>()
  const stars: string[] = []
  for (const statement of statementsOf(await readFile(path, 'utf8'))) {
    const [, , star] = /^export (type )?\* from '(.+)';$/.exec(statement) ?? []
    const [, keyword, names, from] = /^(import|export) (?:type )?\{([^}]*)\} from '(.+)';$/s.exec(statement) ?? []
    const [, isExported, name] = declared.exec(statement) ?? []
    if (star !== undefined) stars.push(star)
    else if (names !== undefined && from !== undefined) {
      for (const [local, original] of pairsOf(names))
        (keyword === 'import' ? imports : reexports).set(local, { from, name: original })
    } else if (name !== undefined) {
      const before = declarations.get(name)
      declarations.set(name, before === undefined ? statement : `${before}\n${statement}`)
      if (isExported !== undefined) exported.add(name)
    } else if (statement !== 'export {};') throw new Error(`${path}: the report does not know this form: ${statement}`)
  }
  return { declarations, exported, imports, reexports, stars }
}

const declared = /^(export )?(?:declare )?(?:abstract )?(?:class|const|function|interface|type) ([\w$]+)/

/** Splits the text into statements, without comments. A statement starts in the first column. */
function statementsOf(text: string): readonly string[] {
  const code = text.replaceAll(/^\s*\/\*\*.*?\*\/\n/gms, '').replaceAll(/^\s*\/\/.*\n?/gm, '')
  return code.split(/\n(?=[a-z])/).flatMap((statement) => (statement.trim() === '' ? [] : [statement.trim()]))
}

/** Reads `a, type b as c` as pairs of the name here and the name there. */
function pairsOf(names: string): readonly (readonly [string, string])[] {
  return names.split(',').flatMap((part) => {
    const [original = '', local = original] = part
      .trim()
      .replace(/^type /, '')
      .split(' as ')
    return original === '' ? [] : [[local, original] as const]
  })
}
