import type { CallFailure, Result } from '@cloud-keypair/core'
import { createHttpTransport } from '@cloud-keypair/core/http'
import { randomUUID } from 'node:crypto'
import { createCall, type Call } from './client.js'
import { createCredentialSource } from './credentials.js'
import type { Endpoint } from './endpoint.js'
import type { Judge } from './errors.js'
import type { AlibabaOptions } from './options.js'
import { createSigner } from './signer.js'

/** What sets one product of the vendor's apart from another on the wire. */
export interface Product {
  readonly endpoint: Result<Endpoint, CallFailure>
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
  const { environment = process.env, certificateAuthorities } = options
  const transport = options.transport ?? createHttpTransport({ environment, certificateAuthorities })
  const call = createCall({
    endpoint,
    credentials: createCredentialSource(options),
    sign: createSigner(version, options.newNonce ?? randomUUID),
    transport,
    judge,
    now: options.now ?? Date.now,
  })
  return {
    call,
    close: async () => {
      if (options.transport === undefined) await transport.close()
    },
  }
}
