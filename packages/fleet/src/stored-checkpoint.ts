import { type Checkpoint, ok, type Result } from '@cloud-keypair/core'
import { foldLines } from '@cloud-keypair/core/file'

/** Returns the checkpoint that stored lines hold; undefined without lines. The error is the reason that they hold none. */
export function storedCheckpoint(lines: readonly string[]): Result<Checkpoint | undefined, string> {
  return lines.length === 0 ? ok(undefined) : foldLines(lines.join(''))
}

/** True if instances were in progress: a later run has to finish them first. */
export function hasInProgress(checkpoint: Checkpoint | undefined): boolean {
  return checkpoint?.instances.some(({ step }) => step === 'in-progress') ?? false
}

/** Returns the instances that may be stopped: they are in progress, and were running before. */
export function mayBeStopped(checkpoint: Checkpoint | undefined): readonly string[] {
  const instances = checkpoint?.instances ?? []
  return instances.filter(({ step, power }) => step === 'in-progress' && power === 'running').map(({ id }) => id)
}
