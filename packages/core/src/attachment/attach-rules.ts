import type { InstanceCapabilities } from '../contract/capabilities.js'
import type { CallFailure, InstanceRecord } from '../contract/key-pair-driver.js'
import { callFailure, conflict, quote } from '../engine/failures.js'
import type { KeyChange } from './key-change.js'
import type { TargetKeyPair } from './target-key-pair.js'

/** Makes the rules of an attach: binds the key pair to instances that do not have it. */
export function attachRules(target: TargetKeyPair, instances: InstanceCapabilities, onlyIfVacant: boolean): KeyChange {
  return {
    call: 'attach',
    resultWithoutCall: (record) => {
      if (target.isBoundTo(record) === true) return { kind: 'done', changed: false }
      if (record.unsupported !== undefined) return { kind: 'failed', failure: unfit(record.unsupported) }
      return onlyIfVacant && record.keyPair !== undefined
        ? { kind: 'failed', failure: occupied(record.keyPair) }
        : undefined
    },
    isDone: (record, before) =>
      target.isBoundTo(record) === true &&
      !(target.nameMayBeStale && before !== undefined && target.isBoundTo(before) === true),
    explainRefusal: (failure, before) => {
      const other = instances.replaces === true ? undefined : before?.keyPair
      if (other === undefined || failure.code !== 'unknown') return failure
      return {
        ...failure,
        code: 'conflict',
        hint: `Detach ${nameOf(other)} first: this cloud may not replace a key pair.`,
      }
    },
    replacedKeyPair: (before) => (target.isBoundTo(before) === true ? undefined : before.keyPair),
  }
}

function unfit(reason: string): CallFailure {
  return callFailure('instance-unsupported', 'the instance can have no key pair', `${reason}. Leave this instance out.`)
}

function occupied(keyPair: Bound): ReturnType<typeof conflict> {
  return conflict(`the key pair ${nameOf(keyPair)} is bound to the instance`, 'Leave onlyIfVacant out to replace it.')
}

function nameOf({ name, id }: Bound): string {
  return quote(name ?? id ?? '')
}

type Bound = NonNullable<InstanceRecord['keyPair']>
