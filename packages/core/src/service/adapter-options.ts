import type { OptionNames } from '../engine/read-options.js'
import { mustBe, mustBeKnown } from '../errors/type-checks.js'
import { mustBeObject, mustHaveMethods } from '../foreign-values.js'
import type { HttpTransport } from '../http/types.js'
import { readTestingOptions } from './read-service-options.js'
import type { ServiceOptions, TestingOptions } from './service-options.js'

const serviceOptions: OptionNames<ServiceOptions> = {
  concurrency: true,
  pacer: true,
  attemptTimeoutMs: true,
  testing: true,
}

const connectionOptions: OptionNames<ConnectionOptions> = {
  transport: true,
  certificateAuthorities: true,
  testing: true,
}

/** The options of every adapter. */
export interface ConnectionOptions {
  /** Sends the requests. Default: a new transport, which `close` closes. A given one stays open. */
  readonly transport?: HttpTransport | undefined
  /**
   * The certificates (PEM) of authorities to trust in place of those of Node.js, for a proxy or gateway that signs
   * answers. Default: those of Node.js, and of the file that `NODE_EXTRA_CA_CERTS` names.
   */
  readonly certificateAuthorities?: string | undefined
  /** The clock, chance and surroundings that a test sets. */
  readonly testing?: TestingOptions | undefined
}

/** The names of the options that an adapter has besides {@link ConnectionOptions}. */
export type OwnOptions<Options> = Readonly<Record<Exclude<keyof Options, keyof ConnectionOptions>, true>>

/** The options that adapters share. */
interface AdapterOptions extends ConnectionOptions {
  readonly region?: unknown
  readonly endpoint?: unknown
  readonly profile?: unknown
  readonly credentials?: unknown
}

/**
 * Throws a `TypeError` for an option that neither the adapter nor a service knows, and for an option that adapters share
 * and that has the wrong type. An adapter gives the names of its own options as an object, so that the compiler holds
 * them against its type.
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
  mustBeObject(options, `The options of ${adapter}`)
  mustBeKnown(adapter, { ...names, ...connectionOptions, ...serviceOptions }, options)
  const { region, endpoint, profile, certificateAuthorities, credentials, transport, testing } = options
  readTestingOptions(testing)
  mustHaveMethods(transport, 'The option transport', 'send', 'close')
  const texts = { region, endpoint, profile, certificateAuthorities }
  for (const [name, value] of Object.entries<unknown>(texts)) {
    mustBe(value === undefined || typeof value === 'string', `The option ${name} must be a string`)
  }
  mustBe(
    ['undefined', 'function', 'object'].includes(typeof credentials) && credentials !== null,
    'The option credentials must be an object or a function that gives one',
  )
  mustBe(credentials === undefined || profile === undefined, 'The options credentials and profile exclude each other')
}
