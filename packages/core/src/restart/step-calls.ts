import type { InstanceRecord, KeyPairHandle } from '../contract/key-pair-driver.js'
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
  return stepCall(operation, {
    call,
    limit: instances.powerChange,
    send: (instanceIds, context) => driver[sends[call]]({ instanceIds, force }, context),
    isSeen: ({ power }) => shown[call].includes(power),
  })
}

/** Makes the batch call that detaches the blocking key pair, or puts the key pair back in a repair. */
export function detachOrPutBackCall(
  operation: InstanceOperation,
  keyPair: KeyPairHandle,
  call: 'detach' | 'attach',
): BatchCall {
  const { driver, instances } = operation
  return stepCall(operation, {
    call,
    limit: instances.change,
    send: (instanceIds, context) =>
      call === 'attach'
        ? driver.doAttachKeyPair({ keyPair, instanceIds }, context)
        : driver.doDetachKeyPair({ keyPair, instanceIds }, context),
    // A record that shows the key pair may still be that of before its detach.
    isSeen: (record) => call === 'detach' && record.keyPair === undefined,
  })
}

interface StepSpec extends Pick<BatchCall, 'limit' | 'send'> {
  readonly call: PowerCall | 'detach' | 'attach'
  /** True if a record shows that the call was carried out. */
  isSeen(record: InstanceRecord): boolean
}

function stepCall(operation: InstanceOperation, { call, limit, send, isSeen }: StepSpec): BatchCall {
  const { driver } = operation
  const done: ItemResult = { kind: 'done', changed: true }
  return {
    call,
    limit,
    bytesOf: (id) => driver.bytesOf(call, id),
    readBackBeforeResend: false,
    send,
    readBack: async (ids) => {
      const read = await readInstances(operation, ids)
      const records = [...read.unwrapOr(new Map<string, InstanceRecord>()).values()]
      return new Map(records.filter((record) => isSeen(record)).map(({ id }) => [id, done]))
    },
    explainRefusal: async (_id, failure) => ({ kind: 'failed', failure }),
  }
}
