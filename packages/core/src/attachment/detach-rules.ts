import type { BoundKeyPair } from '../contract/key-pair.js'
import { type Failure, quote, refusal } from '../errors/failures.js'
import { namesOf } from '../lookup/instance-record.js'
import type { ChangeRules } from './key-change.js'
import type { TargetKeyPair } from './target-key-pair.js'

/** Makes the rules of a detach: unbinds the key pair from instances that have it, and no other key pair. */
export function detachRules(target: TargetKeyPair): ChangeRules {
  return {
    call: 'detach',
    resultWithoutCall: (record) => {
      if (record.keyPair === undefined) return { kind: 'done', changed: false }
      const bound = target.isBoundTo(record)
      const others = target.othersOn(record)
      if (bound === true) return others.length === 0 ? undefined : { kind: 'failed', failure: amongOthers(others) }
      const other = quote(record.keyPair.name ?? record.keyPair.id ?? '')
      const failure =
        bound === 'unclear'
          ? refusal(
              'conflict',
              `several key pairs are named ${other}, and the cloud does not tell which is bound`,
              'Attach the key pair that you mean first, or delete the others.',
            )
          : refusal(
              'conflict',
              `another key pair, ${other}, is bound to the instance`,
              'Detach the key pair that is bound.',
            )
      return { kind: 'failed', failure }
    },
    isDone: (record) => target.isBoundTo(record) === false,
    explainRefusal: (failure) => failure,
    replacedBy: () => ({}),
    hint: lockOutHint,
  }
}

function amongOthers(others: readonly BoundKeyPair[]): Failure {
  return refusal(
    'conflict',
    `the key pair ${namesOf(others)} is bound to the instance too`,
    'Attach the key pair that the instance is to keep, which replaces all others.',
  )
}

const lockOutHint = 'An instance that was detached may have no login left: set a password, or attach another key pair.'
