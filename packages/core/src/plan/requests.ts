import { readInstanceIds } from '../attachment/check-input.js'
import type { Capabilities } from '../contract/capabilities.js'
import type { KeyPairReference } from '../contract/key-pair.js'
import type { ChangeRequest, PlanRequest, RotateRequest } from '../contract/change-options.js'
import type { PreparedOperation, OperationBody } from '../engine/start-operation.js'
import { changeRequestFields, rotateRequestFields } from '../engine/option-names.js'
import { readData, readOptions } from '../engine/read-options.js'
import { mustBe } from '../errors/type-checks.js'
import { readReference } from '../lookup/reference.js'
import { prepareAttach, prepareDetach } from '../restart/prepare-change.js'
import { prepareRotate } from '../rotation/prepare-rotation.js'

// Nobody has its private half, and it goes nowhere: it stands for the key that the rotation will generate.
const anyKey = `ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI${'A'.repeat(43)}`

/** Returns the operation of a request for a dry run: without listeners, and with any key. */
export function dryRunRequest(capabilities: Capabilities, request: PlanRequest): PreparedOperation<unknown> {
  if (request.operation !== 'rotate') {
    const { keyPair, instanceIds, ...options } = changeRequest(request)
    const prepare = request.operation === 'attach' ? prepareAttach : prepareDetach
    return withoutResult(prepare(capabilities, keyPair, instanceIds, { ...options, takeEffect: 'now' }))
  }
  const { replaced, publicKey = anyKey, ...options } = rotateRequest(request)
  return withoutResult(prepareRotate(capabilities, replaced, { ...options, publicKey }))
}

/** Returns only what a plan depends on: the fields of the request, and the name and id of a reference. */
export function normalRequest(request: PlanRequest): PlanRequest {
  return request.operation === 'rotate'
    ? { operation: 'rotate', ...rotateRequest(request) }
    : { operation: request.operation, ...changeRequest(request) }
}

type WithoutOperation<R> = Omit<R, 'operation'>

function changeRequest({
  keyPair,
  instanceIds,
  maxUnavailable,
  force,
  restartUnchanged,
  onlyIfVacant,
}: ChangeRequest): WithoutOperation<ChangeRequest> {
  return { keyPair: referenceIn(keyPair), instanceIds, maxUnavailable, force, restartUnchanged, onlyIfVacant }
}

function rotateRequest({
  replaced,
  name,
  description,
  tags,
  group,
  publicKey,
  maxUnavailable,
  force,
}: RotateRequest): WithoutOperation<RotateRequest> {
  return { replaced: referenceIn(replaced), name, description, tags, group, publicKey, maxUnavailable, force }
}

function referenceIn(keyPair: KeyPairReference): KeyPairReference {
  const { name, id } = keyPair
  return name === undefined ? keyPair : { name, id }
}

/** Copies a request. Throws a `TypeError` for anything else. */
export function readRequest(request: PlanRequest): PlanRequest {
  mustBe(typeof request === 'object' && request !== null, 'A plan is made for a request')
  const copy = readData('plan', request)
  const known: readonly unknown[] = ['attach', 'detach', 'rotate']
  mustBe(known.includes(copy.operation), "operation must be 'attach', 'detach' or 'rotate'")
  if (copy.operation === 'rotate') {
    return { ...readOptions('plan', rotateRequestFields, copy), replaced: readReference(copy.replaced) }
  }
  const { keyPair, instanceIds } = copy
  return {
    ...readOptions('plan', changeRequestFields, copy),
    keyPair: readReference(keyPair),
    instanceIds: readInstanceIds(instanceIds),
  }
}

function withoutResult<T>({ input, ...task }: PreparedOperation<T>): PreparedOperation<unknown> {
  return { ...task, input: input.map((body): OperationBody<unknown> => body) }
}
