import type { Checkpoint, CheckpointInstance } from './checkpoint.js'

/** True if instances are in progress. A run with this checkpoint as `resume` finishes them first. */
export function hasInProgress(checkpoint: Checkpoint | undefined): boolean {
  return checkpoint?.instances.some(({ step }) => step === 'in-progress') === true
}

/** True if an instance was running, and may be stopped now: an operation has it in progress. */
export function mayBeStopped({ step, power }: CheckpointInstance): boolean {
  return step === 'in-progress' && power === 'running'
}
