import type { JsonObject } from '../json.js'
import { fingerprintOf, type GeneratedKeyPair, publicKeyBlob } from '../public-key.js'
import type { OpenStackAccount } from './identity.js'
import { type Answer, refuse } from './answer.js'
import { type KeyPairRecord, keyOf, type Region, type ServerRecord } from './region.js'
import type { OpenStackVariants } from './variants.js'

/** The context of a call of Nova. */
export interface ActionContext {
  readonly region: Region
  readonly account: OpenStackAccount
  readonly variants: OpenStackVariants
  /** The minor number of the microversion of the call. */
  readonly minor: number
  /** The name in the path. */
  readonly name: string
  readonly query: URLSearchParams
  readonly body: string
  /** The URL of the list, for the links of pages. */
  readonly listUrl: string
  readonly now: number
  /** The time of the world that reads show: `now`, or a little earlier. */
  readonly readAt: number
  /** The most items of a page, whatever the call asks for. */
  readonly pageItems?: number | undefined
  /** For a key pair that Nova generates. */
  readonly generated: GeneratedKeyPair | undefined
}

/** The calls of Nova, by the names that faults and recorded calls have. */
export type ActionName =
  | 'ListKeyPairs'
  | 'ShowKeyPair'
  | 'ImportKeyPair'
  | 'CreateKeyPair'
  | 'DeleteKeyPair'
  | 'ListServers'

/** The functions that carry out the calls. */
export const actions: Readonly<Record<ActionName, (context: ActionContext) => Answer>> = {
  ListKeyPairs: listKeyPairs,
  ShowKeyPair: showKeyPair,
  ImportKeyPair: newKeyPair,
  CreateKeyPair: newKeyPair,
  DeleteKeyPair: deleteKeyPair,
  ListServers: listServers,
}

/** Returns the fingerprint as Nova writes it; undefined if it can make none. */
export function fingerprintOfLine(line: string): string | undefined {
  const blob = publicKeyBlob(line)
  return blob === undefined ? undefined : (fingerprintOf(blob, 'md5', '').match(/../g) ?? []).join(':')
}

/** A page of a list, or the refusal of its query. */
type Paged<T> = Answer | { readonly page: readonly T[]; readonly links: readonly JsonObject[] }

/** Cuts a page out of a list: after the marker, as long as `limit` and the cloud allow. */
function paged<T>(
  context: ActionContext,
  all: readonly T[],
  idOf: (item: T) => string,
  gone: (marker: string) => string,
): Paged<T> {
  const { query, variants, listUrl, pageItems = Infinity } = context
  const limit = Number(query.get('limit') ?? variants.maxLimit)
  if (!Number.isInteger(limit) || limit < 0) return refuse(400, 'Invalid input for query parameters limit.')
  const marker = query.get('marker')
  const at = marker === null ? 0 : all.findIndex((item) => idOf(item) === marker) + 1
  if (marker !== null && at === 0) return refuse(400, gone(marker))
  const size = Math.min(limit, variants.maxLimit, pageItems)
  const page = all.slice(at, at + size)
  const last = page.at(-1)
  if (last === undefined || page.length < size) return { page, links: [] }
  // Nova gives a link whenever the page is full.
  const next = new URLSearchParams({ ...Object.fromEntries(query), marker: idOf(last) })
  const url = variants.linkHost === 'own' ? listUrl : 'http://nova-behind-the-proxy:8774/v2.1/list'
  return { page, links: [{ rel: 'next', href: `${url}?${next.toString()}` }] }
}

function listKeyPairs(context: ActionContext): Answer {
  const { region, account, readAt, minor, query } = context
  const unknown = [...query.keys()].find((key) => !['limit', 'marker', 'user_id'].includes(key))
  if (minor >= 75 && unknown !== undefined)
    return refuse(400, `Additional properties are not allowed ('${unknown}' was unexpected)`)
  const own = region.keyPairs
    .values(readAt)
    .filter(({ userId }) => userId === account.userId)
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
  const entries = (list: readonly KeyPairRecord[]): JsonObject => ({
    keypairs: list.map((one) => ({ keypair: shown(one, minor) })),
  })
  if (minor < 35) return { status: 200, body: entries(own) }
  const found = paged(
    context,
    own,
    ({ name }) => name,
    (marker) => `Marker ${marker} could not be found.`,
  )
  if (!('page' in found)) return found
  const { page, links } = found
  return { status: 200, body: { ...entries(page), ...(links.length > 0 && { keypairs_links: links }) } }
}

