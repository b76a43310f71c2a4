import type { Secret } from '@cloud-keypair/core'
import * as v from 'valibot'
import { lenient, listIn, maybe, offsetPage, privateKey, text, type Counts, type Maybe } from '../schemas.js'

/** A key pair of DescribeKeyPairs; an import answers with the first two. */
export interface WireKeyPair {
  readonly KeyPairName: string
  readonly KeyPairFingerPrint?: Maybe
  readonly PublicKey?: Maybe
  readonly CreationTime?: Maybe
  readonly ResourceGroupId?: Maybe
  readonly Tags?:
    | { readonly Tag?: readonly { readonly TagKey: string; readonly TagValue?: Maybe }[] | null | undefined }
    | null
    | undefined
}

/** What is used of an instance of DescribeInstances. */
export interface WireInstance {
  readonly InstanceId: string
  readonly Status: string
  readonly KeyPairName?: Maybe
  readonly OSType?: Maybe
}

const keyPair = v.object({
  KeyPairName: text,
  KeyPairFingerPrint: maybe,
  PublicKey: maybe,
  CreationTime: maybe,
  ResourceGroupId: maybe,
  Tags: v.nullish(v.object({ Tag: v.nullish(v.array(v.object({ TagKey: v.string(), TagValue: maybe }))) })),
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

const instance = v.object({ InstanceId: text, Status: text, KeyPairName: maybe, OSType: maybe })

export const instancePageSchema: v.GenericSchema<
  unknown,
  { readonly Instances: readonly WireInstance[]; readonly NextToken?: Maybe }
> = v.object({ Instances: listIn('Instance', instance), NextToken: maybe })

/** Of attach and detach. Each entry is parsed by itself: one that makes no sense must not hide the others. */
export const resultsSchema: v.GenericSchema<unknown, readonly unknown[]> = v.pipe(
  v.object({ Results: listIn('Result', v.unknown()) }),
  v.transform(({ Results }) => Results),
)

/** Of power actions. */
export const responsesSchema: v.GenericSchema<unknown, readonly unknown[]> = v.pipe(
  v.object({ InstanceResponses: listIn('InstanceResponse', v.unknown()) }),
  v.transform(({ InstanceResponses }) => InstanceResponses),
)
