import { createHash } from 'node:crypto'
import { fingerprintOf, publicKeyBlob } from '../public-key.js'
import { randomText, type Random } from '../random.js'
import type { KeyPairRecord, Region } from './region.js'
import type { VolcengineVariants } from './variants.js'

/**
 * True if a text can be the name of a key pair: 2 to 64 characters, segments of letters, digits and `-` with a `.`
 * between them. The page (volcengine.com/docs/6396/120445) does not list `_`, and its own sample is `ssh_key_pair`.
 */
export function isKeyPairName(name: string): boolean {
  return name.length >= 2 && name.length <= 64 && /^[A-Za-z0-9_]+(?:[-.][A-Za-z0-9_]+)*$/.test(name)
}

/** True if a text can be a description (volcengine.com/docs/6396/120449). Empty is one. */
export function isDescription(text: string): boolean {
  return (
    text === '' || (text.length <= 255 && /^[A-Za-z\p{Script=Han}][\p{Script=Han}A-Za-z0-9. _\-=,，。]*$/u.test(text))
  )
}

/** True if a text can be the name of a project (volcengine.com/docs/6396/120445). */
export function isProjectName(text: string): boolean {
  return /^[A-Za-z0-9_.-]{1,64}$/.test(text)
}

/** The input of a key pair. */
export interface KeyPairInput {
  readonly name: string
  readonly publicKey: string
  readonly description: string
  readonly project: string
  readonly tags: Readonly<Record<string, string>>
}

/** Records a key pair. Undefined if the public key is none. */
export function addKeyPair(
  region: Region,
  keyPair: KeyPairInput,
  {
    random,
    variants,
    at,
    createdAt,
  }: {
    readonly random: Random
    readonly variants: VolcengineVariants
    /** The time from which reads show the key pair. */
    readonly at: number
    readonly createdAt: number
  },
): KeyPairRecord | undefined {
  const blob = publicKeyBlob(keyPair.publicKey)
  if (blob === undefined) return undefined
  const id = `kp-${randomText(random, 18, 'abcdefghijklmnopqrstuvwxyz0123456789')}`
  const opaque = createHash('sha1').update(id).update(blob).digest('hex')
  const record: KeyPairRecord = {
    ...keyPair,
    id,
    serial: region.nextSerial(),
    fingerprint: fingerprintOf(blob, variants.fingerprint, opaque),
    createdAt,
    updatedAt: createdAt,
  }
  region.keyPairs.set(id, record, at)
  region.names.set(id, record.name)
  return record
}
