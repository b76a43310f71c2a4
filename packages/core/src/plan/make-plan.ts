import { createHash } from 'node:crypto'
import { setImmediate } from 'node:timers/promises'
import { readInstanceIds } from '../attachment/check-input.js'
import type { InstanceBatch } from '../contract/batch.js'
import type { Capabilities } from '../contract/capabilities.js'
import type { ChangeRequest, Plan, PlanRequest, RotateRequest } from '../contract/change-options.js'
import type { KeyPairError } from '../contract/error.js'
import type { KeyPairDriver } from '../contract/key-pair-driver.js'
import type { KeyPairReference } from '../contract/key-pair.js'
import { runOperation, type ServiceContext, type ServiceOperation } from '../engine/operation.js'
import { type OptionNames, readData, readFields } from '../engine/read-options.js'
import type { OperationBody, PreparedOperation } from '../engine/start-operation.js'
import { defaultDeadlineMs } from '../engine/time-limits.js'
import { endedFailure, type Failure, refusal } from '../errors/failures.js'
import { operationError } from '../errors/to-error.js'
import { mustBe } from '../errors/type-checks.js'
import { readReference } from '../lookup/reference.js'
import { prepareAttach, prepareDetach } from '../restart/prepare-change.js'
import { err, ok, type Result } from '../result.js'
import { prepareRotate } from '../rotation/prepare-rotation.js'
import { InstanceLocks } from '../scheduling/instance-locks.js'
import { createDryRunDriver } from './dry-run-driver.js'

/** Finds out what a request would do, by doing it in a dry run of the cloud. */
export function preparePlan(capabilities: Capabilities, given: PlanRequest): PreparedOperation<Plan> {
  const request = readRequest(given)
  const { about, input } = dryRunRequest(capabilities, request)
  return {
    operation: 'plan',
    about,
    deadlineMs: defaultDeadlineMs.batch,
    input: input.map(
      (work): OperationBody<Plan> =>
        (operation) =>
          planned(operation, request, work),
    ),
  }
}

/** Runs the work, and writes down what was read and what would be called. */
export async function planned(
  operation: ServiceOperation,
  request: PlanRequest,
  work: OperationBody<unknown>,
): Promise<Result<Plan, Failure | KeyPairError<InstanceBatch>>> {
  const { driver } = operation
  const { instances } = driver.capabilities
  if (instances === false) return err(refusal('unsupported', 'this cloud binds no key pairs'))
  const dryRun = createDryRunDriver({ ...operation, instances })
  const context = dryRunContext(operation.context, dryRun.driver)
  const limits = { signal: operation.signal, deadlineMs: Infinity, endedBy: operation.ended }
  const subject = { ...operation.subject, operation: request.operation }
  const parts = { driver: dryRun.driver, locks: new InstanceLocks() }
  const done = await runOperation(context, subject, limits, (running) => work({ ...running, ...parts }))
  if (done.isErr() && done.error.code !== 'incomplete') return err(done.error)
  // An instance that the end cut off is not refused: the plan would be wrong.
  const end = done.isErr() ? operation.ended() : undefined
  if (end !== undefined) return err(endedFailure(end, 'none'))
  const failed = done.isErr() && done.error.code === 'incomplete' ? done.error.details.batch.failed : []
  const { provider, location } = driver
  const plan = {
    version: 1,
    provider,
    ...location,
    request,
    snapshot: dryRun.snapshot(),
    calls: dryRun.calls,
    refused: failed.map(({ id, error }) => ({ id, code: error.code })),
  } as const
  return ok({ ...plan, digest: digestOf(plan) })
}

const unheard = { hasSubscribers: false, publish: (): void => {} }

/**
 * Makes a context in which waiting takes no time, apart from one turn of the event loop, nothing is published, and no step
 * changes anything.
 */
function dryRunContext(context: ServiceContext, driver: KeyPairDriver): ServiceContext {
  let aheadMs = 0
  const { clock } = context
  return {
    ...context,
    driver,
    pacer: { waitForTurn: async () => undefined },
    callChannel: { start: unheard, asyncEnd: unheard },
    progressChannel: unheard,
    asPartial: operationError,
    // One call of a dry run may read many real pages, each with its own time-out.
    attemptTimeoutMs: Infinity,
    clock: {
      ...clock,
      now: () => clock.now() + aheadMs,
      sleep: async (ms) => {
        aheadMs += ms
        await setImmediate()
      },
    },
  }
}

/** Returns the digest of a plan, which changes with anything in the plan. */
export function digestOf({
  version,
  provider,
  region,
  endpoint,
  request,
  snapshot,
  calls,
  refused,
}: Omit<Plan, 'digest'>): string {
  const whole = { version, provider, region, endpoint, request, snapshot, calls, refused }
  return createHash('sha256').update(sortedJson(whole)).digest('hex')
}

/** Returns the same text whatever the order of the fields. */
export function sortedJson(value: unknown): string {
  return JSON.stringify(value, inOrder)
}

function inOrder(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
}

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

const changeRequestFields: OptionNames<ChangeRequest> = {
  operation: true,
  keyPair: true,
  instanceIds: true,
  maxUnavailable: true,
  force: true,
  restartUnchanged: true,
  onlyIfVacant: true,
}

const rotateRequestFields: OptionNames<RotateRequest> = {
  name: true,
  description: true,
  tags: true,
  group: true,
  operation: true,
  replaced: true,
  publicKey: true,
  maxUnavailable: true,
  force: true,
}

/** Copies a request. Throws a `TypeError` for anything else. */
function readRequest(request: PlanRequest): PlanRequest {
  mustBe(typeof request === 'object' && request !== null, 'A plan is made for a request')
  const copy = readData('plan', request)
  const known: readonly unknown[] = ['attach', 'detach', 'rotate']
  mustBe(known.includes(copy.operation), "operation must be 'attach', 'detach' or 'rotate'")
  if (copy.operation === 'rotate') {
    return { ...readFields('plan', rotateRequestFields, copy), replaced: readReference(copy.replaced) }
  }
  const { keyPair, instanceIds } = copy
  return {
    ...readFields('plan', changeRequestFields, copy),
    keyPair: readReference(keyPair),
    instanceIds: readInstanceIds(instanceIds),
  }
}

function withoutResult<T>({ input, ...task }: PreparedOperation<T>): PreparedOperation<unknown> {
  return { ...task, input: input.map((body): OperationBody<unknown> => body) }
}
