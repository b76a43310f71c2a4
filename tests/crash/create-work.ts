import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { publicKeyOf, Secret } from '@cloud-keypair/core'
import { saveToFile } from '@cloud-keypair/core/file'
import type { WorldSnapshot } from '@cloud-keypair/core/testing'
import { newKeyPairHarms } from './rotation-work.js'
import type { Violation } from './counts.js'
import type { MakeWork } from './work.js'

/** Creates `deploy`, whose private key goes to a file. */
export const createWork: MakeWork = async () => {
  const folder = await mkdtemp(join(tmpdir(), 'worlds-'))
  const path = join(folder, 'deploy')
  return {
    makes: 'deploy',
    run: async ({ service }) => service.create({ name: 'deploy', save: saveToFile(path, { ifFileExists: 'reuse' }) }),
    harmsIn: async (snapshot) => {
      const kept = await keptIn(folder)
      const known = new Set(kept.flatMap(({ name, line }) => (name === 'deploy' && line !== undefined ? [line] : [])))
      return [...fileHarms(kept), ...newKeyPairHarms(snapshot, 'deploy', known)]
    },
    missingIn: ({ keyPairs }: WorldSnapshot) => (keyPairs.some(({ name }) => name === 'deploy') ? [] : ['deploy']),
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  }
}

/** A file in the folder of the key. */
interface KeptFile {
  readonly name: string
  readonly mode: number
  /** The public key of the private key in the file, if that is complete. */
  readonly line: string | undefined
}

async function keptIn(folder: string): Promise<readonly KeptFile[]> {
  const names = await readdir(folder)
  return Promise.all(
    names.map(async (name) => {
      const path = join(folder, name)
      const line = publicKeyOf(new Secret(await readFile(path, 'utf8'))).match(
        (key) => key.line,
        () => undefined,
      )
      return { name, mode: (await stat(path)).mode & 0o777, line }
    }),
  )
}

/** Returns the harm in files: the final file is complete, others are temporary, and only the owner can read them. */
function fileHarms(kept: readonly KeptFile[]): readonly Violation[] {
  return kept
    .filter(({ name, mode, line }) => {
      const isFine = name === 'deploy' ? line !== undefined : name.startsWith('.cloud-keypair-')
      return mode !== 0o600 || !isFine
    })
    .map(({ name, mode }) => ({ harm: 'lost', message: `the file ${name} of mode ${mode.toString(8)} is not whole` }))
}
