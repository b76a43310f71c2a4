import type { ChangedInstances } from '../attachment/key-change.js'
import type { InstanceItem } from '../contract/batch.js'
import type { ChangeOptions } from '../contract/change-options.js'
import { type Failure, endedFailure, refusal } from '../errors/failures.js'
import type { Operation } from '../engine/operation.js'
import { toError, onInstance } from '../errors/to-error.js'
import { shownError } from '../key-material/redact.js'
import type { InstanceStates } from './instance-state.js'
import type { RestartSettings } from './restart-settings.js'

/** The instances that the caller's check did not approve, with the reasons. */
type Rejected = ReadonlyMap<string, Failure>

/** The results of a change, and what the caller's check says of them. */
export interface CheckedInstances extends ChangedInstances {
  readonly rejected: Rejected
}

/** Runs the caller's check on each instance that runs with its change in effect. Fails the items of those it rejects. */
export async function runChecks(
  operation: Operation,
  { check, tell }: RestartSettings,
  states: InstanceStates,
  items: Map<string, InstanceItem>,
): Promise<Rejected> {
  const rejected = new Map<string, Failure>()
  if (check === undefined) return rejected
  const ids = [...states.keys()].filter((id) => {
    const item = items.get(id)
    return item?.status === 'succeeded' && item.effect === 'now'
  })
  if (operation.ended() === undefined) tell('checking', ids)
  const problems = await Promise.all(ids.map(async (id) => [id, await runCheck(operation, check, id)] as const))
  for (const [id, problem] of problems) {
    if (problem === undefined) continue
    const about = onInstance(operation.subject, id)
    items.set(id, { id, status: 'failed', error: toError(about, problem, { outcome: 'partial', hint: rejectedHint }) })
    rejected.set(id, problem)
  }
  return rejected
}

/** Returns the reason to end after a check that did not approve an instance. */
export function reasonToEnd(rejected: Rejected): Failure | undefined {
  const [first] = rejected
  if (first === undefined) return undefined
  const [id, problem] = first
  return { ...problem, message: `the check of instance ${id} did not succeed` }
}

/** Runs the caller's code, which may throw or hang. A check that is cut off approves nothing. */
async function runCheck(
  operation: Operation,
  check: NonNullable<ChangeOptions['check']>,
  id: string,
): Promise<Failure | undefined> {
  const stop = operation.ended()
  if (stop !== undefined) return { ...endedFailure(stop, 'none'), message: 'the check was not run: no time was left' }
  try {
    const looked = await operation.raceWithEnd((async () => check(id, operation.signal))())
    return looked.isErr() ? { ...looked.error, message: 'the check was cut off before it finished' } : undefined
  } catch (thrown) {
    const cause = shownError(thrown)
    return { ...refusal('aborted', `the check rejected the instance: ${cause.message}`), cause }
  }
}

const rejectedHint = 'The key pair was changed and the instance was restarted. Check that you can log in.'
