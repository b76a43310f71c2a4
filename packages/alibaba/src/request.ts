import type { VendorRequest } from '@cloud-keypair/core/http'

/** A parameter before it is flattened: lists become `Name.1`, structures `Tag.1.Key`. */
export type Parameter =
  | string
  | number
  | boolean
  | undefined
  | readonly string[]
  | readonly Readonly<Record<string, string>>[]

/** One action with its parameters. */
export interface WireRequest extends VendorRequest {
  /** By their names on the wire. */
  readonly parameters: Readonly<Record<string, Parameter>>
}
