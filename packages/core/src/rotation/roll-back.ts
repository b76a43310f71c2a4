import { attachRules } from '../attachment/attach-rules.js'
import type { InstanceBatch, InstanceItem } from '../contract/batch.js'
import type { CallFailure } from '../contract/driver.js'
import { toBatch } from '../engine/batches.js'
import { defaultDeadlineMs } from '../engine/deadlines.js'
import { conflict } from '../engine/failures.js'
import { type Operation, runPart } from '../engine/operation.js'
import { toError, onInstance } from '../engine/to-error.js'
import { CheckpointWriter, checkpointKeyPair } from '../restart/checkpoint-writer.js'
import { runWaves, restartSettings } from '../restart/waves.js'
import { ok } from '../result.js'
import type { RollOut, RotationTargets } from './targets.js'

/**
 * Gives instances whose check rejected the new key pair the replaced one again, and restarts them. The checkpoint has them
 * as begun already. The batch then says what became of them.
 */
export async function rollBack(
  operation: Operation,
  { parts, options, keyPair, progress }: RollOut,
  targets: RotationTargets,
  batch: InstanceBatch,
  rejected: ReadonlyMap<string, string>,
): Promise<InstanceBatch> {
  const { replaced } = targets
  const ids = [...rejected.keys()]
  if (replaced === undefined) return batch
  const { provider, location } = parts.driver
  const head = { version: 1, operation: 'attach', provider, ...location, keyPair: checkpointKeyPair(keyPair) } as const
  const quiet = { ...options, check: undefined }
  const rules = attachRules(replaced, parts.instances, false)
  const settings = {
    ...restartSettings(parts, replaced, rules, progress.tell, quiet, new CheckpointWriter(head, undefined), []),
    accepts: (record: Parameters<typeof replaced.isBoundTo>[0]): CallFailure | undefined =>
      targets.keyPair.isBoundTo(record) === true
        ? undefined
        : conflict('it does not have the new key pair any more', ''),
  }
  const done = await runPart(operation, defaultDeadlineMs.now, (part) => runWaves(part, settings, ids))
  const back = done.orElse((error) => (error.code === 'incomplete' ? ok(error.details.batch) : done))
  const isBack = new Set(back.isOk() ? back.value.succeeded.map(({ id }) => id) : [])
  const items = batch.items.map((item): InstanceItem => {
    const message = rejected.get(item.id)
    if (message === undefined) return item
    const hint = isBack.has(item.id) ? 'Its replaced key pair was put back.' : notRolledBack
    const failure = { code: 'aborted', message, transient: false } as const
    const about = onInstance(operation.subject, item.id)
    const outcome = isBack.has(item.id) ? 'none' : 'partial'
    return { id: item.id, status: 'failed', error: toError(about, failure, { outcome, hint }) }
  })
  const left = back.isOk() ? back.value.leftStopped : []
  return { ...toBatch(items), leftStopped: [...new Set([...batch.leftStopped, ...left])] }
}

const notRolledBack = 'Its replaced key pair could not be put back: attach it, and restart the instance.'
