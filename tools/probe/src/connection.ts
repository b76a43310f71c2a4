import type { Result } from '@cloud-keypair/core'
import type { CallFailure } from '@cloud-keypair/core/driver'
import type { HttpTransport, CredentialCache } from '@cloud-keypair/core/http'
import type { Send } from './wire.js'

/** The address of the cloud, and the way to reach it. */
export interface Reach {
  /** Default: the environment's. */
  readonly region: string | undefined
  /** Default: the region's own. */
  readonly endpoint: string | undefined
  /** Default: the credentials that the adapter finds. */
  readonly accessKey?: AccessKey | undefined
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly transport: HttpTransport
  /** Called with every credential in use. */
  readonly onSecrets: (secrets: readonly (string | undefined)[]) => void
}

/** An access key of either vendor. */
export interface AccessKey {
  readonly id: string
  readonly secret: string
  /** The token of temporary credentials. */
  readonly token?: string | undefined
}

/** Makes what sends calls to a cloud, with the client and signer of its adapter. */
export type Connect = (reach: Reach) => Connection

export interface Connection {
  readonly send: Send
  /** The region; empty if there is none. */
  readonly region: string
}

/** Credentials of which somebody is told. */
export function telling<T extends object>(
  credentials: CredentialCache<T>,
  tell: (values: T) => void,
): CredentialCache<T> {
  const told = (loaded: Result<T, CallFailure>): Result<T, CallFailure> => {
    if (loaded.isOk()) tell(loaded.value)
    return loaded
  }
  return {
    get: async () => told(await credentials.get()),
    renew: async (refused) => told(await credentials.renew(refused)),
    forget: () => credentials.forget(),
  }
}
