/** A value that JSON can say. */
export type Json = string | number | boolean | null | readonly Json[] | JsonObject

/** An object that JSON can say. */
export interface JsonObject {
  readonly [key: string]: Json
}
