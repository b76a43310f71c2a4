import type { Checkpoint, CheckpointInstance, CheckpointKeyPair } from '../contract/checkpoint.js'
import type { CallFailure, InstanceRecord } from '../contract/driver.js'
import type { KeyPair } from '../contract/key-pair.js'
import { conflict, type Failure, endedFailure } from '../engine/failures.js'
import type { Operation } from '../engine/operation.js'
import { mustBe } from '../engine/type-checks.js'
import { normalizeMd5 } from '../key-material/fingerprint.js'
import { shownError } from '../key-material/shown-error.js'

/** Returns the bound key pair in the form of a checkpoint. */
export function boundKeyPair({ keyPair }: Pick<InstanceRecord, 'keyPair'>): CheckpointInstance['keyPair'] {
  return keyPair ?? null
}

export function checkpointKeyPair({ name, id, fingerprint }: KeyPair): CheckpointKeyPair {
  return { name, ...(id !== undefined && { id }), ...(fingerprint !== undefined && { fingerprint }) }
}

export function mustBeCheckpoint(checkpoint: Checkpoint | undefined): void {
  if (checkpoint === undefined) return
  const isObject = typeof checkpoint === 'object' && checkpoint !== null
  const isWhole = isObject && Array.isArray(checkpoint.instances) && typeof checkpoint.keyPair?.name === 'string'
  mustBe(isWhole, 'resume must be a checkpoint')
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
  for (const field of ['version', 'operation', 'provider', 'region', 'endpoint'] as const) {
    if (checkpoint[field] !== now[field]) return other(field, String(checkpoint[field]), String(now[field]))
  }
  const { account } = checkpoint
  const isOther = account !== undefined && now.account !== undefined && account !== now.account
  return isOther ? other('account', account, String(now.account)) : undefined
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
  readonly #save: ((checkpoint: Checkpoint) => Promise<void>) | undefined
  readonly #instances = new Map<string, CheckpointInstance>()

  constructor(head: CheckpointHead, save: ((checkpoint: Checkpoint) => Promise<void>) | undefined) {
    this.#head = head
    this.#save = save
  }

  /** Sets the new key pair, once it exists. */
  setHead(head: CheckpointHead): void {
    this.#head = head
  }

  record(instance: CheckpointInstance): void {
    this.#instances.set(instance.id, instance)
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
    try {
      const saved = await operation.raceWithEnd((async () => save(checkpoint))())
      return saved === undefined ? endedFailure(operation.ended() ?? 'aborted', 'none') : undefined
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
