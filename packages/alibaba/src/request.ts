/** A parameter before it is flattened: lists become `Name.1`, structures `Tag.1.Key`. */
export type Field =
  | string
  | number
  | boolean
  | undefined
  | readonly string[]
  | readonly Readonly<Record<string, string>>[]

/** One action with its parameters. */
export interface WireRequest {
  readonly action: string
  readonly mutating: boolean
  /** By the names that the product's {@link Naming} takes. */
  readonly fields: Readonly<Record<string, Field>>
  /** The instances that it is about, where a refusal may be about some of them. */
  readonly instanceIds?: readonly string[]
}

/** Gives the parameters of a request the names that they have on the wire. */
export type Naming = (request: WireRequest) => Readonly<Record<string, unknown>>
