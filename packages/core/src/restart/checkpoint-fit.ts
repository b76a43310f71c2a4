import { type Checkpoint, type CheckpointKeyPair, parseCheckpoint } from '../contract/checkpoint.js'
import { type Failure, refusal } from '../errors/failures.js'
import { mustBe } from '../errors/type-checks.js'
import { normalizeMd5 } from '../key-material/fingerprint.js'
import { ok, type Result } from '../result.js'

/** Copies the checkpoint of a caller. Throws a `TypeError` for anything but an object. */
export function readResume(resume: Checkpoint | undefined): Result<Checkpoint | undefined, Failure> {
  if (resume === undefined) return ok(undefined)
  mustBe(typeof resume === 'object' && resume !== null, 'resume must be a checkpoint')
  return parseCheckpoint(resume).mapErr((problem) =>
    refusal(
      'invalid-argument',
      `the checkpoint is not as it was written: ${problem}`,
      'Nothing was changed. Give the latest checkpoint as it was written, and see that its instances run.',
    ),
  )
}

/** The part that all checkpoints of one operation share. */
export type CheckpointHead = Omit<Checkpoint, 'instances'>

/** Returns the failure of a checkpoint of another cloud, location or key pair, or with instances that are not given. */
export function checkpointProblem(
  checkpoint: Checkpoint,
  now: CheckpointHead,
  ids: readonly string[],
): Failure | undefined {
  const problem = locationMismatch(checkpoint, now)
  if (problem !== undefined) return problem
  if (!isSameKeyPair(checkpoint.keyPair, now.keyPair)) return differentKeyPair(checkpoint.keyPair, now.keyPair)
  const given = new Set(ids)
  const missing = checkpoint.instances.find(({ id, step }) => step === 'in-progress' && !given.has(id))
  return (
    missing &&
    refusal(
      'conflict',
      `the checkpoint has ${missing.id} in progress, and it is not among the given instances`,
      'Give all instances of the checkpoint.',
    )
  )
}

/** Returns the failure of a checkpoint of another operation or location. */
export function locationMismatch(checkpoint: Checkpoint, now: CheckpointHead): Failure | undefined {
  for (const field of ['operation', 'provider', 'region', 'endpoint'] as const) {
    if (checkpoint[field] !== now[field]) return mismatch(field, String(checkpoint[field]), String(now[field]))
  }
  return undefined
}

export function differentKeyPair(before: CheckpointKeyPair, now: CheckpointKeyPair): Failure {
  return mismatch('key pair', describe(before), describe(now))
}

/** True if both are of one key pair, compared by the fields that both have: an import may answer with fewer than a list. */
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

function mismatch(field: string, before: string, now: string): Failure {
  return refusal(
    'conflict',
    `the checkpoint is of another ${field}: ${before}, and not ${now}`,
    'Nothing was changed. Resume with the arguments that the earlier run had.',
  )
}
