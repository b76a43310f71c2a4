import type { PowerState, Random } from '@cloud-keypair/core'
import type { Verdict } from './answer.js'
import type { Action, Moment } from './gateway.js'
import { restarted } from './guest-keys.js'
import { itemsOf } from './instance-changes.js'
import * as refusals from './refusals.js'
import type { InstanceRecord, Region } from './region.js'
import { judgeItems } from './verdicts.js'

export interface ChangePowerBody {
  readonly instanceIds: readonly string[]
  /** Cut the power instead of asking the guest. */
  readonly force: boolean
}

interface PowerChange {
  readonly name: string
  readonly from: PowerState
  readonly through: PowerState
  readonly to: PowerState
}

const changes: Readonly<Record<'stop' | 'start' | 'reboot', PowerChange>> = {
  stop: { name: 'StopInstances', from: 'running', through: 'stopping', to: 'stopped' },
  start: { name: 'StartInstances', from: 'stopped', through: 'starting', to: 'running' },
  reboot: { name: 'RebootInstances', from: 'running', through: 'rebooting', to: 'running' },
}

/** Stops, starts or reboots instances. A guest that starts accepts the bound key pair. */
export function changePower(
  region: Region,
  random: Random,
  call: 'stop' | 'start' | 'reboot',
): Action<ChangePowerBody, readonly Verdict[]> {
  const { traits, instances } = region
  const change = changes[call]
  return {
    name: change.name,
    mutating: true,
    limit: 'powerChange',
    judgesItems: true,
    callOf: () => call,
    itemsOf: ({ instanceIds }) => itemsOf(instanceIds),
    isForced: ({ force }) => force,
    perform: ({ instanceIds, force }, moment) =>
      judgeItems(itemsOf(instanceIds), {
        refusal: traits.refusal,
        verdictOrder: traits.verdictOrder,
        random,
        moment,
        gone: refusals.instanceNotFound,
        refuse: ({ key }) => {
          const instance = instances.get(key)
          if (instance === undefined) return refusals.instanceNotFound
          if (instance.isChanging) return refusals.operationInProgress
          return instance.power === change.from ? undefined : refusals.wrongState(instance.power)
        },
        apply: ({ key }) => {
          const hangs = !force && moment.fault?.kind === 'hangs' && moment.fault.ids.includes(key)
          const takesMs = hangs ? Infinity : traits.powerChangeMs
          if (takesMs === 0) return finish(region, key, call, moment.now)
          pass(region, key, change.through, moment)
          moment.later(takesMs, (at) => finish(region, key, call, at))
        },
      }),
  }
}

function pass({ instances }: Region, id: string, power: PowerState, { now }: Moment): void {
  const instance = instances.get(id)
  if (instance !== undefined) instances.set(id, { ...instance, power }, now)
}

function finish({ traits, instances }: Region, id: string, call: 'stop' | 'start' | 'reboot', at: number): void {
  const instance = instances.get(id)
  if (instance === undefined) return
  const tells = call === 'start' || (call === 'reboot' && traits.reboot === 'takes-up-key')
  const keys = tells ? restarted(instance.keys) : instance.keys
  const finished: InstanceRecord = { ...instance, power: changes[call].to, keys }
  instances.set(id, finished, at)
}
