import { attaching } from '../attachment/attach-rules.js'
import type { InstanceBatch } from '../contract/batch.js'
import type { Capabilities, InstanceCapabilities } from '../contract/capabilities.js'
import { changeInstances, mustBeChangeOptions, type ServiceParts } from './change-instances.js'
import type { KeyChange } from '../attachment/key-change.js'
import { mustBe } from '../engine/type-checks.js'
import { detaching } from '../attachment/detach-rules.js'
import type { CallFailure, KeyPairHandle } from '../contract/driver.js'
import type { KeyPairError } from '../contract/error.js'
import { quote } from '../engine/to-error.js'
import { instanceIdProblem, mustBeInstanceIds } from '../attachment/check-input.js'
import type { KeyPairReference } from '../contract/key-pair.js'
import type { Operation } from '../engine/operation.js'
import { aboutOf, cannot, handleOf, mustBeReference } from '../lookup/reference.js'
import { err, ok, type Result } from '../result.js'
import { rotate } from '../rotation/rotate.js'
import type { RotateOptions, Rotation } from '../contract/rotation.js'
import { checkRotation } from '../rotation/prepare-rotation.js'
import { defaultDeadlineMs } from '../engine/start-operation.js'
import type { AttachOptions } from '../contract/store.js'
import type { ChangeOptions } from '../contract/change-options.js'
import type { Target } from '../attachment/target-key-pair.js'

/** An operation on instances, its input checked, that can be run over the cloud or over a rehearsal of it. */
export interface Task<T> {
  readonly operation: string
  readonly about: string
  /** The time it may take where its caller does not say. */
  readonly deadlineMs: number
  readonly checked: Result<TaskWork<T>, CallFailure>
}

export type TaskWork<T> = (operation: Operation, parts: ServiceParts) => Promise<Result<T, KeyPairError<InstanceBatch>>>

export function attachTask(
  capabilities: Capabilities,
  keyPair: KeyPairReference,
  instanceIds: readonly string[],
  options: AttachOptions = {},
): Task<InstanceBatch> {
  return changeTask(capabilities, 'attach', keyPair, instanceIds, options, (target, instances) =>
    attaching(target, instances, options.onlyIfVacant ?? false),
  )
}

export function detachTask(
  capabilities: Capabilities,
  keyPair: KeyPairReference,
  instanceIds: readonly string[],
  options: ChangeOptions = {},
): Task<InstanceBatch> {
  return changeTask(capabilities, 'detach', keyPair, instanceIds, options, detaching)
}

export function rotateTask(
  capabilities: Capabilities,
  former: KeyPairReference,
  options: RotateOptions,
): Task<Rotation> {
  mustBeReference(former)
  const checked = checkRotation(capabilities, former, options)
  return {
    operation: 'rotate',
    about: `${aboutOf(former)} to ${quote(options.name)}`,
    deadlineMs: Infinity,
    checked: checked.map(({ instances, handle, metadata, source }): TaskWork<Rotation> => {
      return (operation, parts) => rotate(operation, { ...parts, instances }, handle, metadata, source, options)
    }),
  }
}

function changeTask(
  capabilities: Capabilities,
  operation: 'attach' | 'detach',
  keyPair: KeyPairReference,
  instanceIds: readonly string[],
  options: ChangeOptions,
  rulesOf: (target: Target, instances: InstanceCapabilities) => KeyChange,
): Task<InstanceBatch> {
  mustBeReference(keyPair)
  mustBeInstanceIds(instanceIds)
  mustBeChangeOptions(options)
  for (const name of ['check', 'onCheckpoint', 'resume'] as const) {
    // Left unheeded, it would be taken for heeded: an instance that is owed a start would stay stopped.
    mustBe(options.takeEffect === 'now' || options[name] === undefined, `${name} goes with takeEffect: 'now'`)
  }
  const ids = [...instanceIds]
  return {
    operation,
    about: aboutOf(keyPair),
    deadlineMs: options.takeEffect === 'now' ? defaultDeadlineMs.now : defaultDeadlineMs.batch,
    checked: checkChange(capabilities, keyPair, ids).map(({ handle, instances }): TaskWork<InstanceBatch> => {
      return async (running, parts) =>
        ids.length === 0
          ? ok(emptyBatch)
          : changeInstances(running, { ...parts, instances }, operation, handle, ids, options, rulesOf)
    }),
  }
}

const emptyBatch: InstanceBatch = { items: [], succeeded: [], failed: [], unknown: [], leftStopped: [] }

interface Checked {
  readonly handle: KeyPairHandle
  readonly instances: InstanceCapabilities
}

function checkChange(
  capabilities: Capabilities,
  keyPair: KeyPairReference,
  ids: readonly string[],
): Result<Checked, CallFailure> {
  const { instances } = capabilities
  if (instances === false) return err(cannot('this cloud binds no key pairs to instances that exist'))
  const problem = instanceIdProblem(ids)
  return problem === undefined ? handleOf(keyPair, capabilities).map((handle) => ({ handle, instances })) : err(problem)
}
