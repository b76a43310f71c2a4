import type { InstanceCapabilities } from '../contract/capabilities.js'
import type { BoundKeyPair } from '../contract/key-pair.js'
import { type Failure, refusal } from '../errors/failures.js'
import { boundKeyPairs, namesOf } from '../lookup/instance-record.js'
import type { ChangeRules } from './key-change.js'
import { isAloneOn, type TargetKeyPair } from './target-key-pair.js'

/**
 * Makes the rules of an attach: binds the key pair to instances that do not have it, or have others too, which it
 * replaces.
 */
export function attachRules(
  target: TargetKeyPair,
  instances: InstanceCapabilities,
  onlyIfVacant: boolean,
): ChangeRules {
  return {
    call: 'attach',
    resultWithoutCall: (record) => {
      if (isAloneOn(record, target)) return { kind: 'done', changed: false }
      if (record.unsupported !== undefined) return { kind: 'failed', failure: unfit(record.unsupported) }
      return onlyIfVacant && record.keyPair !== undefined
        ? { kind: 'failed', failure: occupied(target.othersOn(record)) }
        : undefined
    },
    isDone: (record, before) => isAloneOn(record, target) && (before === undefined || !isAloneOn(before, target)),
    explainRefusal: (failure, before) => {
      const others = instances.replaces === true || before === undefined ? [] : boundKeyPairs(before)
      if (others.length === 0 || failure.code !== 'unknown') return failure
      return {
        ...failure,
        code: 'conflict',
        hint: `Detach ${namesOf(others)} first: this cloud may not replace a key pair.`,
      }
    },
    replacedBy: (before) => {
      const [replaced, ...alsoReplaced] = target.othersOn(before)
      return { ...(replaced && { replaced }), ...(alsoReplaced.length > 0 && { alsoReplaced }) }
    },
  }
}

function unfit(reason: string): Failure {
  return refusal('instance-unsupported', 'the instance can have no key pair', `${reason}. Leave this instance out.`)
}

function occupied(others: readonly BoundKeyPair[]): Failure {
  return refusal(
    'conflict',
    `the key pair ${namesOf(others)} is bound to the instance`,
    'Leave onlyIfVacant out to replace it.',
  )
}
