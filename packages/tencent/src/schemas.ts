import { Secret } from '@cloud-keypair/core'
import { usablePrivateKey } from '@cloud-keypair/core/http'
import * as v from 'valibot'

// The vendor's answers: narrow in what is required, loose in what is ignored. What is optional and of another type is as
// if it were absent, so that one odd field sinks no list.

type Maybe = string | null | undefined

/** A key pair of DescribeKeyPairs. */
export interface WireKeyPair {
  readonly KeyId: string
  readonly KeyName: string
  readonly ProjectId?: number | null | undefined
  readonly Description?: Maybe
  readonly PublicKey?: Maybe
  readonly CreatedTime?: Maybe
  readonly Tags?: readonly { readonly Key: string; readonly Value: string }[] | undefined
}

/** The fields of an instance of DescribeInstances that this package uses. */
export interface WireInstance {
  readonly InstanceId: string
  readonly InstanceState?: Maybe
  readonly OsName?: Maybe
  readonly LatestOperationState?: Maybe
  readonly LatestOperationRequestId?: Maybe
  readonly LatestOperationErrorMsg?: Maybe
  readonly LoginSettings?: { readonly KeyIds?: readonly string[] | null | undefined } | null | undefined
}

/** One page of a list. */
export interface WirePage<Entry> {
  readonly items: readonly Entry[]
  readonly total: number
}

const text = v.pipe(v.string(), v.nonEmpty())
const words: v.GenericSchema<unknown, Maybe> = v.fallback(v.nullish(v.string()), undefined)
const tag = v.object({ Key: text, Value: v.fallback(v.string(), '') })
/** Leaves out a tag that makes no sense, and knows of no tags if the list of them makes none. */
const tags = v.fallback(
  v.optional(
    v.pipe(
      v.array(v.fallback(v.nullable(tag), null)),
      v.transform((list) => list.flatMap((one) => one ?? [])),
    ),
  ),
  undefined,
)

const keyPair: v.GenericSchema<unknown, WireKeyPair> = v.object({
  KeyId: text,
  KeyName: text,
  ProjectId: v.fallback(v.nullish(v.number()), undefined),
  Description: words,
  PublicKey: words,
  CreatedTime: words,
  Tags: tags,
})

const instance: v.GenericSchema<unknown, WireInstance> = v.object({
  InstanceId: text,
  InstanceState: words,
  OsName: words,
  LatestOperationState: words,
  LatestOperationRequestId: words,
  LatestOperationErrorMsg: words,
  // A list that cannot be read is no empty list.
  LoginSettings: v.nullish(v.object({ KeyIds: v.nullish(v.array(text)) })),
})

function page<Entry>(list: string, entry: v.GenericSchema<unknown, Entry>): v.GenericSchema<unknown, WirePage<Entry>> {
  return v.pipe(
    v.record(v.string(), v.unknown()),
    v.transform(({ TotalCount, [list]: items }) => ({
      total: TotalCount,
      // Of none there may be no list, or an empty object.
      items: TotalCount === 0 && !Array.isArray(items) ? [] : items,
    })),
    v.object({ items: v.array(entry), total: v.pipe(v.number(), v.integer(), v.minValue(0)) }),
  )
}

/** The result of DescribeKeyPairs. */
export const keyPairsSchema: v.GenericSchema<unknown, WirePage<WireKeyPair>> = page('KeyPairSet', keyPair)

/** The result of DescribeInstances. */
export const instancesSchema: v.GenericSchema<unknown, WirePage<WireInstance>> = page('InstanceSet', instance)

/** The result of ImportKeyPair. */
export const importedSchema: v.GenericSchema<unknown, { readonly KeyId: string }> = v.object({ KeyId: text })

/** The result of CreateKeyPair. Nothing but the private key is insisted on: it comes this once. */
export interface WireCreated {
  readonly KeyId?: Maybe
  readonly PublicKey?: Maybe
  readonly PrivateKey: Secret
}

/** The private key becomes a {@link Secret} here, before anything else sees it. */
export const createdSchema: v.GenericSchema<unknown, WireCreated> = v.pipe(
  v.object({
    KeyPair: v.object({
      KeyId: words,
      PublicKey: words,
      PrivateKey: v.pipe(
        text,
        v.transform((privateKey) => new Secret(usablePrivateKey(privateKey))),
      ),
    }),
  }),
  v.transform(({ KeyPair }) => KeyPair),
)

/** The result of a change: its request id alone. */
export const doneSchema: v.GenericSchema<unknown, { readonly RequestId: string }> = v.object({ RequestId: text })

/** The result of GetCallerIdentity: the owner of the access key. */
export const ownerSchema: v.GenericSchema<unknown, { readonly account: string; readonly name: string }> = v.pipe(
  v.object({ AccountId: text, Arn: text }),
  v.transform(({ AccountId: account, Arn: name }) => ({ account, name })),
)
