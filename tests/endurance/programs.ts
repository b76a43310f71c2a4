import { fileURLToPath } from 'node:url'
import { compiledPackages } from '../support/compiled-packages.js'

/** The programs that run as processes of their own. */
export const programs = ['one', 'worker'] as const

/** See {@link programs}. */
export type Program = (typeof programs)[number]

/** The options of Node.js for those processes. */
export const processFlags = [compiledPackages, '--expose-gc', '--enable-source-maps'] as const

/** Returns the compiled file of a program. A compiled program has the others beside it. */
export function programFile(name: Program): string {
  const here = import.meta.url
  const folder = here.endsWith('.mjs') ? new URL('.', here) : new URL('../../node_modules/.cache/endurance/', here)
  return fileURLToPath(new URL(`${name}.mjs`, folder))
}
