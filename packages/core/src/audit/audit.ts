import type { AuditReport } from '../contract/audit-report.js'
import type { CallFailure, InstanceRecord, KeyPairStoreDriver } from '../contract/key-pair-driver.js'
import type { KeyPairError } from '../contract/error.js'
import type { KeyPair } from '../contract/key-pair.js'
import type { Operation } from '../engine/operation.js'
import { readPages } from '../engine/pages.js'
import { err, ok, type Result } from '../result.js'
import { reportOf, Showing } from './audit-findings.js'

/**
 * Reads every instance that has a key pair bound, then every key pair, each list once. In this order a key pair that is
 * made meanwhile is not taken for one that does not exist. Each page adds to the retry budget, as it is a call of its own.
 */
export async function audit(
  operation: Operation,
  driver: KeyPairStoreDriver,
): Promise<Result<AuditReport, KeyPairError>> {
  const showing = new Showing()
  const instances = await readPages<InstanceRecord>(
    operation,
    'list-instances',
    ({ id }) => id,
    (cursor, context) => driver.doDescribeInstances({ kind: 'bound', cursor }, context),
    (records) => {
      operation.expectCalls(1)
      showing.take(records)
    },
  )
  if (instances.isErr()) return err(operation.error(instances.error, { outcome: 'none' }))
  const keyPairs = await readAllKeyPairs(operation, driver)
  return keyPairs
    .map((all) => reportOf(all, showing.all()))
    .mapErr((failure) => operation.error(failure, { outcome: 'none' }))
}

async function readAllKeyPairs(
  operation: Operation,
  driver: KeyPairStoreDriver,
): Promise<Result<readonly KeyPair[], CallFailure>> {
  const { pageSize } = driver.capabilities
  const all = { kind: 'list', pageSize, namePrefix: '', md5Fingerprint: undefined, tags: {}, group: undefined } as const
  const keyPairs: KeyPair[] = []
  const read = await readPages<KeyPair>(
    operation,
    'list',
    ({ id, name }) => id ?? name,
    (cursor, context) => driver.doDescribeKeyPairs({ ...all, cursor }, context),
    (page) => {
      operation.expectCalls(1)
      for (const keyPair of page) keyPairs.push(keyPair)
    },
  )
  return read.isErr() ? err(read.error) : ok(keyPairs)
}
