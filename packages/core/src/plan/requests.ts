import type { Capabilities } from '../contract/capabilities.js'
import type { Applied, ApplyOptions, ChangeRequest, PlanRequest, RotateRequest } from '../contract/plan.js'
import type { RotateOptions, RotateToGiven, RotateToSaved } from '../contract/rotation.js'
import type { PreparedOperation, OperationBody } from '../engine/prepared-operation.js'
import { mustBe } from '../engine/type-checks.js'
import { attachTask, detachTask } from '../restart/prepare-change.js'
import { rotateTask } from '../rotation/prepare-rotation.js'

// Nobody has its private half, and it goes nowhere: it stands for the key that is generated when a plan is applied.
const anyKey = `ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI${'A'.repeat(43)}`

/** The operation that a request is for. */
export function requestTask(
  capabilities: Capabilities,
  request: PlanRequest,
  options: ApplyOptions,
): PreparedOperation<Applied> {
  mustBeRequest(request)
  return request.operation === 'rotate'
    ? rotation(
        capabilities,
        request,
        options,
        request.publicKey === undefined ? saved(options) : given(request.publicKey),
      )
    : change(capabilities, request, options)
}

/** The same operation as it is rehearsed: with nobody to tell, and whatever key. */
export function dryRunRequest(capabilities: Capabilities, request: PlanRequest): PreparedOperation<Applied> {
  mustBeRequest(request)
  return request.operation === 'rotate'
    ? rotation(capabilities, request, {}, given(request.publicKey ?? anyKey))
    : change(capabilities, request, {})
}

function mustBeRequest(request: PlanRequest): void {
  mustBe(typeof request === 'object' && request !== null, 'A plan is made for a request')
  const known: readonly unknown[] = ['attach', 'detach', 'rotate']
  mustBe(known.includes(request.operation), "operation must be 'attach', 'detach' or 'rotate'")
}

function change(capabilities: Capabilities, request: ChangeRequest, options: ApplyOptions): PreparedOperation<Applied> {
  const { operation, keyPair, instanceIds, ...how } = request
  const all = { ...optionsOf(options), ...how, takeEffect: 'now' } as const
  const task = (operation === 'attach' ? attachTask : detachTask)(capabilities, keyPair, instanceIds, all)
  return mapped(task, (batch) => ({ batch }))
}

function rotation(
  capabilities: Capabilities,
  request: RotateRequest,
  options: ApplyOptions,
  source: RotateToSaved | RotateToGiven,
): PreparedOperation<Applied> {
  const { operation: _operation, replaced, publicKey: _publicKey, ...how } = request
  const { waveDeadlineMs } = options
  const all: RotateOptions = { ...optionsOf(options), waveDeadlineMs, ...how, ...source }
  return mapped(rotateTask(capabilities, replaced, all), (rotated) => ({ batch: rotated.batch, rotation: rotated }))
}

function given(publicKey: string): RotateToGiven {
  return { publicKey }
}

function saved({ save, bits }: ApplyOptions): RotateToSaved {
  mustBe(save !== undefined, 'a rotation that was planned without publicKey is applied with save')
  return { save, bits }
}

type Told = Pick<ApplyOptions, 'repairDeadlineMs' | 'check' | 'onProgress' | 'onCheckpoint'>

function optionsOf({ repairDeadlineMs, check, onProgress, onCheckpoint }: ApplyOptions): Told {
  return { repairDeadlineMs, check, onProgress, onCheckpoint }
}

function mapped<T>({ input, ...task }: PreparedOperation<T>, map: (value: T) => Applied): PreparedOperation<Applied> {
  return {
    ...task,
    input: input.map((work): OperationBody<Applied> => {
      return async (operation, parts) => (await work(operation, parts)).map(map)
    }),
  }
}
