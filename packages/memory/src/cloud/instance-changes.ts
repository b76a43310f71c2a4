import type { Random } from '@cloud-keypair/core'
import type { KeyPairHandle } from '@cloud-keypair/core/driver'
import type { Refusal, Verdict } from './answer.js'
import type { Action, CallItem } from './gateway.js'
import { rebind } from './guest-keys.js'
import * as refusals from './refusals.js'
import type { InstanceRecord, Region } from './region.js'
import { judgeItems } from './verdicts.js'

export interface ChangeKeyBody {
  readonly keyPair: KeyPairHandle
  readonly instanceIds: readonly string[]
}

type ChangeKey = Action<ChangeKeyBody, readonly Verdict[]>

/** Binds a key pair to instances, in place of the one that is bound. The guest gets the change at its next start. */
export function attachKeyPair(region: Region, random: Random): ChangeKey {
  return changeKey(region, random, 'AttachKeyPair', 'attach', {
    refuse: ({ keys: { bound } }, keyPairId) =>
      region.traits.attachOver.startsWith('refused') && bound.some((id) => id !== keyPairId)
        ? refusals.keyPairBound
        : undefined,
    bound: (_instance, keyPairId) => [keyPairId],
  })
}

/** Unbinds a key pair from instances. */
export function detachKeyPair(region: Region, random: Random): ChangeKey {
  const { detachOther } = region.traits
  const isOther = ({ keys }: InstanceRecord, keyPairId: string): boolean => !keys.bound.includes(keyPairId)
  return changeKey(region, random, 'DetachKeyPair', 'detach', {
    refuse: (instance, keyPairId) =>
      detachOther === 'error' && isOther(instance, keyPairId) ? refusals.keyPairNotBound : undefined,
    bound: (instance, keyPairId) =>
      detachOther === 'detaches' && isOther(instance, keyPairId)
        ? []
        : instance.keys.bound.filter((id) => id !== keyPairId),
  })
}

/** The duration of an attach or detach that is not over with its answer. */
const changesMs = 8_000

interface ChangeRules {
  refuse(instance: InstanceRecord, keyPairId: string): Refusal | undefined
  /** Returns the ids of the key pairs that are bound after the change. */
  bound(instance: InstanceRecord, keyPairId: string): readonly string[]
}

function changeKey(
  region: Region,
  random: Random,
  name: string,
  call: 'attach' | 'detach',
  rules: ChangeRules,
): ChangeKey {
  const { traits, instances } = region
  return {
    name,
    mutating: true,
    limit: 'change',
    judgesItems: true,
    callOf: () => call,
    itemsOf: ({ instanceIds }) => itemsOf(instanceIds),
    perform: ({ keyPair, instanceIds }, moment) =>
      region.resolve(keyPair).andThen(({ id: keyPairId }) =>
        judgeItems(itemsOf(instanceIds), {
          refusal: traits.refusal,
          verdictOrder: traits.verdictOrder,
          random,
          moment,
          gone: refusals.instanceNotFound,
          ...(traits.changes === 'later' && { task: moment.requestId }),
          refuse: ({ key }) => {
            const instance = instances.get(key)
            if (instance === undefined) return refusals.instanceNotFound
            if (instance.kind !== 'linux') return refusals.instanceUnsupported
            if (instance.isChanging) return refusals.operationInProgress
            if (!traits.power.includes(instance.power)) return refusals.wrongState(instance.power)
            return rules.refuse(instance, keyPairId)
          },
          apply: ({ key }) => {
            const instance = instances.get(key)
            if (instance === undefined) return
            const change = (at: number): void => {
              const keys = rebind(instance.keys, rules.bound(instance, keyPairId), traits.secondChange)
              for (const id of instance.keys.bound) if (!keys.bound.includes(id)) region.detachedAt.set(id, at)
              instances.set(key, { ...instance, keys }, at)
            }
            if (traits.changes === 'at-once') return change(moment.now)
            instances.set(key, { ...instance, isChanging: true }, moment.now)
            const { requestId: task, fault } = moment
            const giveUp = (at: number): void =>
              instances.set(key, { ...instance, failed: { task, refusal: refusals.guestSilent } }, at)
            moment.later(changesMs, fault?.kind === 'fails-late' ? giveUp : change)
          },
        }),
      ),
  }
}

export function itemsOf(ids: readonly string[]): CallItem[] {
  return ids.map((id) => ({ key: id, label: id }))
}
