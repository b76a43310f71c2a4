import type { InstanceItem } from '../contract/batch.js'
import type { ChangeOptions } from '../contract/change-options.js'
import { type Failure, endedFailure, refusal } from '../errors/failures.js'
import type { Operation } from '../engine/operation.js'
import { toError, onInstance } from '../errors/to-error.js'
import { shownError } from '../key-material/redact.js'
import type { InstanceStates } from './instance-state.js'
import type { RestartSettings } from './restart-settings.js'

/**
 * Runs the caller's check on each instance that runs with its change in effect. Returns the reason to end if one is
 * rejected.
 */
export async function runChecks(
  operation: Operation,
  { check, tell }: RestartSettings,
  states: InstanceStates,
  items: Map<string, InstanceItem>,
): Promise<Failure | undefined> {
  if (check === undefined) return undefined
  const ids = [...states.keys()].filter((id) => {
    const item = items.get(id)
    return item?.status === 'succeeded' && item.effect === 'now'
  })
  if (operation.ended() === undefined) tell('checking', ids)
  const problems = await Promise.all(ids.map(async (id) => [id, await runCheck(operation, check, id)] as const))
  let halt: Failure | undefined
  for (const [id, problem] of problems) {
    if (problem === undefined) continue
    const about = onInstance(operation.subject, id)
    items.set(id, { id, status: 'failed', error: toError(about, problem, { outcome: 'partial', hint: rejectedHint }) })
    halt ??= { ...problem, message: `the check of instance ${id} did not succeed` }
  }
  return halt
}

/** Runs the caller's code, which may throw or hang. A check that is cut off approves nothing. */
async function runCheck(
  operation: Operation,
  check: NonNullable<ChangeOptions['check']>,
  id: string,
): Promise<Failure | undefined> {
  const stop = operation.ended()
  if (stop !== undefined) return endedFailure(stop, 'none')
  try {
    const looked = await operation.raceWithEnd((async () => check(id, operation.signal))())
    return looked.isErr() ? looked.error : undefined
  } catch (thrown) {
    const cause = shownError(thrown)
    return { ...refusal('aborted', `the check rejected the instance: ${cause.message}`), cause }
  }
}

const rejectedHint = 'The key pair was changed and the instance was restarted. Check that you can log in.'
