import type { InstanceRecord } from '../contract/key-pair-driver.js'
import type { PowerState } from '../contract/key-pair.js'
import type { BatchCall, ItemResult } from '../engine/batch-call.js'
import type { InstanceOperation } from '../engine/operation.js'
import { readInstances } from '../lookup/find-instances.js'

type PowerCall = 'stop' | 'start' | 'reboot'

/** The states that show that the call was taken, whether it was answered or not. */
const shown: Readonly<Record<PowerCall, readonly PowerState[]>> = {
  stop: ['stopping', 'stopped'],
  start: ['starting', 'running'],
  reboot: ['rebooting', 'stopping', 'starting'],
}

/** Makes the batch call that stops, starts or reboots instances. */
export function powerCall(operation: InstanceOperation, call: PowerCall, force: boolean): BatchCall {
  const { driver, instances } = operation
  const sends = { stop: 'doStopInstances', start: 'doStartInstances', reboot: 'doRebootInstances' } as const
  return {
    call,
    limit: instances.powerChange,
    bytesOf: (id) => driver.bytesOf(call, id),
    readBackBeforeResend: false,
    send: (instanceIds, context) => driver[sends[call]]({ instanceIds, force }, context),
    readBack: async (ids) => {
      const seen = await readInstances(operation, ids)
      const done: ItemResult = { kind: 'done', changed: true }
      const taken = [...seen.unwrapOr(new Map<string, InstanceRecord>())].filter(([, { power }]) =>
        shown[call].includes(power),
      )
      return new Map(taken.map(([id]) => [id, done]))
    },
    explainRefusal: async (_id, failure) => ({ kind: 'failed', failure }),
  }
}
