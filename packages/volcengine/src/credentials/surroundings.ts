import type { TimeLimit } from '@cloud-keypair/core/credentials'
import type { HttpTransport } from '@cloud-keypair/core/http'

/** The surroundings that sources of credentials read: files, environment, transport and clock. */
export interface Surroundings {
  readonly environment: Readonly<Record<string, string | undefined>>
  /** The home directory; `undefined` if the user has none, as in a container with its own user id. */
  readonly home: string | undefined
  readonly transport: HttpTransport
  /** Milliseconds since the epoch. */
  readonly now: () => number
  /** Makes time limits. Default: of real time. */
  readonly limit?: TimeLimit | undefined
}
