import type { ChangeOptions } from '../contract/change-options.js'
import type { Checkpoint, CheckpointInstance, CheckpointKeyPair } from '../contract/checkpoint.js'
import type { KeyPair } from '../contract/key-pair.js'
import { type Failure, endedFailure } from '../errors/failures.js'
import type { Operation } from '../engine/operation.js'
import { shownError } from '../key-material/redact.js'
import { type ShownKeyPairs, showSameKeyPairs } from '../lookup/instance-record.js'
import type { CheckpointHead } from './checkpoint-fit.js'

/** Returns the bound key pairs in the form of a checkpoint. */
export function boundBefore({ keyPair, alsoBound }: ShownKeyPairs): Pick<CheckpointInstance, 'keyPair' | 'alsoBound'> {
  return { keyPair: keyPair ?? null, ...(alsoBound && { alsoBound }) }
}

/** Returns the bound key pairs of a checkpoint in the form of a record. */
export function shownBefore({ keyPair, alsoBound }: CheckpointInstance): ShownKeyPairs {
  return { ...(keyPair && { keyPair }), ...(alsoBound && { alsoBound }) }
}

export function checkpointKeyPair({ name, id, fingerprint }: KeyPair): CheckpointKeyPair {
  return { name, ...(id !== undefined && { id }), ...(fingerprint !== undefined && { fingerprint }) }
}

/** Copies an entry, frozen: the caller's code gets the copy with each checkpoint, and must not change later ones. */
function frozenEntry(entry: CheckpointInstance): CheckpointInstance {
  const { keyPair, alsoBound } = entry
  return Object.freeze({
    ...entry,
    keyPair: keyPair && Object.freeze({ ...keyPair }),
    ...(alsoBound && { alsoBound: Object.freeze(alsoBound.map((one) => Object.freeze({ ...one }))) }),
  })
}

/** Copies a head, its key pairs frozen. */
function frozenHead(head: CheckpointHead): CheckpointHead {
  const { keyPair, replaced } = head
  return {
    ...head,
    keyPair: Object.freeze({ ...keyPair }),
    ...(replaced && { replaced: Object.freeze({ ...replaced }) }),
  }
}

/** Writes down how far an operation has come, for a run after this one. */
export class CheckpointWriter {
  #head: CheckpointHead
  readonly #save: ChangeOptions['onCheckpoint']
  readonly #instances = new Map<string, CheckpointInstance>()
  /** The instances that differ from the last checkpoint that was stored. */
  readonly #changed = new Map<string, CheckpointInstance>()

  constructor(head: CheckpointHead, save: ChangeOptions['onCheckpoint']) {
    this.#head = frozenHead(head)
    this.#save = save
  }

  /** Sets the new key pair, once it exists. */
  setHead(head: CheckpointHead): void {
    this.#head = frozenHead(head)
  }

  record(instance: CheckpointInstance): void {
    if (isSameEntry(this.#instances.get(instance.id), instance)) return
    const entry = frozenEntry(instance)
    this.#instances.set(entry.id, entry)
    this.#changed.set(entry.id, entry)
  }

  /** True if an instance differs from the last checkpoint that was stored. */
  isBehind(): boolean {
    return this.#changed.size > 0
  }

  /** Returns the entry of an instance. */
  entryOf(id: string): CheckpointInstance | undefined {
    return this.#instances.get(id)
  }

  setStep(id: string, step: CheckpointInstance['step']): void {
    const instance = this.entryOf(id)
    if (instance !== undefined) this.record({ ...instance, step })
  }

  /** Saves the checkpoint. Returns the failure if it was not saved; then no further change may be made. */
  async save(operation: Operation): Promise<Failure | undefined> {
    const save = this.#save
    if (save === undefined) return undefined
    // The records may be those of another process by now.
    if (operation.gate?.isOpen() === false) return endedFailure('not-allowed', 'none')
    const checkpoint: Checkpoint = { ...this.#head, instances: [...this.#instances.values()] }
    const update = { changed: [...this.#changed.values()] }
    try {
      const saved = await operation.raceWithEnd((async () => save(checkpoint, update))())
      if (saved.isErr()) return saved.error
      this.#changed.clear()
      return undefined
    } catch (thrown) {
      const cause = shownError(thrown)
      const message = `the checkpoint could not be saved: ${cause.message}`
      return {
        code: 'storage',
        message,
        transient: false,
        cause,
        hint: 'No change is made without a saved checkpoint. Make the storage writable, then resume.',
      }
    }
  }
}

function isSameEntry(one: CheckpointInstance | undefined, other: CheckpointInstance): boolean {
  if (one === undefined || one.power !== other.power || one.step !== other.step) return false
  return showSameKeyPairs(shownBefore(one), shownBefore(other))
}
