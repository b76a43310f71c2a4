import { createRequire } from 'node:module'
import type { Client as UndiciClient } from 'undici'

// Loaded part by part: the whole of undici, with fetch, agents and web sockets, takes three times as long to load.
// The version is exact, as the paths are undocumented.

const require = createRequire(import.meta.url)

/** undici's connection to one origin. */
export type Client = UndiciClient

export const Client: typeof UndiciClient = loadClient()

type Connect = (
  this: Client,
  options: { path: string; headers: Record<string, string>; signal: AbortSignal },
) => Promise<{
  readonly statusCode: number
}>

/** Asks a proxy for a tunnel. With the whole of undici it is a method of the connection. */
export function loadConnect(): Connect {
  return require('undici/lib/api/api-connect.js')
}

function loadClient(): typeof UndiciClient {
  return require('undici/lib/dispatcher/client.js')
}
