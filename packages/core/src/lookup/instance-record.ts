import type { InstanceRecord, ItemFailure } from '../contract/key-pair-driver.js'
import type { BoundKeyPair } from '../contract/key-pair.js'
import { quote } from '../errors/failures.js'

/** The part of a record that shows its key pairs. */
export type ShownKeyPairs = Pick<InstanceRecord, 'keyPair' | 'alsoBound'>

/** Returns all key pairs that an instance has bound. */
export function boundKeyPairs({ keyPair, alsoBound = [] }: ShownKeyPairs): readonly BoundKeyPair[] {
  return keyPair === undefined ? [] : [keyPair, ...alsoBound]
}

/** Returns the fields that show these key pairs. */
export function showing([keyPair, ...alsoBound]: readonly BoundKeyPair[]): ShownKeyPairs {
  return { ...(keyPair !== undefined && { keyPair }), ...(alsoBound.length > 0 && { alsoBound }) }
}

/** True if two records show the same key pairs. */
export function showSameKeyPairs(one: ShownKeyPairs, other: ShownKeyPairs): boolean {
  const textsOf = (shown: ShownKeyPairs): string => boundKeyPairs(shown).map(textOfBound).sort().join()
  return textsOf(one) === textsOf(other)
}

function textOfBound({ name, id }: BoundKeyPair): string {
  return JSON.stringify([name, id])
}

/** Returns the names of key pairs as a list for messages. */
export function namesOf(keyPairs: readonly BoundKeyPair[]): string {
  return keyPairs.map(({ name, id }) => quote(name ?? id ?? '')).join(' and ')
}

/** Returns the reason why a task failed, if the record of its instance tells that this task failed. */
export function failureOfTask(record: InstanceRecord | undefined, task: string | undefined): ItemFailure | undefined {
  return task !== undefined && record?.failedTask?.id === task ? record.failedTask.failure : undefined
}
