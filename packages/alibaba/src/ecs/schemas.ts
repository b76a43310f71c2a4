import type { Secret } from '@cloud-keypair/core'
import type { WireDate } from '@cloud-keypair/core/http'
import * as v from 'valibot'
import { date, isNothing, lenient, listIn, offsetPage, privateKey, text, type Counts, type Maybe } from '../schemas.js'

/** A key pair of DescribeKeyPairs; an import answers with the first two. */
export interface WireKeyPair {
  readonly KeyPairName: string
  readonly KeyPairFingerPrint?: Maybe
  readonly PublicKey?: Maybe
  readonly CreationTime?: WireDate
  readonly ResourceGroupId?: Maybe
  readonly Tags?: readonly WireTag[] | undefined
}

/** A tag of a key pair. */
export interface WireTag {
  readonly TagKey: string
  readonly TagValue: string
}

/** The fields of an instance of DescribeInstances that this package uses. */
export interface WireInstance {
  readonly InstanceId: string
  readonly Status?: Maybe
  readonly KeyPairName?: Maybe
  readonly OSType?: Maybe
}

const tag = v.object({ TagKey: text, TagValue: lenient })

/** Leaves out a tag that makes no sense, and knows of no tags if the list of them makes none. */
const tags: v.GenericSchema<unknown, readonly WireTag[] | undefined> = v.pipe(
  v.unknown(),
  v.transform((holder) => {
    if (holder === undefined) return undefined
    const list = v.safeParse(listIn('Tag', v.unknown()), isNothing(holder) ? { Tag: [] } : holder)
    return list.success ? list.output.flatMap(tagOf) : undefined
  }),
)

function tagOf(entry: unknown): readonly WireTag[] {
  const parsed = v.safeParse(tag, entry)
  return parsed.success ? [{ TagKey: parsed.output.TagKey, TagValue: parsed.output.TagValue ?? '' }] : []
}

const keyPair = v.object({
  KeyPairName: text,
  KeyPairFingerPrint: lenient,
  PublicKey: lenient,
  CreationTime: date,
  ResourceGroupId: lenient,
  Tags: v.optional(tags),
})

export const keyPairSchema: v.GenericSchema<unknown, WireKeyPair> = keyPair

/** Nothing but the private key is insisted on: it comes this once. */
export interface WireCreated {
  readonly KeyPairName?: Maybe
  readonly KeyPairFingerPrint?: Maybe
  readonly PrivateKeyBody: Secret
}

export const createdSchema: v.GenericSchema<unknown, WireCreated> = v.object({
  KeyPairName: lenient,
  KeyPairFingerPrint: lenient,
  PrivateKeyBody: privateKey,
})

export const keyPairPageSchema: v.GenericSchema<unknown, Counts & { readonly items: readonly WireKeyPair[] }> =
  offsetPage('KeyPairs', 'KeyPair', keyPair)

const instance = v.object({ InstanceId: text, Status: lenient, KeyPairName: lenient, OSType: lenient })

/** A list that is paged by token. An empty one may be left out: the token shows that there is a list. */
export const instancePageSchema: v.GenericSchema<
  unknown,
  { readonly Instances: readonly WireInstance[]; readonly NextToken?: Maybe }
> = v.pipe(
  v.record(v.string(), v.unknown()),
  v.transform(({ NextToken, Instances }) => {
    const isList = NextToken !== undefined || (Instances !== undefined && Instances !== null)
    const isEmpty = isList && isNothing(Instances)
    return { NextToken, Instances: isEmpty ? { Instance: [] } : Instances }
  }),
  v.object({ Instances: listIn('Instance', instance), NextToken: v.nullish(v.string()) }),
)

/** The result of attach and detach. Each entry is parsed alone: a malformed one must not hide the others. */
export const resultsSchema: v.GenericSchema<unknown, readonly unknown[]> = v.pipe(
  v.object({ Results: listIn('Result', v.unknown()) }),
  v.transform(({ Results }) => Results),
)

/** Of power actions. */
export const responsesSchema: v.GenericSchema<unknown, readonly unknown[]> = v.pipe(
  v.object({ InstanceResponses: listIn('InstanceResponse', v.unknown()) }),
  v.transform(({ InstanceResponses }) => InstanceResponses),
)
