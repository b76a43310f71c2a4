import type { Batch, ChangedItem, DeletedItem, DeleteItem, InstanceItem } from '../contract/batch.js'
import type { KeyPairError } from '../contract/error.js'
import type { ItemResult } from '../engine/batch-call.js'
import { noOutcome, quote, type Subject } from '../errors/failures.js'
import { toError } from '../errors/to-error.js'
import type { Users } from '../lookup/find-instances.js'

/** The result of deleting one key pair, with everything found and done on the way. */
export interface DeleteResult {
  readonly end?: ItemResult | undefined
  readonly users?: Users | undefined
  /** The results of detaching the key pair from its instances. */
  readonly detached?: Batch<InstanceItem> | undefined
  /** The reason that the key pair could not be detached from all instances, and so was not deleted. */
  readonly detachFailed?: KeyPairError | undefined
}

/** Makes the item of one key pair. */
export function deleteItem(subject: Subject, label: string, result: DeleteResult): DeleteItem {
  const { end, users, detachFailed } = result
  if (detachFailed !== undefined) return heldItemOf(label, detachFailed)
  const about = { ...subject, about: quote(label) }
  const done = detachedOf(result)
  switch (end?.kind) {
    case 'done':
      return { id: label, status: 'succeeded', changed: end.changed, ...done }
    case 'failed': {
      const { failure } = end
      const hint = deletedHint(failure.hint, done.detached)
      const error = toError(about, failure, { ...users, hint, outcome: done.detached ? 'partial' : 'none' })
      return { id: label, status: 'failed', error }
    }
    default: {
      const error = toError(about, end?.failure ?? noOutcome, {
        outcome: 'unknown',
        hint: deletedHint(unknownDeleteHint, done.detached),
      })
      return { id: label, status: 'unknown', error }
    }
  }
}

/** Returns the detached instances, if any, and the advice for them. */
function detachedOf({ detached }: DeleteResult): Pick<DeletedItem, 'detached' | 'hint'> {
  const changed = detached?.succeeded.filter((item) => item.changed) ?? []
  return changed.length === 0 ? {} : { detached: changed, ...(detached?.hint !== undefined && { hint: detached.hint }) }
}

function heldItemOf(label: string, error: KeyPairError): DeleteItem {
  return error.outcome === 'unknown' ? { id: label, status: 'unknown', error } : { id: label, status: 'failed', error }
}

function deletedHint(hint: string | undefined, detached: readonly ChangedItem[] | undefined): string | undefined {
  if (detached === undefined) return hint
  const { length } = detached
  const done = `It was detached from ${length} ${length === 1 ? 'instance' : 'instances'} before.`
  return hint === undefined ? done : `${hint} ${done}`
}

const unknownDeleteHint =
  'The delete may have happened, or may still happen: list the key pairs before you delete again.'
