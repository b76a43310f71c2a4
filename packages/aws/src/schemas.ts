import { Secret, type KeyPair, type PowerState, type Tags } from '@cloud-keypair/core'
import type { GeneratedKeyPair, InstanceRecord, Page } from '@cloud-keypair/core/driver'
import { keyPairFrom, usablePrivateKey } from '@cloud-keypair/core/http'
import * as v from 'valibot'

const text = v.string()
const maybe = v.optional(text)
/** As `maybe`, and anything but a text counts as absent: one odd field makes no list, and no private key, unreadable. */
const lenient: v.GenericSchema<unknown, string | undefined> = v.fallback(maybe, undefined)

/** Reads a list. An empty one is a text of blanks. */
const listOf = <T>(item: v.GenericSchema<unknown, T>): v.GenericSchema<unknown, readonly T[]> =>
  v.pipe(
    v.unknown(),
    v.transform((element) => (typeof element === 'string' && element.trim() === '' ? { item: [] } : element)),
    v.object({ item: v.array(item) }),
    v.transform((list) => list.item),
  )

const tag = v.object({ key: text, value: v.optional(text, '') })
/** Leaves out a tag that makes no sense. */
const tags: v.GenericSchema<unknown, Tags> = v.pipe(
  listOf(v.fallback(v.nullable(tag), null)),
  v.transform((list) => Object.fromEntries(list.flatMap((one) => (one === null ? [] : [[one.key, one.value]])))),
)

const fields = {
  keyPairId: lenient,
  keyFingerprint: lenient,
  publicKey: lenient,
  createTime: lenient,
  tagSet: v.fallback(v.optional(tags), undefined),
}

function keyPairOf(name: string, wire: v.InferOutput<v.ObjectSchema<typeof fields, undefined>>): KeyPair {
  const { keyPairId: id, keyFingerprint: fingerprint, publicKey, createTime: createdAt, tagSet } = wire
  return keyPairFrom({ name, id, fingerprint, publicKey, createdAt, tags: tagSet })
}

/** A key pair, as lists and answers to imports have it. */
export const keyPairSchema: v.GenericSchema<unknown, KeyPair> = v.pipe(
  v.object({ ...fields, keyPairId: v.pipe(text, v.nonEmpty()), keyName: text }),
  v.transform((wire) => keyPairOf(wire.keyName, wire)),
)

export const keyPairsSchema: v.GenericSchema<unknown, readonly KeyPair[]> = v.pipe(
  v.object({ keySet: listOf(keyPairSchema) }),
  v.transform(({ keySet }) => keySet),
)

/**
 * Reads a new key pair, which was asked for under this name. The private key becomes a secret before anything else sees it,
 * and nothing else is insisted on: it comes this once.
 */
export const generatedSchema = (askedName: string): v.GenericSchema<unknown, GeneratedKeyPair> =>
  v.pipe(
    v.object({
      ...fields,
      keyName: lenient,
      keyMaterial: v.pipe(
        text,
        v.regex(/\S/),
        v.transform((pem): Secret => new Secret(usablePrivateKey(pem))),
      ),
    }),
    v.transform(({ keyMaterial: privateKey, ...wire }): GeneratedKeyPair => ({
      keyPair: keyPairOf(wire.keyName || askedName, wire),
      privateKey,
    })),
  )

/** The answer that proves a delete. */
export const deletedSchema: v.GenericSchema<unknown, unknown> = v.object({ return: v.literal('true') })

/** The answer that proves a change of tags: the vendor's model has no `return` in it, its page has one. */
export const taggedSchema: v.GenericSchema<unknown, null> = v.pipe(
  v.object({ requestId: text, return: v.optional(v.literal('true')) }),
  v.transform(() => null),
)

const powers: ReadonlyMap<string, PowerState> = new Map<string, PowerState>([
  ['running', 'running'],
  ['stopped', 'stopped'],
  ['pending', 'starting'],
  ['stopping', 'stopping'],
])

const instance: v.GenericSchema<unknown, InstanceRecord> = v.pipe(
  v.object({ instanceId: text, instanceState: v.optional(v.object({ name: maybe })), keyName: maybe }),
  v.transform(({ instanceId: id, instanceState, keyName: name }): InstanceRecord => ({
    id,
    power: powers.get(instanceState?.name ?? '') ?? 'other',
    ...(name && { keyPair: { name } }),
  })),
)

/** A page of instances, which come in reservations. */
export const instancesSchema: v.GenericSchema<unknown, Page<InstanceRecord>> = v.pipe(
  v.object({
    reservationSet: listOf(v.object({ instancesSet: listOf(instance) })),
    nextToken: maybe,
  }),
  v.transform(({ reservationSet, nextToken }) => ({
    items: reservationSet.flatMap(({ instancesSet }) => instancesSet),
    ...(nextToken?.trim() && { cursor: nextToken }),
  })),
)

/** The owner of an access key, as STS tells it. */
export const ownerSchema: v.GenericSchema<unknown, { readonly account: string; readonly name: string }> = v.pipe(
  v.object({ GetCallerIdentityResult: v.object({ Account: text, Arn: text }) }),
  v.transform(({ GetCallerIdentityResult: { Account: account, Arn: name } }) => ({ account, name })),
)
