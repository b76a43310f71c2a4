import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { blocks, saveBlock, workspace } from './documents.js'

// Below the package, so that the packages are found by name.
let folder: string

beforeAll(() => {
  const parent = join(workspace, 'examples/demo/compiled')
  mkdirSync(parent, { recursive: true })
  folder = mkdtempSync(join(parent, 'documents-'))
})

afterAll(() => rmSync(folder, { recursive: true }))

function compile(config: string): Promise<{ readonly failed: boolean; readonly output: string }> {
  const compiler = join(createRequire(import.meta.url).resolve('typescript/package.json'), '../bin/tsc')
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [compiler, '-p', config, '--pretty', 'false'],
      { cwd: folder },
      (error, stdout, stderr) => {
        resolve({ failed: error !== null, output: stdout + stderr })
      },
    )
  })
}

it('every block of TypeScript in the documents compiles', async () => {
  const files = blocks().flatMap((block) => (block.language === 'ts' ? [saveBlock(block, folder)] : []))
  const context = join(folder, 'context.d.ts')
  writeFileSync(
    context,
    `declare const keyPairs: import('@cloud-keypair/core').KeyPairService
    declare const instanceIds: readonly string[]
    declare const signal: AbortSignal`,
  )
  const config = join(folder, 'tsconfig.json')
  const compilerOptions = {
    composite: false,
    declaration: false,
    declarationMap: false,
    emitDeclarationOnly: false,
    isolatedDeclarations: false,
    noEmit: true,
    // Each block shows one thing, and leaves the rest to the reader.
    noUnusedLocals: false,
  }
  const base = join(workspace, 'tsconfig.base.json')
  // Core's sources are compiled with the blocks, and need the types of the parts of undici.
  const parts = join(workspace, 'packages/core/src/http/undici-parts.d.ts')
  writeFileSync(config, JSON.stringify({ extends: base, compilerOptions, files: [context, parts, ...files] }))
  expect(await compile(config)).toEqual({ failed: false, output: '' })
})
