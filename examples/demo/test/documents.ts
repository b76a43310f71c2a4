import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const workspace: string = fileURLToPath(new URL('../../..', import.meta.url))

/** A block of code in a document. */
export interface Block {
  /** The document and the block's line in it. */
  readonly where: string
  readonly language: string
  /** True if it stands for itself and does something. */
  readonly runs: boolean
  readonly code: string
}

export function read(document: string): string {
  return readFileSync(join(workspace, document), 'utf8')
}

/** The sources whose comments have examples. */
const withExamples = ['store', 'service'].map((name) => `packages/core/src/contract/${name}.ts`)

/** Returns the blocks of code of the READMEs, of the pages in docs/ and of the comments that have examples. */
export function blocks(): readonly Block[] {
  const pages = ['docs', 'docs/zh-CN'].flatMap((folder) =>
    readdirSync(join(workspace, folder)).flatMap((name) => (name.endsWith('.md') ? [join(folder, name)] : [])),
  )
  return [
    ...['README.md', 'README.zh-CN.md', ...pages].flatMap((page) => blocksIn(page, read(page))),
    ...withExamples.flatMap((source) => blocksIn(source, read(source).replaceAll(/^ {3}\* ?/gm, ''))),
  ]
}

function blocksIn(document: string, text: string): readonly Block[] {
  return [...text.matchAll(/^```(\w+)( run)?\n(.*?)^```$/gms)].map(
    ({ 1: language = '', 2: run, 3: code = '', index }) => {
      const line = text.slice(0, index).split('\n').length
      return { where: `${document}:${line}`, language, runs: run !== undefined, code }
    },
  )
}

/** Writes a block as a module into the folder, and returns its path. */
export function saveBlock({ where, code }: Block, folder: string): string {
  const path = join(folder, `${where.replaceAll(/\W/g, '-')}.ts`)
  writeFileSync(path, `${code}\nexport {}\n`)
  return path
}
