import type { CallFailure, InstanceRecord, KeyPairDriver } from '../contract/driver.js'
import type { KeyPair } from '../contract/key-pair.js'
import type { Operation } from '../engine/operation.js'
import { readPages } from './reads.js'
import type { Result } from '../result.js'
import { knownBy } from './find-instances.js'

/** All instances that have the key pair bound. */
export async function everyUser(
  operation: Operation,
  driver: KeyPairDriver,
  keyPair: KeyPair,
): Promise<Result<readonly InstanceRecord[], CallFailure>> {
  const users = new Map<string, InstanceRecord>()
  const read = await readPages<InstanceRecord>(
    operation,
    'list-instances',
    ({ id }) => id,
    (cursor, context) => driver.doDescribeInstances({ kind: 'bound-to', keyPair, cursor }, context),
    (records) => {
      operation.plan(1)
      for (const record of records) if (knownBy(record, keyPair) !== undefined) users.set(record.id, record)
    },
  )
  return read.map(() => [...users.values()])
}
