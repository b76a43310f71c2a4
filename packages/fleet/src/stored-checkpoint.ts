import { type Checkpoint, mayBeStopped, ok, type Result } from '@cloud-keypair/core'
import { foldLines } from '@cloud-keypair/core/file'

/** Returns the checkpoint that stored lines hold; undefined without lines. The error is the reason that they hold none. */
export function storedCheckpoint(lines: readonly string[]): Result<Checkpoint | undefined, string> {
  return lines.length === 0 ? ok(undefined) : foldLines(lines.join(''))
}

/** Returns the instances that were running, and may be stopped now. */
export function leftStoppedIn(checkpoint: Checkpoint | undefined): readonly string[] {
  return checkpoint?.instances.filter(mayBeStopped).map(({ id }) => id) ?? []
}
