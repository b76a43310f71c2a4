import { type CallFailure, refusal } from '@cloud-keypair/core/driver'
import type { VendorRequest } from '@cloud-keypair/core/http'

/** One call of Nova. */
export interface WireRequest extends VendorRequest {
  /** The call as the API reference writes it. */
  readonly action: string
  readonly method: 'GET' | 'POST' | 'DELETE'
  /** Behind the endpoint, with the query. */
  readonly path: string
  readonly body?: object
  /** The name of a key pair that the call makes or names in its path. */
  readonly name?: string
  /** The highest minor number of the microversion that has this call. Default: the negotiated one. */
  readonly upTo?: number
}

/** The minor numbers of the microversions that a cloud offers, as far as they are known here. */
export interface Microversions {
  readonly oldest: number
  readonly newest: number
}

/** From this microversion on, new names may have `@` and `.`, and Nova generates no key. */
const importOnly = 92

/** Returns the minor number of the microversion that a call is made with. */
export function microversionOf({ upTo = Infinity }: WireRequest, { newest }: Microversions): number {
  return Math.min(newest, upTo)
}

/** Returns the failure of a call that the cloud cannot take, before anything is sent. */
export function problemOf(request: WireRequest, offered: Microversions): CallFailure | undefined {
  const { name = '', method } = request
  const minor = microversionOf(request, offered)
  // A URL takes these for steps to another path, also if they are encoded.
  if (name === '.' || name === '..') return refusal('invalid-argument', `a path cannot have the name ${name}`)
  if (minor < offered.oldest) {
    const message = `Nova generates key pairs up to microversion 2.${minor}, and the cloud offers 2.${offered.oldest} and later`
    return refusal('unsupported', message, 'Generate the key pair here, with create.')
  }
  if (method !== 'POST' || minor >= importOnly || !/[.@]/.test(name)) return undefined
  const message = `a name with . or @ needs microversion 2.${importOnly}, and this call is made with 2.${minor}`
  return refusal('invalid-argument', message, 'Use letters, digits, _, - and blanks.')
}

export function listKeyPairs(limit: number, marker: string | undefined): WireRequest {
  const query = new URLSearchParams({ limit: String(limit), ...(marker !== undefined && { marker }) })
  return { action: 'GET /os-keypairs', mutating: false, method: 'GET', path: `/os-keypairs?${query.toString()}` }
}

export function showKeyPair(name: string): WireRequest {
  return { action: 'GET /os-keypairs/{name}', mutating: false, method: 'GET', name, path: pathOf(name) }
}

export function importKeyPair(name: string, publicKey: string): WireRequest {
  return newKeyPair(name, { public_key: publicKey })
}

export function createKeyPair(name: string): WireRequest {
  return { ...newKeyPair(name, {}), upTo: importOnly - 1 }
}

export function deleteKeyPair(name: string): WireRequest {
  return { action: 'DELETE /os-keypairs/{name}', mutating: true, method: 'DELETE', name, path: pathOf(name) }
}

/** Lists servers of the project. The filter `key_name` is a regular expression for some databases, so it is not sent. */
export function listServers(marker: string | undefined): WireRequest {
  const query = new URLSearchParams({ limit: '100', ...(marker !== undefined && { marker }) })
  return { action: 'GET /servers/detail', mutating: false, method: 'GET', path: `/servers/detail?${query.toString()}` }
}

function newKeyPair(name: string, key: object): WireRequest {
  const body = { keypair: { name, type: 'ssh', ...key } }
  return { action: 'POST /os-keypairs', mutating: true, method: 'POST', name, path: '/os-keypairs', body }
}

function pathOf(name: string): string {
  return `/os-keypairs/${encodeURIComponent(name)}`
}
