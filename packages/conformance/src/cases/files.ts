import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { VirtualClock } from '../virtual-clock.js'

/** Works in a new folder, which is removed afterwards. */
export async function inFolder(work: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'cloud-keypair-'))
  try {
    await work(folder)
  } finally {
    await rm(folder, { recursive: true })
  }
}

/** Stops the virtual clock during work with files, which takes real time. */
export async function standingStill<T>(clock: VirtualClock, work: () => Promise<T>): Promise<T> {
  clock.open('files')
  try {
    return await work()
  } finally {
    clock.close('files')
  }
}
