import type connect from 'undici/lib/api/api-connect.js'
import type Client from 'undici/lib/dispatcher/client.js'
import { type Loader, loadOnce } from './load-once.js'

// Undici is loaded part by part: the whole of it, with fetch, agents and web sockets, takes three times as long to load.

/** The connection to one origin. */
export type UndiciClient = typeof Client

/** Loads the connection to one origin. */
export const loadClient: Loader<UndiciClient> = loadOnce(
  'undici',
  async () => (await import('undici/lib/dispatcher/client.js')).default,
)

/** Loads the method of a connection that asks a proxy for a tunnel. */
export const loadConnect: Loader<typeof connect> = loadOnce(
  'undici',
  async () => (await import('undici/lib/api/api-connect.js')).default,
)
