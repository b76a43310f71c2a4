import { Secret } from '@cloud-keypair/core'
import * as v from 'valibot'

// The vendor's answers: narrow in what is required, loose in what is ignored. No issue of these schemas may leave
// the package as it is, since an issue holds the input.

type Maybe = string | null | undefined

/** The `Error` of an answer. Whatever is there, something was refused. */
export interface WireError {
  readonly Code?: Maybe
  readonly Message?: Maybe
}

/** What every answer is wrapped in. */
export interface Envelope {
  readonly ResponseMetadata?: { readonly RequestId?: Maybe; readonly Error?: unknown } | null | undefined
  readonly Result?: unknown
}

/** A key pair of DescribeKeyPairs; an import answers with the first three. */
export interface WireKeyPair {
  readonly KeyPairName: string
  readonly KeyPairId?: Maybe
  readonly FingerPrint?: Maybe
  readonly Description?: Maybe
  readonly ProjectName?: Maybe
  readonly CreatedAt?: Maybe
  readonly UpdatedAt?: Maybe
  readonly Tags?: readonly { readonly Key: string; readonly Value?: Maybe }[] | null | undefined
}

/** What is used of an instance of DescribeInstances. */
export interface WireInstance {
  readonly InstanceId: string
  readonly Status: string
  readonly KeyPairName?: Maybe
  readonly KeyPairId?: Maybe
  readonly OsType?: Maybe
}

/** One entry of `OperationDetails`, whatever its id is called. */
export interface WireDetail {
  readonly id: string
  readonly error: { readonly Code: string; readonly Message?: Maybe } | null | undefined
}

const text = v.pipe(v.string(), v.nonEmpty())
const maybe = v.nullish(v.string())
const lenient = v.fallback(maybe, undefined)

/** Takes anything. */
export const errorSchema: v.GenericSchema<unknown, WireError> = v.fallback(
  v.object({ Code: lenient, Message: lenient }),
  {},
)

/** docs.byteplus.com/en/docs/ecs/Responses. `CodeN`, `Service` and more may be there or not. */
export const envelopeSchema: v.GenericSchema<unknown, Envelope> = v.object({
  ResponseMetadata: v.nullish(v.object({ RequestId: lenient, Error: v.optional(v.unknown()) })),
  Result: v.optional(v.unknown()),
})

const keyPair = v.object({
  KeyPairName: text,
  KeyPairId: maybe,
  FingerPrint: maybe,
  Description: maybe,
  ProjectName: maybe,
  CreatedAt: maybe,
  UpdatedAt: maybe,
  Tags: v.nullish(v.array(v.object({ Key: v.string(), Value: maybe }))),
})

/** The result of ImportKeyPair. */
export const keyPairSchema: v.GenericSchema<unknown, WireKeyPair> = keyPair

/** The result of DescribeKeyPairs. The service is written in Go, where an empty list may come as null. */
export const keyPairPageSchema: v.GenericSchema<
  unknown,
  { readonly KeyPairs: readonly WireKeyPair[] | null; readonly NextToken?: Maybe }
> = v.object({ KeyPairs: v.nullable(v.array(keyPair)), NextToken: maybe })

/** The result of DescribeInstances. */
export const instancePageSchema: v.GenericSchema<
  unknown,
  { readonly Instances: readonly WireInstance[] | null; readonly NextToken?: Maybe }
> = v.object({
  Instances: v.nullable(
    v.array(v.object({ InstanceId: text, Status: text, KeyPairName: maybe, KeyPairId: maybe, OsType: maybe })),
  ),
  NextToken: maybe,
})

/** Nothing but the private key is insisted on: it comes this once. */
export interface WireCreated {
  readonly KeyPairName?: Maybe
  readonly KeyPairId?: Maybe
  readonly FingerPrint?: Maybe
  readonly PrivateKey: Secret
}

/** The result of CreateKeyPair. The private key becomes a {@link Secret} here, before anything else sees it. */
export const createdSchema: v.GenericSchema<unknown, WireCreated> = v.object({
  KeyPairName: lenient,
  KeyPairId: lenient,
  FingerPrint: lenient,
  PrivateKey: v.pipe(
    text,
    v.transform((privateKey) => new Secret(privateKey)),
  ),
})

/** The result of ModifyKeyPairAttribute. */
export const modifiedSchema: v.GenericSchema<unknown, { readonly KeyPairName: string }> = v.object({
  KeyPairName: text,
})

/** The result of everything that answers by item. Each entry is parsed by itself: one that makes no sense must not hide the others. */
export const operationSchema: v.GenericSchema<unknown, { readonly OperationDetails: readonly unknown[] }> = v.object({
  OperationDetails: v.array(v.unknown()),
})

/** What an entry of `OperationDetails` calls its id. */
export type DetailId = 'InstanceId' | 'KeyPairName' | 'ResourceId'

/** Makes the schema of an entry of `OperationDetails`. */
export function detailSchema(idName: DetailId): v.GenericSchema<unknown, WireDetail> {
  return v.pipe(
    v.looseObject({ Error: v.nullish(v.object({ Code: text, Message: maybe })) }),
    v.transform((entry) => ({ id: entry[idName], error: entry.Error })),
    v.object({ id: text, error: v.custom<WireDetail['error']>(() => true) }),
  )
}
