import { type KeyPair, type PowerState, Secret } from '@cloud-keypair/core'
import type { GeneratedKeyPair } from '@cloud-keypair/core/driver'
import * as v from 'valibot'

const text = v.string()
const maybe = v.nullish(text)
const name = v.pipe(text, v.nonEmpty())

/** The type and base64 of an OpenSSH line. Nova keeps the text of the import; that of an x509 pair is a certificate. */
const openSshLine = /^\s*((?:ssh|ecdsa|sk)-[\w.@-]+ [A-Za-z0-9+/]+={0,2})(?:\s|$)/

const keyPairEntries = { name, fingerprint: maybe, public_key: maybe, created_at: maybe }
const wireKeyPair = v.object(keyPairEntries)

function keyPairOf({ fingerprint, public_key, created_at, ...wire }: v.InferOutput<typeof wireKeyPair>): KeyPair {
  const publicKey = openSshLine.exec(public_key ?? '')?.[1]
  // Without a zone, and in UTC.
  const createdAt = new Date(/[Z+]/.test(created_at ?? '') ? (created_at ?? '') : `${created_at}Z`)
  return {
    name: wire.name,
    ...(fingerprint && { fingerprint }),
    ...(publicKey !== undefined && { publicKey }),
    ...(!Number.isNaN(createdAt.getTime()) && { createdAt }),
  }
}

/** A page of a list, and if there is another one. */
export interface WirePage<T> {
  readonly items: readonly T[]
  readonly more: boolean
}

const links = v.optional(v.array(v.object({ rel: text })), [])
const hasNext = (list: v.InferOutput<typeof links>): boolean => list.some(({ rel }) => rel === 'next')

export const keyPairSchema: v.GenericSchema<unknown, KeyPair> = v.pipe(
  v.object({ keypair: wireKeyPair }),
  v.transform(({ keypair }) => keyPairOf(keypair)),
)

export const keyPairsSchema: v.GenericSchema<unknown, WirePage<KeyPair>> = v.pipe(
  v.object({ keypairs: v.array(v.object({ keypair: wireKeyPair })), keypairs_links: links }),
  v.transform(({ keypairs, keypairs_links }) => ({
    items: keypairs.map(({ keypair }) => keyPairOf(keypair)),
    more: hasNext(keypairs_links),
  })),
)

/** A new key pair with its private key, which becomes a secret before anything else sees it. */
export const generatedSchema: v.GenericSchema<unknown, GeneratedKeyPair> = v.pipe(
  v.object({
    keypair: v.object({
      ...keyPairEntries,
      private_key: v.pipe(
        text,
        v.regex(/\S/),
        v.transform((pem): Secret => new Secret(pem)),
      ),
    }),
  }),
  v.transform(({ keypair: { private_key: privateKey, ...wire } }): GeneratedKeyPair => ({
    keyPair: keyPairOf(wire),
    privateKey,
  })),
)

/** The answer that proves a delete: HTTP 204. */
export const deletedSchema: v.GenericSchema<unknown, null> = v.null()

/** A server, and the user whose key pair its name means. */
export interface WireServer {
  readonly id: string
  readonly power: PowerState
  readonly keyName: string | undefined
  readonly userId: string | undefined
}

// docs.openstack.org/api-guide/compute/server_concepts.html
const powers: ReadonlyMap<string, PowerState> = new Map<string, PowerState>([
  ['ACTIVE', 'running'],
  ['SHUTOFF', 'stopped'],
  ['REBOOT', 'rebooting'],
  ['HARD_REBOOT', 'rebooting'],
])

const server: v.GenericSchema<unknown, WireServer> = v.pipe(
  v.object({ id: name, status: v.optional(text, ''), key_name: maybe, user_id: maybe }),
  v.transform(({ id, status, key_name, user_id }) => ({
    id,
    power: powers.get(status) ?? 'other',
    keyName: key_name || undefined,
    userId: user_id || undefined,
  })),
)

export const serversSchema: v.GenericSchema<unknown, WirePage<WireServer>> = v.pipe(
  v.object({ servers: v.array(server), servers_links: links }),
  v.transform(({ servers, servers_links }) => ({ items: servers, more: hasNext(servers_links) })),
)

/** A user or a project. */
interface Named {
  readonly id: string
  readonly name: string
}

/** A service of the catalog, and its addresses. */
export interface CatalogService {
  readonly type: string
  readonly endpoints: readonly CatalogEndpoint[]
}

/** One address of a service. */
export interface CatalogEndpoint {
  readonly interface: string
  readonly region: string
  readonly url: string
}

/** A token of Keystone, but for the token itself, which is in a header. */
export interface WireToken {
  readonly user: Named
  readonly project?: Named | undefined
  readonly expires_at?: string | null | undefined
  /** Absent of a token without a project. */
  readonly catalog?: readonly CatalogService[] | undefined
}

const named: v.GenericSchema<unknown, Named> = v.object({ id: v.optional(text, ''), name: v.optional(text, '') })

const endpoint: v.GenericSchema<unknown, CatalogEndpoint> = v.pipe(
  v.object({ interface: text, region_id: maybe, region: maybe, url: text }),
  v.transform(({ region_id, region, ...rest }) => ({ ...rest, region: region_id ?? region ?? '' })),
)

export const tokenSchema: v.GenericSchema<unknown, WireToken> = v.pipe(
  v.object({
    token: v.object({
      user: named,
      project: v.optional(named),
      expires_at: maybe,
      catalog: v.optional(v.array(v.object({ type: text, endpoints: v.optional(v.array(endpoint), []) }))),
    }),
  }),
  v.transform(({ token }) => token),
)

/** The range of microversions; empty texts on an API that has none. */
export interface VersionRange {
  readonly version: string
  readonly min_version: string
}

export const versionSchema: v.GenericSchema<unknown, VersionRange> = v.pipe(
  v.object({ version: v.object({ version: v.optional(text, ''), min_version: v.optional(text, '') }) }),
  v.transform(({ version }) => version),
)
