import {
  err,
  type MetadataSupport,
  parsePublicKey,
  type PublicKey,
  type Random,
  type Result,
  type Secret,
  type Tags,
} from '@cloud-keypair/core'
import type { KeyPairHandle } from '@cloud-keypair/core/driver'
import type { Refusal, Verdict } from './answer.js'
import type { Action, CallItem } from './gateway.js'
import * as refusals from './refusals.js'
import type { KeyPairRecord, Region } from './region.js'
import { judgeItems } from './verdicts.js'

/** The input of a create. */
export interface CreateKeyPairBody {
  readonly name: string
  readonly description?: string
  readonly tags?: Tags
  readonly group?: string
}

export interface ImportKeyPairBody extends CreateKeyPairBody {
  /** An OpenSSH line. */
  readonly publicKey: string
}

/** A key pair that the cloud generated; the private key is given once. */
export interface CreatedKeyPair {
  readonly keyPair: KeyPairRecord
  readonly privateKey?: Secret
}

/** Imports the public key of a key pair. */
export function importKeyPair(region: Region): Action<ImportKeyPairBody, KeyPairRecord> {
  return {
    name: 'ImportKeyPair',
    mutating: true,
    callOf: () => 'import',
    itemsOf: () => [],
    perform: ({ publicKey, ...body }, { now }) =>
      parsePublicKey(publicKey)
        .mapErr(({ message }) => refusals.invalidRequest(message))
        .andThen((key) => add(region, body, key, now)),
  }
}

/** Generates a key pair. */
export function createKeyPair(region: Region): Action<CreateKeyPairBody, CreatedKeyPair> {
  return {
    name: 'CreateKeyPair',
    mutating: true,
    callOf: () => 'create',
    itemsOf: () => [],
    perform: (body, { now }) => {
      if (!region.traits.createInCloud) return err(refusals.invalidRequest('This cloud generates no key pairs.'))
      const { publicKey, privateKey } = region.generateKeyPair()
      return add(region, body, publicKey, now).map((keyPair) => ({ keyPair, privateKey }))
    },
    replayed: ({ keyPair, privateKey }) =>
      region.traits.createReplay === 'with-private-key' && privateKey !== undefined
        ? { keyPair, privateKey }
        : { keyPair },
  }
}

function add(region: Region, body: CreateKeyPairBody, key: PublicKey, now: number): Result<KeyPairRecord, Refusal> {
  const refusal = unkept(region, body, ['at-creation', 'any-time']) ?? untaken(region, key)
  if (refusal !== undefined) return err(refusal)
  const { name, description = '', tags = {}, group = '' } = body
  return region.addKeyPair({ name, description, tags, group, key }, now)
}

/** A refusal of the key itself: its type, its size, or that a key pair has it. */
function untaken({ traits, keyPairs }: Region, key: PublicKey): Refusal | undefined {
  const { keyTypes, rsaBits, keysOnce } = traits
  if (keyTypes !== 'undocumented' && !keyTypes.includes(key.type))
    return refusals.invalidRequest(`Keys are of type ${keyTypes.join(' or ')}.`)
  if (key.type === 'ssh-rsa' && rsaBits !== 'undocumented' && !rsaBits.includes(key.bits))
    return refusals.invalidRequest(`RSA keys have ${rsaBits.join(' or ')} bits.`)
  const isTaken = keysOnce && keyPairs.values().some(({ publicKey }) => publicKey === key.line)
  return isTaken ? refusals.publicKeyExists : undefined
}

/** Metadata to change; absent fields stay. */
export interface UpdateKeyPairBody {
  readonly keyPair: KeyPairHandle
  readonly description?: string
  /** Added to the present tags. */
  readonly tags?: Tags
  readonly removedTags?: readonly string[]
  readonly group?: string
}

/** Changes the metadata of a key pair. */
export function updateKeyPair(region: Region): Action<UpdateKeyPairBody, null> {
  return {
    name: 'UpdateKeyPair',
    mutating: true,
    callOf: () => 'update',
    itemsOf: () => [],
    perform: ({ keyPair, removedTags = [], ...given }, { now }) => {
      const refusal = unkept(region, given, ['after-creation', 'any-time'])
      if (refusal !== undefined) return err(refusal)
      return region.resolve(keyPair).map((record) => {
        const { description = record.description, group = record.group } = given
        const kept = Object.entries({ ...record.tags, ...given.tags }).filter(([key]) => !removedTags.includes(key))
        region.keyPairs.set(record.id, { ...record, description, group, tags: Object.fromEntries(kept) }, now)
        return null
      })
    },
  }
}

/** Returns the refusal of the first field that this cloud does not keep, or cannot set in this call. */
function unkept(
  { traits }: Region,
  given: Pick<CreateKeyPairBody, 'description' | 'tags' | 'group'>,
  enough: readonly MetadataSupport[],
): Refusal | undefined {
  const field = (['description', 'tags', 'group'] as const).find(
    (name) => given[name] !== undefined && !enough.includes(traits[name]),
  )
  return field === undefined ? undefined : refusals.invalidRequest(`This cloud does not take the ${field}.`)
}

// With `deleteAfterDetach: 'after-seconds'`, a detached key pair counts as bound for so long.
const releaseMs = 10_000

/** Deletes key pairs, with a verdict on each under its `key`. */
export function deleteKeyPairs(region: Region, random: Random): Action<readonly DeletedKeyPair[], readonly Verdict[]> {
  const { traits } = region
  return {
    name: 'DeleteKeyPairs',
    mutating: true,
    limit: 'delete',
    judgesItems: true,
    callOf: () => 'delete',
    itemsOf: (body) => body,
    perform: (body, moment) => {
      const handles = new Map(body.map(({ key, handle }) => [key, handle]))
      const resolve = (item: CallItem): Result<KeyPairRecord, Refusal> => {
        const handle = handles.get(item.key)
        return handle === undefined ? err(refusals.keyPairNotFound) : region.resolve(handle)
      }
      const bound = new Set(region.instances.values().flatMap(({ keys }) => keys.bound))
      const held = (id: string): boolean =>
        bound.has(id) ||
        (traits.deleteAfterDetach === 'after-seconds' &&
          moment.now < (region.detachedAt.get(id) ?? -Infinity) + releaseMs)
      return judgeItems(body, {
        verdictOrder: traits.verdictOrder,
        refusal: traits.refusal,
        random,
        moment,
        gone: refusals.keyPairNotFound,
        refuse: (item) => {
          const found = resolve(item)
          if (found.isErr()) return found.error
          if (!traits.refusesInUse || traits.deletesSilently || !held(found.value.id)) return undefined
          return traits.inUseCode === 'in-use' ? refusals.keyPairInUse : refusals.strange
        },
        apply: (item) => {
          resolve(item).map(({ id }) => {
            const isLeft = traits.refusesInUse && traits.deletesSilently && held(id)
            if (!isLeft) region.keyPairs.set(id, undefined, moment.now)
          })
        },
      })
    },
  }
}

/** A key pair to delete. */
export interface DeletedKeyPair extends CallItem {
  readonly handle: KeyPairHandle
}
