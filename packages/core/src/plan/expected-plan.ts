import type { InstanceBatch } from '../contract/batch.js'
import type { Capabilities } from '../contract/capabilities.js'
import { keyPairError, type KeyPairError } from '../contract/error.js'
import type { Plan, PlanRequest } from '../contract/change-options.js'
import { defaultDeadlineMs } from '../engine/time-limits.js'
import { type Subject, refusal } from '../errors/failures.js'
import { runPart, type ServiceOperation } from '../engine/operation.js'
import type { OperationBody, PreparedOperation } from '../engine/start-operation.js'
import { errorMessage } from '../errors/to-error.js'
import { err } from '../result.js'
import { digestOf, dryRunRequest, normalRequest, planned, sortedJson } from './make-plan.js'

/**
 * Returns the operation, which runs only if the plan is of the same request and a new dry run makes the same plan. Without
 * a plan the operation stays as it is.
 */
export function asExpected<T>(
  capabilities: Capabilities,
  prepared: PreparedOperation<T>,
  request: PlanRequest,
  expect: Plan | undefined,
): PreparedOperation<T> {
  if (expect === undefined) return prepared
  const problem = mismatchOf(expect, request)
  if (problem !== undefined)
    return { ...prepared, input: err(refusal('invalid-argument', problem, 'Make a new plan.')) }
  const dryRunInput = dryRunRequest(capabilities, expect.request).input
  const input = prepared.input.andThen((body) =>
    dryRunInput.map((dryRun): OperationBody<T> => {
      return (operation) => runIfSame(operation, expect, dryRun, body)
    }),
  )
  return { ...prepared, input }
}

/** Returns the reason why a plan cannot be of this request. */
function mismatchOf(plan: Plan, request: PlanRequest): string | undefined {
  if (digestOf(plan) !== plan.digest) return 'the plan is not as it was made'
  const isSame = sortedJson(normalRequest(plan.request)) === sortedJson(normalRequest(request))
  return isSame ? undefined : 'the plan is of another request'
}

async function runIfSame<T>(
  operation: ServiceOperation,
  plan: Plan,
  dryRun: OperationBody<unknown>,
  body: OperationBody<T>,
): ReturnType<OperationBody<T>> {
  const again = await runPart(operation, defaultDeadlineMs.batch, (part) => planned(part, plan.request, dryRun))
  if (again.isErr())
    return err(isOfTheWorld(again.error) ? differs(operation.subject, plan, again.error.message) : again.error)
  return again.value.digest === plan.digest
    ? body(operation)
    : err(differs(operation.subject, plan, difference(plan, again.value), again.value.digest))
}

/** True if the state of the cloud no longer allows the plan. */
function isOfTheWorld({ code }: KeyPairError<InstanceBatch>): boolean {
  return code === 'not-found' || code === 'already-exists' || code === 'conflict'
}

function differs(
  { provider, operation, about }: Subject,
  plan: Plan,
  what: string,
  actual?: string,
): KeyPairError<never> {
  const hint = 'Nothing was changed. Check the difference, then make a new plan.'
  return keyPairError({
    code: 'conflict',
    message: errorMessage(
      { provider, operation, about },
      `the world is not as it was planned for: ${what}`,
      'conflict',
    ),
    outcome: 'none',
    retry: 'never',
    provider,
    operation,
    details: { expected: plan.digest, ...(actual !== undefined && { actual }) },
    hint,
  })
}

/** Returns the first difference to the plan. */
function difference(plan: Plan, now: Plan): string {
  for (const field of ['provider', 'region', 'endpoint'] as const) {
    if (plan[field] !== now[field]) return `${field} ${String(now[field])}, and not ${String(plan[field])}`
  }
  const before = new Map(plan.snapshot.instances.map((instance) => [instance.id, JSON.stringify(instance)]))
  const changed = now.snapshot.instances.find((instance) => before.get(instance.id) !== JSON.stringify(instance))
  if (changed !== undefined) {
    const { id, power, keyPair, alsoBound = [] } = changed
    return `instance ${id} is ${power} with ${[keyPair, ...alsoBound].map((bound) => JSON.stringify(bound)).join(' and ')}`
  }
  const ids = new Set(now.snapshot.instances.map(({ id }) => id))
  const gone = plan.snapshot.instances.find(({ id }) => !ids.has(id))
  return gone === undefined ? 'its key pairs are others' : `instance ${gone.id} is not among them any more`
}
