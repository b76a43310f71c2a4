import type { KeyPair } from '../contract/key-pair.js'
import type { RotationOptions } from '../contract/rotation.js'
import type { CheckpointWriter } from '../restart/checkpoint-writer.js'
import type { Progress } from '../restart/progress.js'
import type { KeyGuard } from './key-guard.js'

/** The key pair to roll out and the one to replace, with all that the roll-out uses. */
export interface RollOutInput {
  readonly options: RotationOptions
  /** Absent if it no longer exists, as is possible in a resume. */
  readonly replaced: KeyPair | undefined
  readonly keyPair: KeyPair
  readonly newKey: KeyGuard
  readonly checkpoint: CheckpointWriter
  readonly progress: Progress
  /** True if an earlier run without a given checkpoint may have changed instances. */
  readonly mayBeBegun: boolean
}
