import { open, readFile, rename } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Checkpoint } from '@cloud-keypair/core'
import * as v from 'valibot'

// What is in it is looked at by the rotation that it is given to.
const schema = v.custom<Checkpoint>((value) => typeof value === 'object' && value !== null)

/** Keeps a checkpoint in a file: there is always a whole one, and it is on the disk when this resolves. */
export async function keepCheckpoint(path: string, checkpoint: Checkpoint): Promise<void> {
  const next = `${path}.new`
  await sync(next, 'w', JSON.stringify(checkpoint))
  await rename(next, path)
  await sync(dirname(path), 'r')
}

/** The checkpoint that was kept last; undefined where there is none. */
export async function latestCheckpoint(path: string): Promise<Checkpoint | undefined> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined
    throw error
  })
  return text === undefined ? undefined : v.parse(schema, JSON.parse(text))
}

async function sync(path: string, flags: 'r' | 'w', text?: string): Promise<void> {
  await using file = await open(path, flags, 0o600)
  if (text !== undefined) await file.writeFile(text)
  await file.sync()
}
