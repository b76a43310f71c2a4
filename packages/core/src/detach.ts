import type { Batch, InstanceItem } from './batch.js'
import type { InstanceCapabilities } from './capabilities.js'
import { changeKeys, conflict } from './change-keys.js'
import type { KeyPairDriver, KeyPairHandle } from './driver.js'
import type { KeyPairError } from './error.js'
import { quote } from './failure.js'
import { isBound } from './instances.js'
import type { Operation } from './operation.js'
import type { Result } from './result.js'

/** Unbinds the key pair from each instance that has it bound, and touches no other key. */
export function detach(
  operation: Operation,
  driver: KeyPairDriver,
  instances: InstanceCapabilities,
  handle: KeyPairHandle,
  ids: readonly string[],
): Promise<Result<Batch<InstanceItem>, KeyPairError>> {
  return changeKeys(operation, driver, instances, handle, ids, {
    call: 'detach',
    settled: (record) => {
      if (record.keyPair === undefined) return { kind: 'done', changed: false }
      if (isBound(record, handle)) return undefined
      const other = quote(record.keyPair.name ?? record.keyPair.id ?? '')
      const failure = conflict(`another key pair, ${other}, is bound to it`, 'Detach the one that is bound.')
      return { kind: 'failed', failure }
    },
    isSeen: (record) => !isBound(record, handle),
    replaced: () => undefined,
  })
}
