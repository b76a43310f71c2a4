import type { ChangeOptions } from '../contract/change-options.js'
import type { Checkpoint, CheckpointInstance, CheckpointKeyPair } from '../contract/checkpoint.js'
import { parseCheckpoint } from '../contract/parse-checkpoint.js'
import type { CallFailure } from '../contract/key-pair-driver.js'
import type { KeyPair } from '../contract/key-pair.js'
import { conflict, type Failure, endedFailure, invalidArgument } from '../engine/failures.js'
import type { Operation } from '../engine/operation.js'
import { mustBe } from '../engine/type-checks.js'
import { normalizeMd5 } from '../key-material/fingerprint.js'
import { shownError } from '../key-material/shown-error.js'
import { type ShownKeyPairs, showSameKeyPairs } from '../lookup/bound-key-pairs.js'
import { ok, type Result } from '../result.js'

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

/** Copies the checkpoint of a caller. Throws a `TypeError` for anything but an object. */
export function readResume(resume: Checkpoint | undefined): Result<Checkpoint | undefined, CallFailure> {
  if (resume === undefined) return ok(undefined)
  mustBe(typeof resume === 'object' && resume !== null, 'resume must be a checkpoint')
  return parseCheckpoint(resume).mapErr((problem) =>
    invalidArgument(
      `the checkpoint is not as it was written: ${problem}`,
      'Nothing was changed. Give the latest checkpoint as it was written, and see that its instances run.',
    ),
  )
}

/** True if an earlier run may have left an instance stopped. */
export function hasInProgress(resume: Checkpoint | undefined): resume is Checkpoint {
  return resume?.instances.some(({ step }) => step === 'in-progress') === true
}

/** The part that all checkpoints of one operation share. */
export type CheckpointHead = Omit<Checkpoint, 'instances'>

/** Returns the failure of a checkpoint of another cloud, location or key pair, or with instances that are not given. */
export function checkpointProblem(
  checkpoint: Checkpoint,
  now: CheckpointHead,
  ids: readonly string[],
): CallFailure | undefined {
  const problem = locationMismatch(checkpoint, now)
  if (problem !== undefined) return problem
  if (!isSameKeyPair(checkpoint.keyPair, now.keyPair)) return differentKeyPair(checkpoint.keyPair, now.keyPair)
  const given = new Set(ids)
  const missing = checkpoint.instances.find(({ id, step }) => step === 'in-progress' && !given.has(id))
  return (
    missing &&
    conflict(
      `the checkpoint has ${missing.id} in progress, and it is not among the given instances`,
      'Give all instances of the checkpoint.',
    )
  )
}

/** Returns the failure of a checkpoint of another operation or location. */
export function locationMismatch(checkpoint: Checkpoint, now: CheckpointHead): CallFailure | undefined {
  for (const field of ['operation', 'provider', 'region', 'endpoint'] as const) {
    if (checkpoint[field] !== now[field]) return other(field, String(checkpoint[field]), String(now[field]))
  }
  return undefined
}

export function differentKeyPair(before: CheckpointKeyPair, now: CheckpointKeyPair): CallFailure {
  return other('key pair', describe(before), describe(now))
}

/** True if both are of one key pair, by all that both tell: the answer to an import may tell less than a list does. */
export function isSameKeyPair(a: CheckpointKeyPair, b: CheckpointKeyPair): boolean {
  const told = [
    [a.id, b.id],
    [comparable(a.fingerprint), comparable(b.fingerprint)],
  ] as const
  const both = told.filter(([one, mismatch]) => one !== undefined && mismatch !== undefined)
  const isBare = told.flat().every((text) => text === undefined)
  return a.name === b.name && (isBare || both.length > 0) && both.every(([one, other]) => one === other)
}

function comparable(fingerprint: string | undefined): string | undefined {
  return fingerprint === undefined ? undefined : (normalizeMd5(fingerprint) ?? fingerprint)
}

function describe({ name, id, fingerprint }: CheckpointKeyPair): string {
  return [name, id, fingerprint].filter((text) => text !== undefined).join(' ')
}

function other(what: string, before: string, now: string): CallFailure {
  return conflict(
    `the checkpoint is of another ${what}: ${before}, and not ${now}`,
    'Nothing was changed. Resume with the arguments that the earlier run had.',
  )
}

/** Writes down how far an operation has come, for a run after this one. */
export class CheckpointWriter {
  #head: CheckpointHead
  readonly #save: ChangeOptions['onCheckpoint']
  readonly #instances = new Map<string, CheckpointInstance>()
  /** The instances that differ from the last checkpoint that was stored. */
  readonly #changed = new Map<string, CheckpointInstance>()

  constructor(head: CheckpointHead, save: ChangeOptions['onCheckpoint']) {
    this.#head = head
    this.#save = save
  }

  /** Sets the new key pair, once it exists. */
  setHead(head: CheckpointHead): void {
    this.#head = head
  }

  record(instance: CheckpointInstance): void {
    if (isSameEntry(this.#instances.get(instance.id), instance)) return
    this.#instances.set(instance.id, instance)
    this.#changed.set(instance.id, instance)
  }

  setStep(id: string, step: CheckpointInstance['step']): void {
    const instance = this.#instances.get(id)
    if (instance !== undefined) this.record({ ...instance, step })
  }

  /** Saves the checkpoint. Returns the failure if it was not saved; then no further change may be made. */
  async save(operation: Operation): Promise<Failure | undefined> {
    const save = this.#save
    if (save === undefined) return undefined
    const checkpoint: Checkpoint = { ...this.#head, instances: [...this.#instances.values()] }
    const update = { changed: [...this.#changed.values()] }
    try {
      const saved = await operation.raceWithEnd((async () => save(checkpoint, update))())
      if (saved === undefined) return endedFailure(operation.ended() ?? 'aborted', 'none')
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
