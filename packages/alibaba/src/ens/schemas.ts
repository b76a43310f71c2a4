import type { Secret } from '@cloud-keypair/core'
import type { WireDate } from '@cloud-keypair/core/http'
import * as v from 'valibot'
import { date, lenient, offsetPage, privateKey, text, type Counts, type Maybe } from '../schemas.js'

/** A key pair of DescribeKeyPairs; an import answers without an id. */
export interface WireKeyPair {
  readonly KeyPairName: string
  readonly KeyPairId?: Maybe
  readonly KeyPairFingerPrint?: Maybe
  readonly CreationTime?: WireDate
}

/** The fields of an instance of DescribeInstances that this package uses. */
export interface WireInstance {
  readonly InstanceId: string
  readonly Status?: Maybe
  readonly KeyPairName?: Maybe
}

const keyPair = v.object({
  KeyPairName: text,
  KeyPairId: lenient,
  KeyPairFingerPrint: lenient,
  CreationTime: date,
})

export const keyPairSchema: v.GenericSchema<unknown, WireKeyPair> = keyPair

/** Nothing but the private key is insisted on: it comes this once. */
export interface WireCreated {
  readonly KeyPairName?: Maybe
  readonly KeyPairId?: Maybe
  readonly KeyPairFingerPrint?: Maybe
  readonly PrivateKeyBody: Secret
}

export const createdSchema: v.GenericSchema<unknown, WireCreated> = v.object({
  KeyPairName: lenient,
  KeyPairId: lenient,
  KeyPairFingerPrint: lenient,
  PrivateKeyBody: privateKey,
})

export const keyPairPageSchema: v.GenericSchema<unknown, Counts & { readonly items: readonly WireKeyPair[] }> =
  offsetPage('KeyPairs', 'KeyPair', keyPair)

const instance = v.object({ InstanceId: text, Status: lenient, KeyPairName: lenient })

export const instancePageSchema: v.GenericSchema<unknown, Counts & { readonly items: readonly WireInstance[] }> =
  offsetPage('Instances', 'Instance', instance)

/** The result of attach and detach. Each entry is parsed alone: a malformed one must not hide the others. */
export const resultsSchema: v.GenericSchema<unknown, readonly unknown[]> = v.pipe(
  v.object({ Results: v.array(v.unknown()) }),
  v.transform(({ Results }) => Results),
)
