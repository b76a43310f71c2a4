import type { AuditReport } from '../contract/audit-report.js'
import type { InstanceRecord } from '../contract/key-pair-driver.js'
import type { Operation } from '../engine/operation.js'
import { readPages } from '../engine/pages.js'
import type { Failure } from '../errors/failures.js'
import { err, type Result } from '../result.js'
import { readAllKeyPairs } from '../lookup/find-key-pairs.js'
import { reportOf, BoundCounts } from './audit-findings.js'

/**
 * Reads every instance that has a key pair bound, then every key pair, each list once. In this order a key pair that is
 * made meanwhile is not taken for one that does not exist. Each page adds to the retry budget, as it is a call of its own.
 */
export async function audit(operation: Operation): Promise<Result<AuditReport, Failure>> {
  const { driver } = operation
  const counts = new BoundCounts()
  const instances = await readPages<InstanceRecord>(
    operation,
    'list-instances',
    ({ id }) => id,
    (cursor, context) => driver.doDescribeInstances({ kind: 'bound', cursor }, context),
    (records) => {
      operation.expectCalls(1)
      counts.take(records)
    },
  )
  if (instances.isErr()) return err(instances.error)
  const keyPairs = await readAllKeyPairs(operation)
  if (keyPairs.isErr()) return err(keyPairs.error)
  const report = await operation.raceWithEnd(reportOf(keyPairs.value, counts))
  return report.map((found) => ({ ...found, notLookedAt: driver.capabilities.notLookedAt }))
}
