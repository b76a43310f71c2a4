import type { KeyPair, Tags } from '../contract/key-pair.js'
import { openSshLine } from '../key-material/parse-public-key.js'

type WireText = string | null | undefined

/** A date as a cloud writes it: a text, or seconds or milliseconds since the epoch. */
export type WireDate = string | number | null | undefined

/** The fields of a key pair as a cloud writes them. */
export interface WireKeyPairFields {
  readonly name: string
  readonly id?: WireText
  readonly fingerprint?: WireText
  /** Some clouds keep the text of an import: what is no OpenSSH line is left out, and so is the comment of one. */
  readonly publicKey?: WireText
  /** An empty one is kept: it is known that there is none. */
  readonly description?: WireText
  readonly tags?: Tags | null | undefined
  readonly group?: WireText
  readonly createdAt?: WireDate
  readonly updatedAt?: WireDate
}

/** Makes a key pair of the fields that a cloud wrote. What is null, empty or no date is as if it were absent. */
export function keyPairFrom({ name, id, fingerprint, group, description, tags, ...wire }: WireKeyPairFields): KeyPair {
  const publicKey = openSshLine(wire.publicKey)
  const createdAt = dateOf(wire.createdAt)
  const updatedAt = dateOf(wire.updatedAt)
  return {
    name,
    ...(id && { id }),
    ...(fingerprint && { fingerprint }),
    ...(publicKey !== undefined && { publicKey }),
    ...(typeof description === 'string' && { description }),
    ...(tags && { tags }),
    ...(group && { group }),
    ...(createdAt && { createdAt }),
    ...(updatedAt && { updatedAt }),
  }
}

// Beyond these seconds, which end in the year 5138, a number counts milliseconds.
const maxSeconds = 1e11

function dateOf(written: WireDate): Date | undefined {
  if (!written) return undefined
  const isSeconds = typeof written === 'number' && written < maxSeconds
  const date = new Date(isSeconds ? written * 1000 : written)
  return Number.isNaN(date.getTime()) ? undefined : date
}
