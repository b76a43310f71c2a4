import { mustBeKnown, type OptionNames } from '../engine/read-options.js'
import { mustBe } from '../errors/type-checks.js'
import type { ServiceOptions, TestingOptions } from './service-options.js'

const serviceOptions: OptionNames<ServiceOptions> = {
  concurrency: true,
  pacer: true,
  attemptTimeoutMs: true,
  testing: true,
}

/** The options that adapters share. */
interface AdapterOptions {
  readonly region?: unknown
  readonly endpoint?: unknown
  readonly profile?: unknown
  readonly certificateAuthorities?: unknown
  readonly credentials?: unknown
  readonly testing?: TestingOptions | undefined
}

/**
 * Throws a `TypeError` for an option that neither the adapter nor a service knows, and for an option that adapters share
 * and that has the wrong type. An adapter gives the names of its options as an object, so that the compiler holds them
 * against its type.
 *
 * @example
 * ```ts
 * checkAdapterOptions('The adapter for Acme', { region: true, credentials: true }, options)
 * ```
 */
export function checkAdapterOptions(
  adapter: string,
  names: Readonly<Record<string, true>>,
  options: AdapterOptions,
): void {
  mustBeKnown(adapter, { ...names, ...serviceOptions }, options)
  const { region, endpoint, profile, certificateAuthorities, credentials, testing } = options
  const homeDirectory = testing?.homeDirectory
  const texts = { region, endpoint, profile, certificateAuthorities, 'testing.homeDirectory': homeDirectory }
  for (const [name, value] of Object.entries<unknown>(texts)) {
    mustBe(value === undefined || typeof value === 'string', `The option ${name} must be a string`)
  }
  mustBe(
    ['undefined', 'function', 'object'].includes(typeof credentials) && credentials !== null,
    'The option credentials must be an object or a function that gives one',
  )
  mustBe(credentials === undefined || profile === undefined, 'The options credentials and profile exclude each other')
}
