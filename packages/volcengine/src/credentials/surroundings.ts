import type { Surroundings as CoreSurroundings, TimeLimit } from '@cloud-keypair/core/credentials'

/** The surroundings that sources of credentials read: files, environment, transport and clock. */
export interface Surroundings extends CoreSurroundings {
  /** Makes time limits. Default: of real time. */
  readonly limit?: TimeLimit | undefined
}
