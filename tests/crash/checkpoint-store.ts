import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ChangeOptions, Checkpoint } from '@cloud-keypair/core'
import { checkpointFile } from '@cloud-keypair/core/file'
import { kept } from '@cloud-keypair/conformance/internals'
import type { KillableProcess } from './killable-process.js'

/** The options of an operation that keep its checkpoints, as `checkpointFile` gives them. */
export interface CheckpointOptions {
  readonly resume: Checkpoint | undefined
  readonly onCheckpoint: NonNullable<ChangeOptions['onCheckpoint']>
}

/** The storage of checkpoints, which outlives the processes that write to it. */
export interface CheckpointStore extends AsyncDisposable {
  latest(): Promise<Checkpoint | undefined>
  /** Opens the storage for one run of a process that may be killed. */
  open(killable: Pick<KillableProcess, 'does'>): Promise<CheckpointOptions>
}

/** Keeps each checkpoint whole, and at once. */
export async function storeInMemory(): Promise<CheckpointStore> {
  let latest: Checkpoint | undefined
  const onCheckpoint = async (checkpoint: Checkpoint): Promise<void> => {
    latest = kept(checkpoint)
  }
  return {
    latest: async () => latest,
    open: async ({ does }) => ({ resume: latest, onCheckpoint: does(onCheckpoint) }),
    [Symbol.asyncDispose]: async () => {},
  }
}

/** Keeps the checkpoints in a file, as a program does. */
export async function storeInFile(): Promise<CheckpointStore> {
  const folder = await mkdtemp(join(tmpdir(), 'worlds-'))
  const path = join(folder, 'checkpoint')
  return {
    latest: async () => (await checkpointFile(path)).resume,
    open: () => checkpointFile(path),
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  }
}
