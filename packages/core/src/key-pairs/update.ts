import type { KeyPairHandle, UpdateKeyPairRequest } from '../contract/key-pair-driver.js'
import type { Failure } from '../errors/failures.js'
import type { KeyPair, Tags } from '../contract/key-pair.js'
import type { UpdateOptions } from '../contract/store.js'
import type { Operation } from '../engine/operation.js'
import { sendSingle } from '../engine/single-call.js'
import { findKeyPair } from '../lookup/find-key-pairs.js'
import { err, ok, type Result } from '../result.js'

type MetadataChange = UpdateKeyPairRequest['change']

/** Changes metadata, one call for each kind of change. Each call may be made again, so the whole may. */
export async function update(
  operation: Operation,
  handle: KeyPairHandle,
  wanted: UpdateOptions,
): Promise<Result<KeyPair, Failure>> {
  const found = await findKeyPair(operation, handle)
  return found.isErr() ? err(found.error) : applyChanges(operation, found.value, wanted, false)
}

/** Changes a key pair that was just read. `changed`: whether the operation has changed something before. */
export async function applyChanges(
  operation: Operation,
  keyPair: KeyPair,
  wanted: UpdateOptions,
  changed: boolean,
  hint?: string,
): Promise<Result<KeyPair, Failure>> {
  const { driver } = operation
  const changes = changesOf(wanted)
  operation.expectCalls(changes.length)
  for (const [done, change] of changes.entries()) {
    const sent = await sendSingle(operation, {
      call: 'update',
      send: (context) => driver.doUpdateKeyPair({ keyPair, change }, context),
    })
    if (sent.isErr()) {
      const outcome = sent.error.outcome === 'none' && (changed || done > 0) ? 'partial' : sent.error.outcome
      return err({ ...sent.error, outcome, hint: hint ?? sent.error.hint })
    }
  }
  return ok(toUpdateResult(keyPair, wanted))
}

function changesOf({ description, tags = {}, group }: UpdateOptions): MetadataChange[] {
  const removed = Object.keys(tags).filter((key) => tags[key] === null)
  const set = textsOf(tags)
  return [
    ...(description === undefined ? [] : [{ kind: 'description', description } as const]),
    // Before others are set, as a key pair may have all the tags that the cloud lets it have.
    ...(removed.length === 0 ? [] : [{ kind: 'remove-tags', keys: removed } as const]),
    ...(Object.keys(set).length === 0 ? [] : [{ kind: 'set-tags', tags: set } as const]),
    ...(group === undefined ? [] : [{ kind: 'group', group } as const]),
  ]
}

/** Returns the tags to set, without those to remove. */
export function textsOf(tags: NonNullable<UpdateOptions['tags']>): Tags {
  return Object.fromEntries(Object.entries(tags).filter((entry): entry is [string, string] => entry[1] !== null))
}

/** Returns the key pair as the calls left it; a read may still show the earlier state. */
export function toUpdateResult(keyPair: KeyPair, { description, tags, group }: UpdateOptions): KeyPair {
  return {
    ...keyPair,
    ...(description !== undefined && { description }),
    ...(tags !== undefined && { tags: textsOf({ ...keyPair.tags, ...tags }) }),
    ...(group !== undefined && { group }),
  }
}
