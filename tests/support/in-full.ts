/**
 * True in `pnpm test:all`, false in `pnpm test`: tests that take long try fewer steps or runs there, in the same way.
 * vitest.all.config.ts sets the variable.
 */
export const inFull = process.env['CLOUD_KEYPAIR_TESTS_IN_FULL'] === 'true'

/** Returns the number of runs of a property: these in `pnpm test:all`, a fifth of them in `pnpm test`. */
export function runs(inFullRuns: number): number {
  return inFull ? inFullRuns : Math.ceil(inFullRuns / 5)
}
