import type { InstanceRecord, KeyPairHandle } from '../contract/key-pair-driver.js'
import type { Usage } from '../contract/key-pair.js'
import type { ListOptions, ResultIterable } from '../contract/options.js'
import type { Failure } from '../errors/failures.js'
import type { ServiceContext } from '../engine/operation.js'
import { listPages } from '../engine/list-pages.js'
import { matchedBy } from '../lookup/find-instances.js'
import { findKeyPair } from '../lookup/find-key-pairs.js'
import { err, type Result } from '../result.js'

/** Lists every instance that has the key pair. The driver may return more; this function decides. */
export function listUsages(
  context: ServiceContext,
  about: string,
  checked: Result<KeyPairHandle, Failure>,
  options: ListOptions,
): ResultIterable<Usage> {
  const { driver } = context
  const subject = { provider: driver.provider, operation: 'usages', about }
  return listPages<InstanceRecord, Usage>(context, subject, options, {
    call: 'list-instances',
    open: async (operation) => {
      if (checked.isErr()) return err(checked.error)
      const found = await findKeyPair(operation, checked.value)
      return found.map((keyPair) => ({
        readPage: (cursor, call) => driver.doDescribeInstances({ kind: 'bound-to', keyPair, cursor }, call),
        map: (record) => {
          const known = matchedBy(record, keyPair)
          return known && { instanceId: record.id, power: record.power, matchedBy: known }
        },
      }))
    },
    keyOf: ({ id }) => id,
  })
}
