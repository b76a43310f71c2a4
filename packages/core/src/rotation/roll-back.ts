import { attachRules } from '../attachment/attach-rules.js'
import type { InstanceBatch, InstanceItem } from '../contract/batch.js'
import type { CallFailure } from '../contract/driver.js'
import { toBatch } from '../engine/batches.js'
import { defaultDeadlineMs } from '../engine/deadlines.js'
import { conflict } from '../engine/failures.js'
import { type Operation, runPart } from '../engine/operation.js'
import { toError, onInstance } from '../engine/to-error.js'
import { Journal, keyPairRecord } from '../restart/checkpoint-writer.js'
import { changeNow, nowSetting } from '../restart/waves.js'
import { ok } from '../result.js'
import type { RollOut, Targets } from './targets.js'

/**
 * Gives instances whose check rejected the new key pair the former one again, and restarts them. The checkpoint has them
 * as begun already. The batch then says what became of them.
 */
export async function putBack(
  operation: Operation,
  { parts, options, keyPair, progress }: RollOut,
  targets: Targets,
  batch: InstanceBatch,
  rejected: ReadonlyMap<string, string>,
): Promise<InstanceBatch> {
  const { former } = targets
  const ids = [...rejected.keys()]
  if (former === undefined) return batch
  const { provider, location } = parts.driver
  const head = { version: 1, operation: 'attach', provider, ...location, keyPair: keyPairRecord(keyPair) } as const
  const quiet = { ...options, check: undefined }
  const rules = attachRules(former, parts.instances, false)
  const setting = {
    ...nowSetting(parts, former, rules, progress.tell, quiet, new Journal(head, undefined), []),
    admits: (record: Parameters<typeof former.isBoundTo>[0]): CallFailure | undefined =>
      targets.keyPair.isBoundTo(record) === true
        ? undefined
        : conflict('it does not have the new key pair any more', ''),
  }
  const done = await runPart(operation, defaultDeadlineMs.now, (part) => changeNow(part, setting, ids))
  const back = done.orElse((error) => (error.code === 'incomplete' ? ok(error.details.batch) : done))
  const isBack = new Set(back.isOk() ? back.value.succeeded.map(({ id }) => id) : [])
  const items = batch.items.map((item): InstanceItem => {
    const message = rejected.get(item.id)
    if (message === undefined) return item
    const hint = isBack.has(item.id) ? 'Its former key pair was put back.' : notBack
    const failure = { code: 'aborted', message, transient: false } as const
    const about = onInstance(operation.subject, item.id)
    const outcome = isBack.has(item.id) ? 'none' : 'partial'
    return { id: item.id, status: 'failed', error: toError(about, failure, { outcome, hint }) }
  })
  const left = back.isOk() ? back.value.leftStopped : []
  return { ...toBatch(items), leftStopped: [...new Set([...batch.leftStopped, ...left])] }
}

const notBack = 'Its former key pair could not be put back: attach it, and restart the instance.'
