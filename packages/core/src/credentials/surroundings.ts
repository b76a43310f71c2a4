import { homedir } from 'node:os'
import type { Environment } from '../http/proxy.js'
import { createHttpTransport } from '../http/transport.js'
import type { HttpTransport } from '../http/types.js'
import { type Clock, systemClock } from '../scheduling/clock.js'

/** The options of an adapter that say what it works with. */
interface SurroundingOptions {
  readonly transport?: HttpTransport | undefined
  readonly certificateAuthorities?: string | undefined
  readonly testing?:
    | {
        readonly clock?: Clock | undefined
        readonly environment?: Environment | undefined
        readonly homeDirectory?: string | undefined
      }
    | undefined
}

/** The means of an adapter: variables, files, transport and clock. */
export interface Surroundings {
  readonly environment: Environment
  /** The home directory; `undefined` if the user has none, as in a container with its own user id. */
  readonly home: string | undefined
  /** Its `close` leaves a transport of the options open, which is its owner's. */
  readonly transport: HttpTransport
  /** Milliseconds since the epoch. */
  readonly now: () => number
}

/**
 * Returns what the options of an adapter tell it to work with. Nothing is read or sent yet. A transport that is made here
 * reaches the host `direct`, such as the metadata service of an instance, without a proxy.
 */
export function surroundingsOf(
  { transport, certificateAuthorities, testing = {} }: SurroundingOptions,
  direct?: string,
): Surroundings {
  const { clock = systemClock, environment = process.env, homeDirectory } = testing
  const variables = direct === undefined ? environment : withoutProxy(environment, direct)
  return {
    environment,
    home: homeDirectoryOf(homeDirectory),
    transport: transport
      ? withoutClose(transport)
      : createHttpTransport({ environment: variables, certificateAuthorities }),
    now: () => clock.now(),
  }
}

/** Returns a transport that its owner closes. */
function withoutClose(transport: HttpTransport): HttpTransport {
  return { send: (request, signal) => transport.send(request, signal), close: async () => {} }
}

/**
 * Returns the home directory, which an option may name; `undefined` if the user has none, as in a container with a user
 * id of its own.
 */
export function homeDirectoryOf(option: string | undefined): string | undefined {
  try {
    return option ?? homedir()
  } catch {
    return undefined
  }
}

/** Returns an environment in which a host is reached without a proxy, as the metadata service of an instance has to be. */
export function withoutProxy(environment: Environment, host: string): Environment {
  const exempt = environment['no_proxy'] || environment['NO_PROXY']
  return { ...environment, no_proxy: exempt ? `${exempt},${host}` : host }
}
