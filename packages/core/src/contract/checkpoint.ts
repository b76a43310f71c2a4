import { readField } from '../foreign-values.js'
import { err, ok, type Result } from '../result.js'
import type { Location } from './key-pair-driver.js'
import type { BoundKeyPair } from './key-pair.js'

/**
 * The progress of an operation that restarts instances, written before the calls that it describes: plain JSON without
 * secrets. A run with the latest checkpoint as `resume` finishes the work and starts the instances that were left stopped.
 */
export interface Checkpoint extends Location {
  readonly version: 1
  readonly operation: 'attach' | 'detach' | 'rotate'
  readonly provider: string
  /** The key pair that is attached or detached. For a rotation, the new one, with only its name until it exists. */
  readonly keyPair: CheckpointKeyPair
  /** The key pair that a rotation replaces. */
  readonly replaced?: CheckpointKeyPair
  readonly instances: readonly CheckpointInstance[]
}

/** The difference between a checkpoint and the last one that was stored. */
export interface CheckpointUpdate {
  readonly changed: readonly CheckpointInstance[]
}

export interface CheckpointKeyPair {
  readonly name: string
  readonly id?: string
  readonly fingerprint?: string
}

export interface CheckpointInstance {
  readonly id: string
  /** The power before the operation. An instance that was running must run again. */
  readonly power: 'running' | 'stopped'
  /** The key pair that was bound before the operation. */
  readonly keyPair: BoundKeyPair | null
  /** Further key pairs that were bound; absent if there were none. */
  readonly alsoBound?: readonly BoundKeyPair[]
  /**
   * `waiting`: not touched. `in-progress`: perhaps changed, stopped or restarted; an instance that failed keeps this step.
   * `done`: it has what it was to get, and was restarted if it was running.
   */
  readonly step: 'waiting' | 'in-progress' | 'done'
}

/** True if instances are in progress. A run with this checkpoint as `resume` finishes them first. */
export function hasInProgress(checkpoint: Checkpoint | undefined): boolean {
  return checkpoint?.instances.some(({ step }) => step === 'in-progress') === true
}

/** True if an instance was running, and may be stopped now: an operation has it in progress. */
export function mayBeStopped({ step, power }: CheckpointInstance): boolean {
  return step === 'in-progress' && power === 'running'
}

/** Copies a checkpoint, and reads each of its fields once. The error says what is not as this library writes it. */
export function parseCheckpoint(value: unknown): Result<Checkpoint, string> {
  try {
    return ok(checkpointOf(value))
  } catch (thrown) {
    return err(thrown instanceof Misfit ? thrown.message : 'one of its fields cannot be read')
  }
}

class Misfit extends Error {}

function checkpointOf(value: unknown): Checkpoint {
  const read = fieldsOf(value, 'it')
  const version = read('version')
  if (version !== 1) throw new Misfit('its version is not 1')
  const operation = oneOf(read('operation'), ['attach', 'detach', 'rotate'], 'its operation')
  const replaced = read('replaced')
  if (operation === 'rotate' && replaced === undefined) throw new Misfit('it does not name the replaced key pair')
  return {
    version,
    operation,
    provider: textOf(read('provider'), 'its provider'),
    region: textOf(read('region'), 'its region'),
    endpoint: textOf(read('endpoint'), 'its endpoint'),
    keyPair: keyPairOf(read('keyPair'), 'its key pair'),
    ...(replaced !== undefined && { replaced: keyPairOf(replaced, 'its replaced key pair') }),
    instances: instancesOf(read('instances')),
  }
}

function keyPairOf(value: unknown, what: string): CheckpointKeyPair {
  const read = fieldsOf(value, what)
  const name = textOf(read('name'), `the name of ${what}`)
  const id = optionalTextOf(read('id'), `the id of ${what}`)
  const fingerprint = optionalTextOf(read('fingerprint'), `the fingerprint of ${what}`)
  return { name, ...(id !== undefined && { id }), ...(fingerprint !== undefined && { fingerprint }) }
}

function instancesOf(value: unknown): readonly CheckpointInstance[] {
  if (!Array.isArray(value)) throw new Misfit('its instances are not an array')
  const entries: readonly unknown[] = value
  const known = new Set<string>()
  // Not `map`, which skips the holes of an array.
  return Array.from(entries, (entry, index) => {
    const instance = instanceOf(entry, `the instance at index ${index}`)
    if (known.has(instance.id)) throw new Misfit(`it has two entries for ${JSON.stringify(instance.id)}`)
    known.add(instance.id)
    return instance
  })
}

function instanceOf(value: unknown, what: string): CheckpointInstance {
  const read = fieldsOf(value, what)
  const id = textOf(read('id'), `the id of ${what}`)
  if (id === '') throw new Misfit(`the id of ${what} is empty`)
  return {
    id,
    power: oneOf(read('power'), ['running', 'stopped'], `the power of ${what}`),
    keyPair: boundOf(read('keyPair'), `the key pair of ${what}`),
    ...alsoBoundOf(read('alsoBound'), `the further key pairs of ${what}`),
    step: oneOf(read('step'), ['waiting', 'in-progress', 'done'], `the step of ${what}`),
  }
}

function boundOf(value: unknown, what: string): CheckpointInstance['keyPair'] {
  return value === null ? null : boundKeyPairOf(value, what)
}

function alsoBoundOf(value: unknown, what: string): Pick<CheckpointInstance, 'alsoBound'> {
  if (value === undefined) return {}
  if (!Array.isArray(value)) throw new Misfit(`${what} are not an array`)
  const entries: readonly unknown[] = value
  return { alsoBound: Array.from(entries, (entry) => boundKeyPairOf(entry, `one of ${what}`)) }
}

function boundKeyPairOf(value: unknown, what: string): BoundKeyPair {
  const read = fieldsOf(value, what)
  const name = optionalTextOf(read('name'), `the name of ${what}`)
  const id = optionalTextOf(read('id'), `the id of ${what}`)
  if (name === undefined && id === undefined) throw new Misfit(`${what} has neither a name nor an id`)
  return { ...(name !== undefined && { name }), ...(id !== undefined && { id }) }
}

function fieldsOf(value: unknown, what: string): (field: string) => unknown {
  if (typeof value !== 'object' || value === null) throw new Misfit(`${what} is not an object`)
  return (field) => readField(value, field)
}

function textOf(value: unknown, what: string): string {
  if (typeof value !== 'string') throw new Misfit(`${what} is not a text`)
  return value
}

function optionalTextOf(value: unknown, what: string): string | undefined {
  return value === undefined ? undefined : textOf(value, what)
}

function oneOf<Text extends string>(value: unknown, known: readonly Text[], what: string): Text {
  const found = known.find((one) => one === value)
  if (found === undefined) throw new Misfit(`${what} is none of ${known.join(', ')}`)
  return found
}
