import type { CallFailure, InstanceRecord, KeyPairDriver } from './driver.js'
import type { KeyPair } from './key-pair.js'
import type { Operation } from './operation.js'
import { read } from './reads.js'
import { err, ok, type Result } from './result.js'
import { knownBy } from './users.js'
import { Walk } from './walk.js'

/** All instances that have the key pair bound. */
export async function everyUser(
  operation: Operation,
  driver: KeyPairDriver,
  keyPair: KeyPair,
): Promise<Result<readonly InstanceRecord[], CallFailure>> {
  const users = new Map<string, InstanceRecord>()
  const walk = new Walk<InstanceRecord>(({ id }) => id)
  while (walk.unfinished) {
    operation.plan(1)
    const page = await read(operation, 'list-instances', (context) =>
      driver.doDescribeInstances({ kind: 'bound-to', keyPair, cursor: walk.cursor }, context),
    )
    const records = page.andThen((taken) => walk.take(taken))
    if (records.isErr()) return err(records.error)
    for (const record of records.value) if (knownBy(record, keyPair) !== undefined) users.set(record.id, record)
  }
  return ok([...users.values()])
}
