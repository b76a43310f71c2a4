import type { InstanceItem } from '../contract/batch.js'
import type { KeyPairError } from '../contract/error.js'
import { defaultDeadlineMs } from '../engine/time-limits.js'
import { noOutcome, type Failure, endedFailure, refusal } from '../errors/failures.js'
import { type InstanceOperation, type Operation, runPart } from '../engine/operation.js'
import { readInstances } from '../lookup/find-instances.js'
import { err, ok, type Result } from '../result.js'
import { mapInSlices } from '../scheduling/map-in-slices.js'
import type { CheckedInstances } from './caller-check.js'
import { lostItem, refusedItem } from './restart-items.js'
import type { RestartSettings } from './restart-settings.js'
import { leftStoppedBefore, nextWave, queueWaves } from './wave-queue.js'
import { lostItems, runWave, type WaveResult } from './wave.js'

/**
 * Changes keys and restarts running instances in waves: at most `maxUnavailable` instances at once. Instances that stay down
 * count against the next waves.
 */
export async function runWaves(
  operation: InstanceOperation,
  settings: RestartSettings,
  ids: readonly string[],
): Promise<Result<CheckedInstances, KeyPairError<never>>> {
  const { maxUnavailable, tell } = settings
  const distinct = [...new Set(ids)]
  const first = await runPart(operation, defaultDeadlineMs.batch, (part) => {
    part.expectCalls(Math.ceil(distinct.length / operation.instances.read.items))
    return readInstances(part, distinct)
  })
  if (first.isErr()) return err(first.error)

  const items = new Map<string, InstanceItem>()
  const queue = await queueWaves(operation, settings, distinct, first.value, items)
  tell('finished', [...items.keys()])
  const left = new Set<string>()
  const rejected = new Map<string, Failure>()
  let { firstAlone = false } = settings
  let halt: Failure | undefined
  let notStarted: readonly string[] = []
  for (;;) {
    const goesAlone = firstAlone && queue.inProgress.length === 0
    const wave = nextWave(queue, goesAlone ? 1 : maxUnavailable, left.size)
    if (wave.length === 0) break
    halt ??= failureOfEnd(operation)
    halt ??= await confirmInTime(operation, settings)
    if (halt !== undefined) {
      notStarted = wave
      break
    }
    const done = await runInTime(operation, settings, wave)
    for (const item of done.items) items.set(item.id, item)
    for (const id of done.leftStopped) left.add(id)
    for (const [id, reason] of done.rejected) rejected.set(id, reason)
    halt = done.stopReason ?? failureOfEnd(operation) ?? (goesAlone ? firstAloneFailure(done.items) : undefined)
    if (goesAlone) firstAlone = false
    tell('finished', wave)
  }
  const rest = [...notStarted, ...queue.running, ...queue.stopped]
  const unlisted = distinct.filter((id) => !first.value.has(id))
  for (const id of leftStoppedBefore(settings, [...rest, ...unlisted])) left.add(id)
  const reason = halt ?? tooManyDown(left.size)
  await mapInSlices(rest, (id) => items.set(id, refusedItem(operation, id, reason)))
  tell('finished', rest)
  const all = await mapInSlices(ids, (id) => items.get(id) ?? lostItem(operation, id))
  return ok({ items: all, leftStopped: [...left], rejected })
}

function failureOfEnd(operation: Operation): Failure | undefined {
  const reason = operation.ended()
  return reason && endedFailure(reason, 'none')
}

async function confirmInTime(operation: Operation, settings: RestartSettings): Promise<Failure | undefined> {
  const confirmed = await runPart(operation, defaultDeadlineMs.batch, async (part) =>
    ok(await settings.confirmKey(part)),
  )
  return confirmed.match(
    (result) => (result.isErr() ? result.error : undefined),
    () => noOutcome,
  )
}

async function runInTime(
  operation: InstanceOperation,
  settings: RestartSettings,
  wave: readonly string[],
): Promise<WaveResult> {
  if (settings.waveDeadlineMs === undefined) return runWave(operation, settings, wave)
  const done = await runPart(operation, settings.waveDeadlineMs, async (part) =>
    ok(await runWave(part, settings, wave)),
  )
  return done.isOk() ? done.value : lostItems(operation, settings, wave)
}

function firstAloneFailure(items: readonly InstanceItem[]): Failure | undefined {
  const [failed] = items.filter(({ status }) => status !== 'succeeded')
  return failed && refusal('aborted', `the first instance, ${failed.id}, did not succeed`)
}

function tooManyDown(count: number): Failure {
  const message = `${count} ${count === 1 ? 'instance' : 'instances'} did not start again, and no more instances may be down at once`
  return refusal('aborted', message, 'Start these instances, then run the operation again for the others.')
}
