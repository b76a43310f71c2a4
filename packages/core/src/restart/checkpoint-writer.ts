import { conflict } from '../attachment/key-change.js'
import { mustBe } from '../engine/type-checks.js'
import type { CallFailure, InstanceRecord, Place } from '../contract/driver.js'
import type { KeyPair } from '../contract/key-pair.js'
import { normalizeMd5 } from '../key-material/fingerprint.js'

/**
 * How far an operation that restarts instances has come, written before the calls that it describes: plain JSON, without
 * secrets. Give the latest as `resume`, and what an earlier run left undone is done, and what it left stopped is started.
 */
export interface Checkpoint extends Place {
  readonly version: 1
  readonly operation: 'attach' | 'detach' | 'rotate'
  readonly provider: string
  /** The key pair that is attached or detached; of a rotation the new one, by its name alone until it is in place. */
  readonly keyPair: CheckpointKeyPair
  /** The key pair that a rotation replaces. */
  readonly former?: CheckpointKeyPair
  readonly instances: readonly CheckpointInstance[]
}

export interface CheckpointKeyPair {
  readonly name: string
  readonly id?: string
  readonly fingerprint?: string
}

export interface CheckpointInstance {
  readonly id: string
  /** What it was before it was touched. One that was running is owed a start. */
  readonly power: 'running' | 'stopped'
  /** What was bound before it was touched. */
  readonly keyPair: { readonly name?: string; readonly id?: string } | null
  /** `waiting`: not touched. `begun`: perhaps. `done`: it has what it was to get, and was restarted if it was running. */
  readonly step: 'waiting' | 'begun' | 'done'
}

/** What is bound, as a checkpoint has it. */
export function recorded({ keyPair }: Pick<InstanceRecord, 'keyPair'>): CheckpointInstance['keyPair'] {
  return keyPair ?? null
}

export function keyPairRecord({ name, id, fingerprint }: KeyPair): CheckpointKeyPair {
  return { name, ...(id !== undefined && { id }), ...(fingerprint !== undefined && { fingerprint }) }
}

export function mustBeCheckpoint(checkpoint: Checkpoint | undefined): void {
  if (checkpoint === undefined) return
  const isObject = typeof checkpoint === 'object' && checkpoint !== null
  const isWhole = isObject && Array.isArray(checkpoint.instances) && typeof checkpoint.keyPair?.name === 'string'
  mustBe(isWhole, 'resume must be a checkpoint')
}

/** What an operation writes into each of its checkpoints. */
export type CheckpointHead = Omit<Checkpoint, 'instances'>

/** Why a checkpoint is not of this operation: another cloud, place, key pair, or instances that are not among these. */
export function checkpointProblem(
  checkpoint: Checkpoint,
  now: CheckpointHead,
  ids: readonly string[],
): CallFailure | undefined {
  const problem = placeProblem(checkpoint, now)
  if (problem !== undefined) return problem
  if (!isSameKeyPair(checkpoint.keyPair, now.keyPair)) return otherKeyPair(checkpoint.keyPair, now.keyPair)
  const given = new Set(ids)
  const missing = checkpoint.instances.find(({ id, step }) => step === 'begun' && !given.has(id))
  return (
    missing && conflict(`${missing.id} was begun with, and is not among the instances`, 'Give all of its instances.')
  )
}

/** Why a checkpoint is not of this kind of operation, in this place. */
export function placeProblem(checkpoint: Checkpoint, now: CheckpointHead): CallFailure | undefined {
  for (const field of ['version', 'operation', 'provider', 'region', 'endpoint'] as const) {
    if (checkpoint[field] !== now[field]) return other(field, String(checkpoint[field]), String(now[field]))
  }
  const { account } = checkpoint
  const isOther = account !== undefined && now.account !== undefined && account !== now.account
  return isOther ? other('account', account, String(now.account)) : undefined
}

export function otherKeyPair(before: CheckpointKeyPair, now: CheckpointKeyPair): CallFailure {
  return other('key pair', describe(before), describe(now))
}

/** Whether both are of one key pair, by all that both tell: the answer to an import may tell less than a list does. */
export function isSameKeyPair(a: CheckpointKeyPair, b: CheckpointKeyPair): boolean {
  const told = [
    [a.id, b.id],
    [comparable(a.fingerprint), comparable(b.fingerprint)],
  ] as const
  const both = told.filter(([one, other]) => one !== undefined && other !== undefined)
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
    'Nothing was done. Resume with what it was begun with.',
  )
}
