import type { Surroundings as CoreSurroundings, TimeLimit } from '@cloud-keypair/core/credentials'

/** The surroundings that sources of credentials read: files, environment, transport and clock. */
export interface Surroundings extends CoreSurroundings {
  /** Makes a text that no request was signed with before. */
  readonly newNonce: () => string
  /** Makes time limits. Default: of real time. */
  readonly limit?: TimeLimit | undefined
}

/** Reads a variable without white space around it; `undefined` if it is empty. */
export function variable({ environment }: Pick<Surroundings, 'environment'>, name: string): string | undefined {
  return environment[name]?.trim() || undefined
}

/** True if a variable is `true`, in any case, as the vendor's tools read switches. */
export function isOn({ environment }: Pick<Surroundings, 'environment'>, name: string): boolean {
  return environment[name]?.trim().toLowerCase() === 'true'
}
