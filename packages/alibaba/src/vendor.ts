import Module, { createRequire } from 'node:module'

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

/**
 * Loads a copy of the signing code that is ours alone, without `@alicloud/tea-util`: it uses that for bodies that are
 * forms, which are never sent here, and what comes with it (web sockets, XML, lodash, moment) would take longer to load
 * than all the rest. What others in the process load of either stays whole. The copy is registered where Node.js keeps
 * what is loaded, and is the same for every driver.
 */
export function loadUtil(): VendorUtil {
  const path = require.resolve('@alicloud/openapi-util')
  const ours = `${path}#cloud-keypair`
  const kept = require.cache[ours] ?? new Module(ours)
  if (!kept.loaded) {
    kept.exports = loadCopy(path)
    kept.loaded = true
    require.cache[ours] = kept
  }
  const { default: util }: { readonly default: VendorUtil } = kept.exports
  return util
}

function loadCopy(path: string): unknown {
  const unused = createRequire(path).resolve('@alicloud/tea-util')
  const theirs = { [path]: require.cache[path], [unused]: require.cache[unused] }
  const empty = new Module(unused)
  empty.loaded = true
  Reflect.deleteProperty(require.cache, path)
  require.cache[unused] = empty
  try {
    return require(path)
  } finally {
    for (const [name, module] of Object.entries(theirs)) {
      if (module === undefined) Reflect.deleteProperty(require.cache, name)
      else require.cache[name] = module
    }
  }
}

/** Loads the vendor's chain of credentials. */
export function loadChain(): VendorChain {
  const { default: chain }: { readonly default: VendorChain } = require('@alicloud/credentials')
  return chain
}
