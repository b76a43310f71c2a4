import { Secret } from '@cloud-keypair/core'
import { type AnswerHead, usablePrivateKey, type WireDate } from '@cloud-keypair/core/http'
import * as v from 'valibot'

// The vendor's answers: narrow in what is required, loose in what is ignored. What is optional and of another type is as
// if it were absent, so that one odd field sinks no list. No issue of these schemas may leave the package as it is,
// since an issue holds the input.

type Maybe = string | null | undefined

/** The `Error` of an answer. Whatever is there, something was refused. */
interface WireError {
  readonly Code?: Maybe
  readonly Message?: Maybe
}

/** A key pair of DescribeKeyPairs; an import answers with the first three. */
export interface WireKeyPair {
  readonly KeyPairName: string
  readonly KeyPairId?: Maybe
  readonly FingerPrint?: Maybe
  readonly Description?: Maybe
  readonly ProjectName?: Maybe
  readonly CreatedAt?: WireDate
  readonly UpdatedAt?: WireDate
  readonly Tags?: readonly WireTag[] | undefined
}

/** A tag of a key pair. */
export interface WireTag {
  readonly Key: string
  readonly Value: string
}

/** The fields of an instance of DescribeInstances that this package uses. */
export interface WireInstance {
  readonly InstanceId: string
  readonly Status?: Maybe
  readonly KeyPairName?: Maybe
  readonly KeyPairId?: Maybe
  readonly OsType?: Maybe
}

/** One entry of `OperationDetails`, whatever its id is called. */
export interface WireDetail {
  readonly id: string
  readonly error: WireError | null | undefined
}

const text = v.pipe(v.string(), v.nonEmpty())
const scalar = v.pipe(v.union([v.string(), v.number(), v.boolean()]), v.transform(String))
/** Takes anything, and knows nothing of what is not a text. */
const words: v.GenericSchema<unknown, Maybe> = v.fallback(v.nullish(v.string()), undefined)
/** Takes anything, and knows nothing of what is not a text, a number or a flag. */
const lenient: v.GenericSchema<unknown, Maybe> = v.fallback(v.nullish(scalar), undefined)
const date: v.GenericSchema<unknown, WireDate> = v.fallback(v.nullish(v.union([v.string(), v.number()])), undefined)

const tag = v.object({ Key: text, Value: lenient })

/** Leaves out a tag that makes no sense, and knows of no tags if the list of them makes none. Null is an empty list. */
const tags: v.GenericSchema<unknown, readonly WireTag[] | undefined> = v.pipe(
  v.unknown(),
  v.transform((given) => (given === null || isEmpty(given) ? [] : given)),
  v.transform((given) => (Array.isArray(given) ? given.flatMap(tagOf) : undefined)),
)

function tagOf(entry: unknown): readonly WireTag[] {
  const parsed = v.safeParse(tag, entry)
  return parsed.success ? [{ Key: parsed.output.Key, Value: parsed.output.Value ?? '' }] : []
}

function isEmpty(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0
}

/** Takes anything. */
const errorSchema: v.GenericSchema<unknown, WireError> = v.fallback(v.object({ Code: words, Message: words }), {
  Code: undefined,
  Message: undefined,
})

/** docs.byteplus.com/en/docs/ecs/Responses. `CodeN`, `Service` and more may be there or not. */
export const headSchema: v.GenericSchema<unknown, AnswerHead> = v.pipe(
  v.object({ ResponseMetadata: v.object({ RequestId: lenient, Error: v.nullish(errorSchema) }) }),
  v.transform(({ ResponseMetadata: { RequestId, Error: error } }) => ({
    requestId: RequestId || undefined,
    ...(error && { error: { code: error.Code ?? undefined, message: error.Message ?? undefined } }),
  })),
)

const keyPair = v.object({
  KeyPairName: text,
  KeyPairId: lenient,
  FingerPrint: lenient,
  Description: lenient,
  ProjectName: lenient,
  CreatedAt: date,
  UpdatedAt: date,
  Tags: v.optional(tags),
})

/** The result of ImportKeyPair. */
export const keyPairSchema: v.GenericSchema<unknown, WireKeyPair> = keyPair

/** One page of a list. */
export interface WirePage<Entry> {
  readonly items: readonly Entry[]
  readonly NextToken?: Maybe
}

/**
 * Makes the schema of a page. The service is written in Go: an empty list may be null, or left out:
 * then the token, or a count of nothing, shows that it is a page.
 */
function page<Entry>(list: string, entry: v.GenericSchema<unknown, Entry>): v.GenericSchema<unknown, WirePage<Entry>> {
  return v.pipe(
    v.record(v.string(), v.unknown()),
    v.transform(({ NextToken, TotalCount, [list]: items }) => {
      const isPage = items !== undefined || NextToken !== undefined || TotalCount === 0
      return { NextToken, items: isPage && (isEmpty(items ?? {}) || items === '') ? [] : items }
    }),
    v.object({ items: v.array(entry), NextToken: v.nullish(v.string()) }),
  )
}

/** The result of DescribeKeyPairs. */
export const keyPairPageSchema: v.GenericSchema<unknown, WirePage<WireKeyPair>> = page('KeyPairs', keyPair)

/** The result of DescribeInstances. */
export const instancePageSchema: v.GenericSchema<unknown, WirePage<WireInstance>> = page(
  'Instances',
  v.object({ InstanceId: text, Status: lenient, KeyPairName: lenient, KeyPairId: lenient, OsType: lenient }),
)

/** Nothing but the private key is insisted on: it comes this once. */
export interface WireCreated {
  readonly KeyPairName?: Maybe
  readonly KeyPairId?: Maybe
  readonly FingerPrint?: Maybe
  readonly PrivateKey: Secret
}

/** The result of CreateKeyPair. The private key becomes a {@link Secret} here, before anything else sees it. */
export const createdSchema: v.GenericSchema<unknown, WireCreated> = v.object({
  KeyPairName: words,
  KeyPairId: words,
  FingerPrint: words,
  PrivateKey: v.pipe(
    text,
    v.transform((privateKey) => new Secret(usablePrivateKey(privateKey))),
  ),
})

/** The result of ModifyKeyPairAttribute. */
export const modifiedSchema: v.GenericSchema<unknown, { readonly KeyPairName: string }> = v.object({
  KeyPairName: text,
})

/**
 * The result of everything that answers by item. Each entry is parsed by itself: one that makes no sense must not hide
 * the others.
 */
export const operationSchema: v.GenericSchema<unknown, { readonly OperationDetails: readonly unknown[] }> = v.object({
  OperationDetails: v.array(v.unknown()),
})

/** The field with the id of an entry of `OperationDetails`. */
export type DetailId = 'InstanceId' | 'KeyPairName' | 'ResourceId'

// An error that says nothing may be the way in which "none" is written: that entry is no verdict.
const refused = v.pipe(
  v.object({ Code: words, Message: words }),
  v.check(({ Code, Message }) => Boolean(Code) || Boolean(Message)),
)

/** Makes the schema of an entry of `OperationDetails`. */
export function detailSchema(idName: DetailId): v.GenericSchema<unknown, WireDetail> {
  return v.pipe(
    v.looseObject({ Error: v.nullish(refused) }),
    v.transform((entry) => ({ id: entry[idName], error: entry.Error })),
    v.object({ id: text, error: v.custom<WireDetail['error']>(() => true) }),
  )
}
