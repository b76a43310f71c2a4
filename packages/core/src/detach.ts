import type { Batch, InstanceItem } from './batch.js'
import type { InstanceCapabilities } from './capabilities.js'
import { changeKeys, conflict } from './change-keys.js'
import type { KeyPairDriver } from './driver.js'
import type { KeyPairError } from './error.js'
import { quote } from './failure.js'
import type { Operation } from './operation.js'
import type { Result } from './result.js'
import type { Target } from './target.js'

/** Unbinds the key pair from each instance that has it bound, and touches no other key. */
export function detach(
  operation: Operation,
  driver: KeyPairDriver,
  instances: InstanceCapabilities,
  target: Target,
  ids: readonly string[],
): Promise<Result<Batch<InstanceItem>, KeyPairError<Batch<InstanceItem>>>> {
  return changeKeys(operation, driver, instances, target, ids, {
    call: 'detach',
    settled: (record) => {
      if (record.keyPair === undefined) return { kind: 'done', changed: false }
      const bound = target.isBound(record)
      if (bound === true) return undefined
      const other = quote(record.keyPair.name ?? record.keyPair.id ?? '')
      const failure =
        bound === 'unclear'
          ? conflict(
              `several key pairs are named ${other}, and the cloud does not tell which is bound`,
              'Attach the one you mean first, or delete the others.',
            )
          : conflict(`another key pair, ${other}, is bound to it`, 'Detach the one that is bound.')
      return { kind: 'failed', failure }
    },
    isSeen: (record) => target.isBound(record) === false,
    refused: (failure) => failure,
    replaced: () => undefined,
    hint: lockOutHint,
  })
}

const lockOutHint = 'An instance that was detached may have no login left: set a password, or attach another key pair.'
