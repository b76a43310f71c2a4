import { mustBeKnown, type OptionNames } from '../engine/read-options.js'
import type { ServiceOptions } from './service-options.js'

const serviceOptions: OptionNames<ServiceOptions> = {
  concurrency: true,
  pacer: true,
  attemptTimeoutMs: true,
  testing: true,
}

/**
 * Throws a `TypeError` if options have a name that neither the adapter nor a service knows. An adapter gives the names of
 * its options as an object, so that the compiler holds them against its type.
 *
 * @example
 * ```ts
 * checkOptionNames('createAcmeDriver', { region: true, credentials: true }, options)
 * ```
 */
export function checkOptionNames(made: string, names: Readonly<Record<string, true>>, options: object): void {
  mustBeKnown(made, { ...names, ...serviceOptions }, options)
}
