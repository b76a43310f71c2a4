import { createHash } from 'node:crypto'
import { setImmediate } from 'node:timers/promises'
import type { InstanceBatch } from '../contract/batch.js'
import type { Capabilities } from '../contract/capabilities.js'
import type { KeyPairDriver } from '../contract/key-pair-driver.js'
import type { KeyPairError } from '../contract/error.js'
import type { Plan, PlanRequest } from '../contract/change-options.js'
import { runOperation, type ServiceContext, type ServiceOperation } from '../engine/operation.js'
import { defaultDeadlineMs } from '../engine/time-limits.js'
import { type Failure, refusal } from '../errors/failures.js'
import { operationError } from '../errors/to-error.js'
import { InstanceLocks } from '../scheduling/instance-locks.js'
import type { PreparedOperation, OperationBody } from '../engine/start-operation.js'
import { err, ok, type Result } from '../result.js'
import { createDryRunDriver } from './dry-run-driver.js'
import { dryRunRequest, readRequest } from './requests.js'

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
