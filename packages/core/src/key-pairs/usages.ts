import type { CallFailure, InstanceRecord, KeyPairHandle } from '../contract/driver.js'
import type { Usage } from '../contract/key-pair.js'
import { listPages } from '../engine/list-pages.js'
import type { ServiceContext } from '../engine/operation.js'
import { lookUp } from '../lookup/reference.js'
import { err, type Result } from '../result.js'
import type { ListOptions, ResultIterable } from '../contract/store.js'
import { knownBy } from '../lookup/find-instances.js'

/** Every instance that has the key pair bound. The driver may return more; who has it bound is decided here. */
export function listUsages(
  context: ServiceContext,
  about: string,
  checked: Result<KeyPairHandle, CallFailure>,
  options: ListOptions,
): ResultIterable<Usage> {
  const { driver } = context
  const subject = { provider: driver.provider, operation: 'usages', about }
  return listPages<InstanceRecord, Usage>(context, subject, options, {
    call: 'list-instances',
    prepare: async (operation) => {
      if (checked.isErr()) return err(checked.error)
      const found = await lookUp(operation, driver, checked.value)
      return found.map((keyPair) => ({
        readPage: (cursor, call) => driver.doDescribeInstances({ kind: 'bound-to', keyPair, cursor }, call),
        select: (record) => {
          const known = knownBy(record, keyPair)
          return known && { instanceId: record.id, power: record.power, knownBy: known }
        },
      }))
    },
    keyOf: ({ id }) => id,
  })
}
