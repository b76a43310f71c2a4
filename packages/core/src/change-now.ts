import type { InstanceBatch, InstanceItem } from './batch.js'
import { notListed, type KeyChange } from './change-keys.js'
import type { Failure } from './changes.js'
import type { InstanceRecord } from './driver.js'
import type { KeyPairError } from './error.js'
import { completed } from './incomplete.js'
import { batchOf } from './instances.js'
import { refused } from './now-items.js'
import { type Operation, stopFailure } from './operation.js'
import { readInstances } from './reads.js'
import { err, type Result } from './result.js'
import { runWave, type WaveSetting } from './wave.js'

/** A change that restarts instances, and how it goes about it. */
export interface NowSetting extends WaveSetting {
  readonly maxUnavailable: number
}

/**
 * Changes keys and restarts what runs, in waves: as many instances at once as may be down. Those that are stopped already
 * come last, all together, and stay stopped. A wave that does not come back takes from what the next may have.
 */
export async function changeNow(
  operation: Operation,
  setting: NowSetting,
  ids: readonly string[],
): Promise<Result<InstanceBatch, KeyPairError<InstanceBatch>>> {
  const { driver, instances, rules, maxUnavailable, tell } = setting
  const distinct = [...new Set(ids)]
  operation.plan(Math.ceil(distinct.length / instances.read.items))
  const first = await readInstances(operation, driver, instances.read, distinct)
  if (first.isErr()) return err(operation.error(first.error, { outcome: 'none' }))

  const items = new Map<string, InstanceItem>()
  const refuse = (id: string, failure: Failure): void => {
    items.set(id, refused(operation, id, failure))
  }
  const running: string[] = []
  const stopped: string[] = []
  for (const id of distinct) {
    const record = first.value.get(id)
    const failure = record === undefined ? notListed.failure : unfit(record, rules)
    if (failure !== undefined) refuse(id, failure)
    else (record?.power === 'running' ? running : stopped).push(id)
  }
  tell('finished', [...items.keys()])

  const left = new Set<string>()
  let halt: Failure | undefined
  while (running.length > 0 || stopped.length > 0) {
    const room = maxUnavailable - left.size
    const stop = operation.stopped()
    halt ??= stop === undefined ? undefined : stopFailure(stop, 'none')
    halt ??= room > 0 ? undefined : tooManyDown(left.size)
    if (halt !== undefined) break
    const wave = running.length > 0 ? running.splice(0, room) : stopped.splice(0)
    const done = await runWave(operation, setting, wave, unfit)
    for (const item of done.items) items.set(item.id, item)
    for (const id of done.leftStopped) left.add(id)
    halt = done.halt
    tell('finished', wave)
  }
  const rest = [...running, ...stopped]
  for (const id of rest) refuse(id, halt ?? lost)
  tell('finished', rest)
  const batch = batchOf(ids.map((id) => items.get(id) ?? refused(operation, id, lost)))
  return completed(operation.subject, { ...batch, leftStopped: [...left] })
}

/** Why nothing can be done with an instance as it was read. */
function unfit(record: InstanceRecord, rules: KeyChange): Failure | undefined {
  const end = rules.settled(record)
  if (end?.kind === 'failed') return end.failure
  if (record.power === 'running' || record.power === 'stopped') return undefined
  const message = `the instance is ${record.power}`
  return { code: 'instance-state', message, passing: false, hint: 'Try again when it is running or stopped.' }
}

function tooManyDown(count: number): Failure {
  const message = `${count} ${count === 1 ? 'instance' : 'instances'} did not come back, and no more may be down at once`
  return { code: 'aborted', message, passing: false, hint: 'Start them, and do the rest again.' }
}

const lost: Failure = { code: 'unknown', message: 'a defect in this library lost its outcome', passing: false }
