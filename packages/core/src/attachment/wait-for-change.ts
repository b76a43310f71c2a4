import type { InstanceRecord, ItemFailure } from '../contract/key-pair-driver.js'
import { type Failure, endedFailure } from '../errors/failures.js'
import { failureOfTask } from '../lookup/instance-record.js'
import type { Operation } from '../engine/operation.js'
import { changedWithinMs, pollMs, shownWithinMs } from '../engine/time-limits.js'
import type { Result } from '../result.js'

/**
 * Reads instances until each shows the change that the cloud accepted. Returns the failure of each that does not: the
 * cloud says that its task failed, ended its work on the instance without the change, or did not end in time.
 */
export async function findUnchanged(
  operation: Operation,
  read: (ids: readonly string[]) => Promise<Result<ReadonlyMap<string, InstanceRecord>, Failure>>,
  accepted: ReadonlyMap<string, string | undefined>,
  isDone: (record: InstanceRecord) => boolean,
): Promise<ReadonlyMap<string, ItemFailure>> {
  const { clock } = operation.context
  const acceptedAt = clock.now()
  const failures = new Map<string, ItemFailure>()
  let waiting: readonly string[] = [...accepted.keys()]
  do {
    operation.expectCalls(1)
    const records = await read(waiting)
    const waitedMs = clock.now() - acceptedAt
    waiting = waiting.filter((id) => {
      const record = records.map((found) => found.get(id)).unwrapOr(undefined)
      if (record !== undefined && record.isChanging !== true && isDone(record)) return false
      const isLate = waitedMs >= (record?.isChanging === true ? changedWithinMs : shownWithinMs)
      const failure = failureOfTask(record, accepted.get(id)) ?? (isLate ? changeUnseen : undefined)
      if (failure !== undefined) failures.set(id, failure)
      return failure === undefined
    })
    if (waiting.length === 0) return failures
  } while (await operation.sleep(pollMs))
  const cutOff = endedFailure(operation.ended() ?? 'aborted', 'unknown')
  for (const id of waiting) failures.set(id, { ...cutOff, outcome: 'unknown' })
  return failures
}

const changeUnseen: ItemFailure = {
  code: 'timeout',
  message: 'the cloud accepted the change, and the instance did not show it in time',
  outcome: 'unknown',
  transient: false,
}
