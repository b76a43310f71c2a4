import type { Batch, InstanceItem } from './batch.js'
import type { InstanceCapabilities } from './capabilities.js'
import { changeKeys, conflict } from './change-keys.js'
import type { InstanceRecord, KeyPairDriver } from './driver.js'
import type { KeyPairError } from './error.js'
import { quote } from './failure.js'
import type { Operation } from './operation.js'
import type { Result } from './result.js'
import type { Target } from './target.js'

/** Binds the key pair to each instance that does not have it bound. */
export function attach(
  operation: Operation,
  driver: KeyPairDriver,
  instances: InstanceCapabilities,
  target: Target,
  ids: readonly string[],
  onlyIfVacant: boolean,
): Promise<Result<Batch<InstanceItem>, KeyPairError<Batch<InstanceItem>>>> {
  return changeKeys(operation, driver, instances, target, ids, {
    call: 'attach',
    settled: (record) => {
      if (target.isBound(record) === true) return { kind: 'done', changed: false }
      return onlyIfVacant && record.keyPair !== undefined
        ? { kind: 'failed', failure: occupied(record.keyPair) }
        : undefined
    },
    isSeen: (record) => target.isBound(record) === true,
    refused: (failure, before) => {
      const other = instances.replaces ? undefined : before?.keyPair
      if (other === undefined || failure.code !== 'unknown') return failure
      return {
        ...failure,
        code: 'conflict',
        hint: `Detach ${nameOf(other)} first: this cloud may not replace a key pair.`,
      }
    },
    replaced: (before) => before.keyPair,
  })
}

function occupied(keyPair: Bound): ReturnType<typeof conflict> {
  return conflict(`the key pair ${nameOf(keyPair)} is bound to it`, 'Leave onlyIfVacant out to replace it.')
}

function nameOf({ name, id }: Bound): string {
  return quote(name ?? id ?? '')
}

type Bound = NonNullable<InstanceRecord['keyPair']>
