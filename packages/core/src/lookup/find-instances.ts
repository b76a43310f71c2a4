import type { CallFailure, InstanceRecord } from '../contract/key-pair-driver.js'
import type { KeyPair } from '../contract/key-pair.js'
import type { InstanceOperation, Operation } from '../engine/operation.js'
import { readInChunks, readNextPages, readPages, Paginator } from '../engine/pages.js'
import { err, ok, type Result } from '../result.js'
import { boundKeyPairs } from './instance-record.js'

/** The largest number of instances that an error names. */
export const maxNamedUsers = 100

/** Instances that have a key pair bound, and whether there are more. */
export interface Users {
  readonly instanceIds: readonly string[]
  readonly more: boolean
}

/** Returns how the record of an instance names the key pair, or undefined if it does not have it. */
export function matchedBy(record: InstanceRecord, keyPair: KeyPair): 'id' | 'name' | undefined {
  for (const bound of boundKeyPairs(record)) {
    if (bound.id !== undefined && keyPair.id !== undefined) {
      if (bound.id === keyPair.id) return 'id'
    } else if (bound.name === keyPair.name) return 'name'
  }
  return undefined
}

/** Finds instances that have the key pair bound, and stops reading once enough of them are known. */
export async function findUsers(
  operation: Operation,
  keyPair: KeyPair,
  most: number = maxNamedUsers,
): Promise<Result<Users, CallFailure>> {
  const { driver } = operation
  const users: string[] = []
  const walk = new Paginator<InstanceRecord>(({ id }) => id)
  while (walk.hasNext && users.length <= most) {
    const { items, failure } = await readNextPages(operation, 'list-instances', walk, (cursor, context) =>
      driver.doDescribeInstances({ kind: 'bound-to', keyPair, cursor }, context),
    )
    for (const record of items) if (matchedBy(record, keyPair) !== undefined) users.push(record.id)
    if (failure !== undefined && users.length <= most) return err(failure)
  }
  return ok({ instanceIds: users.slice(0, most), more: users.length > most })
}

/** Reads the instances of these ids, in as few calls as the cloud's limit allows. */
export async function readInstances(
  operation: InstanceOperation,
  ids: readonly string[],
): Promise<Result<ReadonlyMap<string, InstanceRecord>, CallFailure>> {
  const { driver, instances } = operation
  const records = await readInChunks<InstanceRecord>(operation, ids, {
    call: 'read-instances',
    limit: instances.read,
    keyOf: ({ id }) => id,
    send: (instanceIds, cursor, context) => driver.doDescribeInstances({ kind: 'exact', instanceIds, cursor }, context),
  })
  return records.map((found) => new Map(found.map((record) => [record.id, record])))
}

/** Finds all instances that have the key pair bound. */
export async function findAllUsers(
  operation: Operation,
  keyPair: KeyPair,
): Promise<Result<readonly InstanceRecord[], CallFailure>> {
  const { driver } = operation
  const users = new Map<string, InstanceRecord>()
  const read = await readPages<InstanceRecord>(
    operation,
    'list-instances',
    ({ id }) => id,
    (cursor, context) => driver.doDescribeInstances({ kind: 'bound-to', keyPair, cursor }, context),
    (records) => {
      operation.expectCalls(1)
      for (const record of records) if (matchedBy(record, keyPair) !== undefined) users.set(record.id, record)
    },
  )
  return read.map(() => [...users.values()])
}
