import { type TargetKeyPair, resolveTarget } from '../attachment/target-key-pair.js'
import type { InstanceRecord } from '../contract/key-pair-driver.js'
import type { BoundKeyPair, KeyPair } from '../contract/key-pair.js'
import type { RotationOptions } from '../contract/rotation.js'
import { type Failure, refusal } from '../errors/failures.js'
import { namesOf } from '../lookup/instance-record.js'
import type { InstanceOperation } from '../engine/operation.js'
import { resolveReference } from '../lookup/reference.js'
import type { CheckpointWriter } from '../restart/checkpoint-writer.js'
import type { Progress } from '../restart/progress.js'
import { err, type Result } from '../result.js'
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
  /** True if an earlier run that saved the new private key, and gave no checkpoint, may have changed instances. */
  readonly mayBeBegun: boolean
}

/** The ways to recognise the two key pairs on an instance. */
export interface RotationTargets {
  readonly keyPair: TargetKeyPair
  readonly replaced: TargetKeyPair | undefined
}

/** Returns the failure of an instance that has neither of the two key pairs any more, or has others too. */
export function unfitForRotation(record: InstanceRecord, { keyPair, replaced }: RotationTargets): Failure | undefined {
  if (replaced?.isBoundTo(record) === true || keyPair.isBoundTo(record) === true) {
    const notReplaced = replaced?.othersOn(record)
    const others = keyPair.othersOn(record).filter((other) => notReplaced?.includes(other) !== false)
    return others.length === 0 ? undefined : hasOthers(others)
  }
  if (replaced === undefined)
    return refusal(
      'conflict',
      'the replaced key pair no longer exists, and the instance does not have the new one',
      'Attach the new key pair to the instance.',
    )
  return refusal(
    'conflict',
    'the instance no longer has the replaced key pair',
    'Find out what changed the key pair of the instance.',
  )
}

function hasOthers(others: readonly BoundKeyPair[]): Failure {
  return refusal(
    'conflict',
    `the key pair ${namesOf(others)} is bound to the instance too, and the new one would replace it`,
    'Attach the new key pair to the instance, if it is to have no other one.',
  )
}

export async function resolveTargets(
  operation: InstanceOperation,
  { replaced, keyPair }: Pick<RollOutInput, 'replaced' | 'keyPair'>,
): Promise<Result<RotationTargets, Failure>> {
  const of = async (one: KeyPair): Promise<Result<TargetKeyPair, Failure>> => {
    const handle = resolveReference(one, operation.driver.capabilities)
    return handle.isErr() ? err(handle.error) : resolveTarget(operation, handle.value, one)
  }
  const target = await of(keyPair)
  if (target.isErr() || replaced === undefined) return target.map((known) => ({ keyPair: known, replaced: undefined }))
  return (await of(replaced)).map((known) => ({ keyPair: target.value, replaced: known }))
}
