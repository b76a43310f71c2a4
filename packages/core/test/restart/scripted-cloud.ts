import type { InstanceCapabilities } from '../../src/contract/capabilities.js'
import type {
  CallFailure,
  InstanceRecord,
  ItemFailure,
  ItemVerdict,
  KeyPairDriver,
} from '../../src/contract/key-pair-driver.js'
import { ok, type Result } from '../../src/result.js'
import { smallCloud, type SmallCloud } from '../small-cloud.js'

export type Answer = Result<readonly ItemVerdict[], CallFailure>
/** A call that changes something: its text, as `attach kp-new i-1`, its number among the calls of its kind, and the plain one. */
interface Sent {
  readonly text: string
  readonly count: number
  readonly carryOut: () => Promise<Answer>
}
export interface Script {
  readonly traits?: Partial<InstanceCapabilities>
  /** Answers a call. The cloud carries out and answers a call for which this returns nothing. */
  answer?(sent: Sent, cloud: SmallCloud): Promise<Answer> | undefined
  /** Returns what differs of the driver. */
  driver?(plain: KeyPairDriver): Partial<KeyPairDriver>
  /** Answers a read, or lets the cloud do so. */
  read?(ids: readonly string[], cloud: SmallCloud): ReturnType<KeyPairDriver['doDescribeInstances']> | undefined
}
export interface Scripted extends SmallCloud {
  /** Each call with the second at which it was sent, as `0 stop i-1`. */
  readonly log: string[]
  /** Each read of instances with its second, as `3 i-1 i-2`. */
  readonly reads: string[]
  seconds(): number
}

/** Makes a cloud that writes down when it was called, and answers as a test wants. */
export function scripted(
  seeds: Parameters<typeof smallCloud>[0],
  { traits = {}, answer, driver, read }: Script,
): Scripted {
  const log: string[] = []
  const reads: string[] = []
  const counts = new Map<string, number>()
  const cloud: SmallCloud = smallCloud(seeds, traits, (_, plain): Partial<KeyPairDriver> => {
    const send = (call: string, ids: readonly string[], carryOut: Sent['carryOut']): Promise<Answer> => {
      const count = (counts.get(call) ?? 0) + 1
      counts.set(call, count)
      const text = [call, ...ids].join(' ')
      log.push(`${seconds()} ${text}`)
      return answer?.({ text, count, carryOut }, cloud) ?? carryOut()
    }
    return {
      ...driver?.(plain),
      doDescribeInstances: async (request, context) => {
        const ids = request.kind === 'exact' ? request.instanceIds : []
        reads.push([seconds(), ...ids].join(' '))
        return (await read?.(ids, cloud)) ?? plain.doDescribeInstances(request, context)
      },
      doAttachKeyPair: (request, context) => {
        const { keyPair } = request
        const call = `attach ${keyPair.by === 'id' ? keyPair.id : keyPair.name}`
        return send(call, request.instanceIds, () => plain.doAttachKeyPair(request, context))
      },
      doDetachKeyPair: (request, context) =>
        send('detach', request.instanceIds, () => plain.doDetachKeyPair(request, context)),
      doStopInstances: (request, context) =>
        send('stop', request.instanceIds, () => plain.doStopInstances(request, context)),
      doStartInstances: (request, context) =>
        send('start', request.instanceIds, () => plain.doStartInstances(request, context)),
      doRebootInstances: (request, context) =>
        send('reboot', request.instanceIds, () => plain.doRebootInstances(request, context)),
    }
  })
  const from = cloud.clock.now()
  const seconds = (): number => (cloud.clock.now() - from) / 1_000
  return { ...cloud, log, reads, seconds }
}

/** Does something to a cloud after some seconds. */
export function later({ clock }: SmallCloud, seconds: number, work: () => void): void {
  void clock.sleep(seconds * 1_000, new AbortController().signal).then(work)
}

/** Changes the record of an instance. */
export function edit({ instances }: SmallCloud, id: string, change: Partial<InstanceRecord>): void {
  const record = instances.get(id)
  if (record !== undefined) instances.set(id, { ...record, ...change })
}

/** The answer of a call that is taken, and not over. */
export const taken = async (...ids: readonly string[]): Promise<Answer> => ok(ids.map((id) => ({ id, ok: true })))

/** Stops the first of two instances at once. The answer says nothing definite of the second. */
export function halfStopped(cloud: SmallCloud): Promise<Answer> {
  edit(cloud, 'i-1', { power: 'stopped' })
  const failure = { ...refusal('unknown'), outcome: 'unknown' } as const
  return Promise.resolve(
    ok([
      { id: 'i-1', ok: true, isOver: true },
      { id: 'i-2', ok: false, failure },
    ]),
  )
}

/** The failure of an item that is refused for good. */
export const refusal = (code: ItemFailure['code']): ItemFailure => ({ code, message: 'no', transient: false })
/** The failure of a call that is not answered. */
export const unanswered = (code: CallFailure['code'] = 'network', transient = false): CallFailure => ({
  code,
  message: 'cut',
  outcome: 'unknown',
  transient,
  scope: 'call',
})
