import type { InstanceCapabilities } from '../contract/capabilities.js'
import type { InstanceRecord, ItemFailure } from '../contract/key-pair-driver.js'
import type { ItemResult } from '../engine/batch-call.js'
import { refusal } from '../errors/failures.js'

/** Returns the result of an instance that would make the cloud refuse the whole call. */
export function refusedByPowerState(record: InstanceRecord, instances: InstanceCapabilities): ItemResult | undefined {
  const failure = instances.perItemVerdicts ? undefined : unfitState(record, instances)
  return failure && { kind: 'failed', failure }
}

/** Returns the failure of an instance in a power state in which this cloud changes no key. */
export function unfitState(
  { power }: InstanceRecord,
  { power: allowed }: InstanceCapabilities,
): ItemFailure | undefined {
  if (allowed.includes(power)) return undefined
  const message = `the instance is ${power}, and this cloud changes only ${allowed.join(' or ')} instances`
  return refusal('instance-state', message, `Try again when the instance is ${allowed.join(' or ')}.`)
}
