import { attachRules } from '../attachment/attach-rules.js'
import { checkChange } from '../attachment/check-input.js'
import { detachRules } from '../attachment/detach-rules.js'
import type { InstanceBatch } from '../contract/batch.js'
import type { Capabilities } from '../contract/capabilities.js'
import type { ChangeOptions } from '../contract/change-options.js'
import { hasInProgress } from '../contract/checkpoint.js'
import type { KeyPairReference } from '../contract/key-pair.js'
import type { AttachOptions } from '../contract/service.js'
import { toBatch } from '../engine/batch-result.js'
import { defaultDeadlineMs } from '../engine/time-limits.js'
import type { PreparedOperation, OperationBody } from '../engine/start-operation.js'
import { mustBe, mustBeDuration, mustBeFlag, mustBeFunction } from '../errors/type-checks.js'
import { displayName } from '../lookup/reference.js'
import { ok, Result } from '../result.js'
import { changeInstances, type InstanceChange } from './change-instances.js'
import { readResume } from './checkpoint-fit.js'

export function prepareAttach(
  capabilities: Capabilities,
  keyPair: KeyPairReference,
  instanceIds: readonly string[],
  options: AttachOptions = {},
): PreparedOperation<InstanceBatch> {
  mustBeFlag(options.onlyIfVacant, 'onlyIfVacant')
  return prepareKeyChange(capabilities, keyPair, instanceIds, options, {
    call: 'attach',
    rulesOf: (target, instances) => attachRules(target, instances, options.onlyIfVacant ?? false),
  })
}

export function prepareDetach(
  capabilities: Capabilities,
  keyPair: KeyPairReference,
  instanceIds: readonly string[],
  options: ChangeOptions = {},
): PreparedOperation<InstanceBatch> {
  return prepareKeyChange(capabilities, keyPair, instanceIds, options, { call: 'detach', rulesOf: detachRules })
}

function prepareKeyChange(
  capabilities: Capabilities,
  keyPair: KeyPairReference,
  ids: readonly string[],
  options: ChangeOptions,
  { call, rulesOf }: Pick<InstanceChange, 'call' | 'rulesOf'>,
): PreparedOperation<InstanceBatch> {
  mustBeChangeOptions(options)
  for (const name of ['check', 'onCheckpoint', 'resume', 'expect'] as const) {
    // If it were ignored, the caller would not notice: an instance that has to be started would stay stopped.
    mustBe(options.takeEffect === 'now' || options[name] === undefined, `${name} goes with takeEffect: 'now'`)
  }
  const resumed = readResume(options.resume)
  return {
    operation: call,
    about: displayName(keyPair),
    deadlineMs: options.takeEffect === 'now' ? defaultDeadlineMs.now : defaultDeadlineMs.batch,
    input: Result.combine([checkChange(capabilities, keyPair, ids), resumed]).map(
      ([{ handle, instances }, resume]): OperationBody<InstanceBatch> => {
        const given = { ...options, resume }
        const change = { call, handle, ids, options: given, rulesOf }
        return async (running) =>
          ids.length === 0 && !hasInProgress(resume)
            ? ok(emptyBatch)
            : changeInstances({ ...running, instances }, change)
      },
    ),
  }
}

const emptyBatch: InstanceBatch = toBatch([], { leftStopped: [] })

export function mustBeChangeOptions(options: ChangeOptions): void {
  const {
    takeEffect,
    maxUnavailable,
    force,
    restartUnchanged,
    repairDeadlineMs,
    check,
    onProgress,
    onCheckpoint,
    resume,
    expect,
  } = options
  const known = takeEffect === undefined || takeEffect === 'now' || takeEffect === 'next-restart'
  mustBe(known, "takeEffect must be 'now' or 'next-restart'")
  const isCount = maxUnavailable === undefined || (Number.isInteger(maxUnavailable) && maxUnavailable > 0)
  mustBe(isCount, 'maxUnavailable must be a whole number above 0')
  mustBeFlag(force, 'force')
  mustBeFlag(restartUnchanged, 'restartUnchanged')
  mustBeDuration(repairDeadlineMs, 'repairDeadlineMs')
  mustBeFunction(check, 'check')
  mustBeFunction(onProgress, 'onProgress')
  mustBeFunction(onCheckpoint, 'onCheckpoint')
  const isPlan = expect === undefined || typeof expect?.digest === 'string'
  mustBe(isPlan, 'expect must be a plan')
  mustBe(expect === undefined || resume === undefined, 'expect does not go with resume')
}
