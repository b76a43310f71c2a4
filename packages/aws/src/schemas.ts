import { Secret, type KeyPair, type PowerState } from '@cloud-keypair/core'
import { timeOf } from '@cloud-keypair/core/credentials'
import { type GeneratedKeyPair, type InstanceRecord, openSshLine, type Page } from '@cloud-keypair/core/driver'
import { usablePrivateKey } from '@cloud-keypair/core/http'
import * as v from 'valibot'

type MaybeText = v.GenericSchema<unknown, string | undefined>

const text = v.string()
const maybe: MaybeText = v.optional(text)
/** A field of an answer that comes once: anything but a text counts as absent. */
const lenient: MaybeText = v.fallback(maybe, undefined)

/** Reads a list. An empty one is a text of blanks. */
const listOf = <T>(item: v.GenericSchema<unknown, T>): v.GenericSchema<unknown, readonly T[]> =>
  v.pipe(
    v.unknown(),
    v.transform((element) => (typeof element === 'string' && element.trim() === '' ? { item: [] } : element)),
    v.object({ item: v.array(item) }),
    v.transform((list) => list.item),
  )

const tags = v.pipe(
  listOf(v.object({ key: text, value: v.optional(text, '') })),
  v.transform((list) => Object.fromEntries(list.map(({ key, value }) => [key, value]))),
)

const fieldsOf = (field: MaybeText) => ({
  keyPairId: field,
  keyName: field,
  keyFingerprint: field,
  publicKey: field,
  createTime: field,
  tagSet: v.optional(v.unknown()),
})
const wireKeyPair = v.object({ ...fieldsOf(maybe), keyPairId: v.pipe(text, v.nonEmpty()), keyName: text })
type WireKeyPair = Omit<v.InferOutput<typeof wireKeyPair>, 'keyPairId'> & { readonly keyPairId?: string | undefined }

function keyPairOf(wire: WireKeyPair): KeyPair {
  const { keyPairId: id, keyName: name, keyFingerprint: fingerprint, createTime, tagSet } = wire
  // A text that was uploaded in another form is left out.
  const publicKey = openSshLine(wire.publicKey)
  const createdAt = timeOf(createTime)
  const read = v.safeParse(tags, tagSet)
  return {
    ...(id && { id }),
    name,
    ...(fingerprint && { fingerprint }),
    ...(publicKey !== undefined && { publicKey }),
    ...(read.success && { tags: read.output }),
    ...(createdAt !== undefined && { createdAt: new Date(createdAt) }),
  }
}

/** A key pair, as lists and answers to imports have it. */
export const keyPairSchema: v.GenericSchema<unknown, KeyPair> = v.pipe(
  wireKeyPair,
  v.transform((wire) => keyPairOf(wire)),
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
      ...fieldsOf(lenient),
      keyMaterial: v.pipe(
        text,
        v.regex(/\S/),
        v.transform((pem): Secret => new Secret(usablePrivateKey(pem))),
      ),
    }),
    v.transform(({ keyMaterial: privateKey, ...wire }): GeneratedKeyPair => ({
      keyPair: keyPairOf({ ...wire, keyName: wire.keyName || askedName }),
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
