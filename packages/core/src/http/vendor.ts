import type connect from 'undici/lib/api/api-connect.js'
import type Client from 'undici/lib/dispatcher/client.js'
import { type Loader, loadOnce } from './load-once.js'

/** The parts of undici that are used: the connection to one origin, and what asks a proxy for a tunnel. */
export interface Undici {
  readonly Client: typeof Client
  readonly connect: typeof connect
}

/** Loads undici part by part: the whole of it, with fetch, agents and web sockets, takes three times as long to load. */
export const loadUndici: Loader<Undici> = loadOnce('undici', async () => ({
  Client: (await import('undici/lib/dispatcher/client.js')).default,
  connect: (await import('undici/lib/api/api-connect.js')).default,
}))
