import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { apiReport } from '../api-report.js'

let folder: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'api-report-'))
})
afterEach(() => rm(folder, { recursive: true }))

async function reportOf(files: Readonly<Record<string, string>>): Promise<string> {
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text)
  return apiReport('a-package', join(folder, 'index.d.ts'))
}

const files = {
  'index.d.ts': `export * from './shape.js';\nexport { make, type Options } from './make.js';\nexport { ok } from 'neverthrow';\n`,
  'shape.d.ts': `/** A shape. */\nexport interface Shape {\n    readonly side: Side;\n}\ntype Side = 1 | 2;\n`,
  'make.d.ts': `import type { Shape } from './shape.js';
import { type Tool as Hammer } from 'tools';
/** Options. */
export interface Options {
    /** The tool. */
    readonly tool: Hammer;
}
export declare function make(options: Options): Shape;
export declare function hidden(): Unseen;
interface Unseen {
    readonly secret: string;
}
`,
}

it('reports each exported name and the declarations that it reaches, without comments', async () => {
  expect(await reportOf(files)).toBe(`// The public API of a-package. Made by pnpm documents.
//   Options
//   Shape
//   make
//   ok

// make.d.ts
export interface Options {
    readonly tool: Hammer;
}
export declare function make(options: Options): Shape;

// shape.d.ts
export interface Shape {
    readonly side: Side;
}
type Side = 1 | 2;

// Of other packages:
//   neverthrow: ok
//   tools: Tool

`)
})

it('reports a changed type that only another declaration names', async () => {
  const before = await reportOf(files)
  const after = await reportOf({ ...files, 'shape.d.ts': files['shape.d.ts'].replace('1 | 2', '1 | 2 | 3') })
  expect(after).not.toBe(before)
})

it('does not change with a comment or with a declaration that nobody outside can name', async () => {
  const before = await reportOf(files)
  const changed = files['make.d.ts'].replace('The tool', 'Another comment').replace('secret: string', 'secret: number')
  expect(await reportOf({ ...files, 'make.d.ts': changed })).toBe(before)
})

it('marks a class or function that is exported as a type alone', async () => {
  const make = `export declare class Tool {\n}\nexport declare function use(tool: Tool): void;\nexport type Size = 1;\n`
  const index = `export type * from './make.js';\nexport { use, type Tool as Hammer } from './make.js';\n`
  const report = await reportOf({ 'index.d.ts': index, 'make.d.ts': make })
  expect(report.split('\n').slice(1, 5)).toEqual([
    '//   Hammer (type only)',
    '//   Size',
    '//   Tool (type only)',
    '//   use',
  ])
})

it('refuses a statement that it cannot read', async () => {
  await expect(reportOf({ 'index.d.ts': 'export default 1;\n' })).rejects.toThrow('does not know this form')
})

it('refuses a declaration that names a type of another file without an import', async () => {
  const text = `export declare const shape: import("./shape.js").Shape;\n`
  await expect(reportOf({ 'index.d.ts': text })).rejects.toThrow('without an import')
})
