import type { InstanceRecord, KeyPairHandle } from '../contract/key-pair-driver.js'
import { type Failure, refusal } from '../errors/failures.js'
import type { InstanceOperation } from '../engine/operation.js'
import { boundKeyPairs, namesOf } from '../lookup/instance-record.js'
import { groupedBy, readKeyPairs } from '../lookup/find-key-pairs.js'
import { resolveReference, exactlyOne } from '../lookup/reference.js'
import type { RestartSettings } from './restart-settings.js'

/** The key pair that blocks an attach, as far as it can be named. */
export interface BlockingKeyPair {
  /** Absent if the key pair was deleted: it could not be attached again, so it is not detached. */
  readonly handle?: KeyPairHandle
  readonly problem?: Failure
}

/** Finds the key pair to detach from each instance first, on a cloud that may not replace a bound key pair. */
export async function findBlocking(
  operation: InstanceOperation,
  { rules, target }: RestartSettings,
  records: readonly InstanceRecord[],
): Promise<ReadonlyMap<string, BlockingKeyPair>> {
  const { driver, instances } = operation
  const blocking = new Map<string, BlockingKeyPair>()
  if (rules.call === 'detach' || instances.replaces === true) return blocking
  const named: InstanceRecord[] = []
  for (const record of records) {
    const { keyPair } = record
    const isBound = target.isBoundTo(record) === true
    // The cloud may refuse to attach the same key pair again, or over a deleted key pair of the same name.
    if (isBound && target.nameMayBeStale && instances.replaces === 'undocumented')
      blocking.set(record.id, { handle: target.handle })
    if (record.alsoBound !== undefined) blocking.set(record.id, { problem: severalBound(record) })
    if (keyPair === undefined || isBound || record.alsoBound !== undefined) continue
    if (keyPair.id !== undefined && driver.capabilities.identity.includes('id')) {
      blocking.set(record.id, { handle: { by: 'id', id: keyPair.id } })
    } else named.push(record)
  }
  const byName = groupedBy(named, ({ keyPair }) => keyPair?.name)
  const wanted = [...byName.keys()].map((name) => ({ by: 'name', name }) as const)
  const found = await readKeyPairs(operation, wanted)
  for (const handle of wanted) {
    const replaced = found.match(
      (keyPairs) =>
        exactlyOne(keyPairs, handle)
          .andThen((keyPair) => resolveReference(keyPair, driver.capabilities))
          .match(
            (known): BlockingKeyPair => ({ handle: known }),
            (problem): BlockingKeyPair => (problem.code === 'not-found' ? {} : { problem }),
          ),
      (problem): BlockingKeyPair => ({ problem }),
    )
    for (const { id } of byName.get(handle.name) ?? []) blocking.set(id, replaced)
  }
  return blocking
}

function severalBound(record: InstanceRecord): Failure {
  return refusal(
    'conflict',
    `${namesOf(boundKeyPairs(record))} are bound to the instance`,
    'Detach them first: this cloud may not replace key pairs.',
  )
}
