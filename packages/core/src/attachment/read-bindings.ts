import type { Capabilities } from '../contract/capabilities.js'
import type { InstanceRecord } from '../contract/key-pair-driver.js'
import type { Binding } from '../contract/key-pair.js'
import { defaultDeadlineMs } from '../engine/time-limits.js'
import type { OperationBody, PreparedOperation } from '../engine/start-operation.js'
import { readInstances } from '../lookup/find-instances.js'
import { checkInstanceIds, readInstanceIds } from './check-input.js'

/** Prepares the look-up of the key pair that each of these instances has. */
export function prepareBindings(
  capabilities: Capabilities,
  instanceIds: readonly string[],
): PreparedOperation<readonly Binding[]> {
  const ids = readInstanceIds(instanceIds)
  return {
    operation: 'bindings',
    about: '',
    deadlineMs: defaultDeadlineMs.batch,
    input: checkInstanceIds(capabilities, ids).map((instances): OperationBody<readonly Binding[]> => {
      return async (operation) => {
        const read = await readInstances({ ...operation, instances }, [...new Set(ids)])
        return read.map((records) => ids.map((id) => bindingOf(id, records.get(id))))
      }
    }),
  }
}

function bindingOf(instanceId: string, record: InstanceRecord | undefined): Binding {
  if (record === undefined) return { instanceId, status: 'not-found' }
  const { power, keyPair, alsoBound } = record
  return keyPair === undefined
    ? { instanceId, status: 'vacant', power }
    : { instanceId, status: 'bound', power, keyPair, ...(alsoBound && { alsoBound }) }
}
