import type { CloudKeyPair } from './public-key.js'
import { createHash } from 'node:crypto'
import { err, ok, type PowerState, type PublicKey, type Result, type Tags } from '@cloud-keypair/core'
import { type KeyPairHandle, md5Forms } from '@cloud-keypair/core/driver'
import type { MemoryTraits } from '../traits.js'
import type { Refusal } from './answer.js'
import type { GuestKeys } from './guest-keys.js'
import * as refusals from './refusals.js'
import { Versioned } from './versioned.js'

/** A key pair as the cloud keeps it. */
export interface KeyPairRecord {
  readonly id: string
  /** The position in lists. */
  readonly serial: number
  readonly name: string
  /** Type and base64. */
  readonly publicKey: string
  readonly fingerprint: string
  readonly description: string
  readonly tags: Tags
  readonly group: string
  readonly createdAt: Date
}

/** A change that was accepted and given up later. */
export interface FailedChange {
  /** The id of the request that asked for it. */
  readonly task: string
  readonly refusal: Refusal
}

/** An instance as the cloud keeps it. */
export interface InstanceRecord {
  readonly id: string
  /** The position in lists. */
  readonly serial: number
  readonly power: PowerState
  readonly kind: 'linux' | 'windows' | 'agentless'
  readonly keys: GuestKeys
  /** True between the answer to an attach or detach and its end. */
  readonly isChanging?: true
  /** The latest change that was given up. */
  readonly failed?: FailedChange
}

/** The input of a key pair. */
export type KeyPairInput = Pick<KeyPairRecord, 'name' | 'description' | 'tags' | 'group'> & { readonly key: PublicKey }

/** The key pairs and instances of the cloud. */
export class Region {
  readonly traits: MemoryTraits
  readonly generateKeyPair: () => CloudKeyPair
  readonly keyPairs: Versioned<KeyPairRecord> = new Versioned<KeyPairRecord>()
  readonly instances: Versioned<InstanceRecord> = new Versioned<InstanceRecord>()
  /** The time of the last detach of each key pair, by id. */
  readonly detachedAt: Map<string, number> = new Map()
  /** The name of every key pair that ever existed, by id: an instance may still show it. */
  readonly #names = new Map<string, string>()
  #serial = 0

  constructor(traits: MemoryTraits, generateKeyPair: () => CloudKeyPair) {
    this.traits = traits
    this.generateKeyPair = generateKeyPair
  }

  nextSerial(): number {
    this.#serial += 1
    return this.#serial
  }

  nameOf(id: string): string {
    return this.#names.get(id) ?? id
  }

  named(name: string): KeyPairRecord[] {
    return this.keyPairs.values().filter((record) => record.name === name)
  }

  /** Finds the only key pair that a change names. */
  resolve(handle: KeyPairHandle): Result<KeyPairRecord, Refusal> {
    if (!this.traits.identity.includes(handle.by))
      return err(refusals.invalidRequest(`No key pair is named by its ${handle.by}.`))
    const found = handle.by === 'name' ? this.named(handle.name) : [this.keyPairs.get(handle.id)]
    if (found.length > 1) return err(refusals.keyPairAmbiguous)
    const [record] = found
    return record === undefined ? err(refusals.keyPairNotFound) : ok(record)
  }

  /** Adds a key pair that exists from `at` on. */
  addKeyPair(
    { key, ...rest }: KeyPairInput,
    createdAt: number,
    at: number = createdAt,
  ): Result<KeyPairRecord, Refusal> {
    const { maxNameLength, nameAllows } = this.traits
    if ([...rest.name].length > maxNameLength || !isMadeOf(rest.name, nameAllows))
      return err(refusals.invalidRequest(`A name has ${maxNameLength} characters, of ${String(nameAllows)}.`))
    if (this.traits.uniqueNames && this.named(rest.name).length > 0) return err(refusals.keyPairExists)
    const serial = this.nextSerial()
    const record = {
      ...rest,
      id: `kp-${serial}`,
      serial,
      publicKey: key.line,
      fingerprint: fingerprintOf(this.traits.fingerprint, key) ?? opaqueFingerprint(serial, key),
      createdAt: new Date(createdAt),
    }
    this.keyPairs.set(record.id, record, at)
    this.#names.set(record.id, record.name)
    return ok(record)
  }
}

function isMadeOf(name: string, allows: MemoryTraits['nameAllows']): boolean {
  if (allows === 'any') return true
  const inRange = (range: string, character: string): boolean =>
    range.length === 3 ? range.charAt(0) <= character && character <= range.charAt(2) : range === character
  return [...name].every((character) => allows.some((range) => inRange(range, character)))
}

function fingerprintOf(form: MemoryTraits['fingerprint'], key: PublicKey): string | undefined {
  const [overSshForm, overSpki] = md5Forms(key)
  return form === 'opaque' ? undefined : form === 'md5' ? overSshForm : overSpki
}

/**
 * Makes a fingerprint as long as that in the sample of Alibaba Cloud's page ECS 2014-05-26 CreateKeyPair, which is no
 * MD5.
 */
function opaqueFingerprint(serial: number, { line }: PublicKey): string {
  return createHash('sha1').update(`${serial} ${line}`).digest('hex')
}
