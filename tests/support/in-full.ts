/**
 * True in `pnpm test:all`, false in `pnpm test`: tests that take long try fewer steps or runs there, in the same way.
 * vitest.all.config.ts sets the variable.
 */
export const inFull = process.env['CLOUD_KEYPAIR_TESTS_IN_FULL'] === 'true'