function shown({ name, publicKey, fingerprint }: KeyPairRecord, minor: number): JsonObject {
  return { name, public_key: publicKey, fingerprint, ...(minor >= 2 && { type: 'ssh' }) }
}

function showKeyPair({ region, account, name, readAt, minor }: ActionContext): Answer {
  const [found] = region.keyPairs.values(readAt, new Set([keyOf(account.userId, name)]))
  if (found === undefined) return noKeyPair(account.userId, name)
  // Without a zone, as Nova writes it.
  const createdAt = new Date(found.createdAt).toISOString().replace(/\.\d+Z$/, '.000000')
  const rest = {
    user_id: found.userId,
    created_at: createdAt,
    updated_at: null,
    deleted: false,
    deleted_at: null,
    id: 1,
  }
  return { status: 200, body: { keypair: { ...shown(found, minor), ...rest } } }
}

function noKeyPair(userId: string, name: string): Answer {
  return refuse(404, `Keypair ${name} not found for user ${userId}`)
}

/** Reads the key pair of a request, or refuses it. */
function readNew({
  body,
  minor,
}: ActionContext): Answer | { readonly name: string; readonly publicKey: string | undefined } {
  const parsed: unknown = JSON.parse(body)
  const keypair: unknown =
    typeof parsed === 'object' && parsed !== null && 'keypair' in parsed ? parsed.keypair : undefined
  const fields = new Map<string, unknown>(Object.entries(keypair ?? {}))
  const unknown = [...fields.keys()].find((key) => !['name', 'type', 'public_key', 'user_id'].includes(key))
  if (unknown !== undefined) return refuse(400, `Additional properties are not allowed ('${unknown}' was unexpected)`)
  const name = fields.get('name')
  const safe = minor >= 92 ? /^[@._\- \da-z]+$/i : /^[_\- \da-z]+$/i
  if (typeof name !== 'string' || name.length > 255 || !safe.test(name) || name.trim() !== name) {
    return refuse(
      400,
      `Invalid input for field/attribute name. Only expected characters: [${minor >= 92 ? '@.' : ''}_- and letters and digits]`,
    )
  }
  const publicKey = fields.get('public_key')
  if (publicKey === undefined && minor >= 92) return refuse(400, "Invalid input: 'public_key' is a required property")
  return { name, publicKey: typeof publicKey === 'string' ? publicKey : undefined }
}

function newKeyPair(context: ActionContext): Answer {
  const { region, account, variants, now, minor, generated } = context
  const read = readNew(context)
  if ('status' in read) return read
  const { name, publicKey = generated?.publicKey ?? '' } = read
  const fingerprint = fingerprintOfLine(publicKey)
  if (fingerprint === undefined) return refuse(400, 'Keypair data is invalid: failed to generate fingerprint')
  const { userId } = account
  const own = region.keyPairs.values(now).filter((known) => known.userId === userId)
  if (variants.maxKeyPairs >= 0 && own.length >= variants.maxKeyPairs) {
    return refuse(403, 'Quota exceeded, too many key pairs.')
  }
  if (own.some((known) => known.name === name)) return refuse(409, `Key pair '${name}' already exists.`)
  const record = { userId, name, publicKey, fingerprint, createdAt: now }
  region.keyPairs.set(keyOf(userId, name), record, now)
  const made = read.publicKey === undefined && generated !== undefined ? { private_key: generated.privateKey } : {}
  return { status: minor >= 2 ? 201 : 200, body: { keypair: { ...shown(record, minor), user_id: userId, ...made } } }
}

function deleteKeyPair({ region, account, name, now, minor }: ActionContext): Answer {
  const key = keyOf(account.userId, name)
  if (region.keyPairs.get(key) === undefined) return noKeyPair(account.userId, name)
  region.keyPairs.delete(key, now)
  return { status: minor >= 2 ? 204 : 202 }
}

function listServers(context: ActionContext): Answer {
  const { region, readAt } = context
  const all = region.servers.values(readAt)
  const found = paged<ServerRecord>(
    context,
    all,
    ({ id }) => id,
    (marker) => `marker [${marker}] not found`,
  )
  if (!('page' in found)) return found
  const servers = found.page.map(({ id, status, keyName, userId }) => ({
    id,
    name: id,
    status,
    key_name: keyName ?? null,
    user_id: userId,
  }))
  return { status: 200, body: { servers, ...(found.links.length > 0 && { servers_links: found.links }) } }
}
