import type { Result } from '@cloud-keypair/core'
import type { CallFailure } from '@cloud-keypair/core/driver'
import { createCall, type Call } from './client.js'
import { createCredentials, surroundingsOf } from './credentials.js'
import type { Endpoint } from './endpoint.js'
import type { Judge } from './errors.js'
import type { AlibabaOptions } from './options.js'
import { createSigner } from './signer.js'

/** The differences between the vendor's products on the wire. */
export interface Product {
  /** Returns the address of requests; called by the first one. */
  readonly endpoint: () => Result<Endpoint, CallFailure>
  readonly version: string
  readonly judge: Judge
}

/** The way to a product: what calls it, and what gives back the sockets. */
export interface Connection {
  readonly call: Call
  close(): Promise<void>
}

/** Puts together what calls a product. Nothing is loaded, read or sent before the first call. */
export function connect(options: AlibabaOptions, { endpoint, version, judge }: Product): Connection {
  const surroundings = surroundingsOf(options)
  const call = createCall({
    ...surroundings,
    endpoint,
    credentials: createCredentials(options, surroundings),
    sign: createSigner(version, surroundings.newNonce),
    judge,
  })
  return { call, close: () => surroundings.transport.close() }
}
