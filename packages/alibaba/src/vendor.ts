import { createRequire } from 'node:module'

// What is used of the vendor's packages, each part loaded when it is first needed. The types are of what is used: the
// vendor's own ask for more than is read, and don't compile everywhere.

const require = createRequire(import.meta.url)

/** A request as it is signed. */
export interface SignedParts {
  readonly method: string
  readonly pathname: string
  readonly query: Readonly<Record<string, string>>
  readonly headers: Readonly<Record<string, string>>
}

/** The code that flattens parameters and signs. */
export interface VendorUtil {
  query(parameters: Readonly<Record<string, unknown>>): Record<string, string>
  hash(payload: Buffer, algorithm: string): Buffer
  getAuthorization(
    request: SignedParts,
    algorithm: string,
    payloadHash: string,
    accessKeyId: string,
    accessKeySecret: string,
  ): string
}

/** The chain of places that credentials are looked for in. */
export type VendorChain = new () => { getCredential(): Promise<unknown> }

/** Loads the signing code. */
export function loadUtil(): VendorUtil {
  const { default: util }: { readonly default: VendorUtil } = require('@alicloud/openapi-util')
  return util
}

/** Loads the vendor's chain of credentials. */
export function loadChain(): VendorChain {
  const { default: chain }: { readonly default: VendorChain } = require('@alicloud/credentials')
  return chain
}
