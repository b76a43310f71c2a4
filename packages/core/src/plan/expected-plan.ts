import type { InstanceBatch } from '../contract/batch.js'
import type { Capabilities } from '../contract/capabilities.js'
import { keyPairError, type KeyPairError } from '../contract/error.js'
import type { Plan, PlannedCall, PlanRequest, PlanSnapshot } from '../contract/change-options.js'
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
  if (plan.version !== 1) return `the plan is of version ${String(plan.version)}, and this library makes version 1`
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
  return (
    otherLocation(plan, now) ??
    otherInstance(plan.snapshot.instances, now.snapshot.instances) ??
    otherKeyPair(plan.snapshot.keyPairs, now.snapshot.keyPairs) ??
    otherRefusal(plan.refused, now.refused) ??
    otherCall(plan.calls, now.calls) ??
    'there are other names and ids that no key pair has'
  )
}

function otherLocation(plan: Plan, now: Plan): string | undefined {
  const field = (['provider', 'region', 'endpoint'] as const).find((name) => plan[name] !== now[name])
  return field && `${field} ${String(now[field])}, and not ${String(plan[field])}`
}

function otherInstance(plan: PlanSnapshot['instances'], now: PlanSnapshot['instances']): string | undefined {
  const { gone, added } = firstDifferences(plan, now)
  if (added !== undefined) {
    const { id, power, keyPair, alsoBound = [] } = added
    return `instance ${id} is ${power} with ${[keyPair, ...alsoBound].map(sortedJson).join(' and ')}`
  }
  return gone && `instance ${gone.id} is not among them any more`
}

function otherKeyPair(plan: PlanSnapshot['keyPairs'], now: PlanSnapshot['keyPairs']): string | undefined {
  const { gone, added } = firstDifferences(plan, now)
  if (added === undefined) return gone && `there is no key pair ${sortedJson(gone)} any more`
  return `there is a key pair ${sortedJson(added)}${gone === undefined ? '' : `, and not ${sortedJson(gone)}`}`
}

function otherRefusal(plan: Plan['refused'], now: Plan['refused']): string | undefined {
  const { gone, added } = firstDifferences(plan, now)
  if (added !== undefined) return `instance ${added.id} would be refused (${added.code})`
  return gone && `instance ${gone.id} would not be refused (${gone.code})`
}

function otherCall(plan: Plan['calls'], now: Plan['calls']): string | undefined {
  const index = [...plan, ...now].findIndex((_, at) => sortedJson(plan[at] ?? null) !== sortedJson(now[at] ?? null))
  if (index < 0) return undefined
  return `call ${index + 1} would be ${callText(now[index])}, and not ${callText(plan[index])}`
}

function callText(call: PlannedCall | undefined): string {
  return call === undefined ? 'none' : sortedJson(call)
}

/** Returns the first entry that is only in the plan, and the first one that is only in the new plan. */
function firstDifferences<T>(
  plan: readonly T[],
  now: readonly T[],
): { readonly gone: T | undefined; readonly added: T | undefined } {
  const before = new Set(plan.map(sortedJson))
  const after = new Set(now.map(sortedJson))
  return {
    gone: plan.find((entry) => !after.has(sortedJson(entry))),
    added: now.find((entry) => !before.has(sortedJson(entry))),
  }
}
