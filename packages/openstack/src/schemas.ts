import { type KeyPair, type PowerState, Secret } from '@cloud-keypair/core'
import type { GeneratedKeyPair, InstanceRecord } from '@cloud-keypair/core/driver'
import { timeOf } from '@cloud-keypair/core/credentials'
import { keyPairFrom } from '@cloud-keypair/core/http'
import * as v from 'valibot'

const text = v.string()
type MaybeText = v.GenericSchema<unknown, string | null | undefined>
const maybe: MaybeText = v.nullish(text)
/** As `maybe`, and anything but a text counts as absent: one odd field makes no list, and no private key, unreadable. */
const lenient: MaybeText = v.fallback(maybe, undefined)
const name = v.pipe(text, v.nonEmpty())

const fields = { fingerprint: lenient, public_key: lenient, created_at: lenient }
const wireKeyPair = v.object({ ...fields, name })

function keyPairOf({ public_key, created_at, ...wire }: v.InferOutput<typeof wireKeyPair>): KeyPair {
  // Nova writes UTC without a zone.
  const createdAt = created_at && (/[Z+]/.test(created_at) ? created_at : `${created_at}Z`)
  // Nova keeps the text of the import; that of an x509 pair is a certificate.
  return keyPairFrom({ ...wire, publicKey: public_key, createdAt })
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

/**
 * Reads a new key pair, which was asked for under this name. The private key becomes a secret before anything else sees it,
 * and nothing else is insisted on: it comes this once.
 */
export const generatedSchema = (askedName: string): v.GenericSchema<unknown, GeneratedKeyPair> =>
  v.pipe(
    v.object({
      keypair: v.object({
        ...fields,
        name: lenient,
        private_key: v.pipe(
          text,
          v.regex(/\S/),
          v.transform((pem): Secret => new Secret(pem)),
        ),
      }),
    }),
    v.transform(({ keypair: { private_key: privateKey, ...wire } }): GeneratedKeyPair => ({
      keyPair: keyPairOf({ ...wire, name: wire.name || askedName }),
      privateKey,
    })),
  )

/** The answer that proves a delete: HTTP 204. */
export const deletedSchema: v.GenericSchema<unknown, null> = v.null()

/** A server, and the user whose key pair its name means. */
export interface WireServer {
  readonly instance: InstanceRecord
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
    instance: { id, power: powers.get(status) ?? 'other', ...(key_name && { keyPair: { name: key_name } }) },
    userId: user_id || undefined,
  })),
)

export const serversSchema: v.GenericSchema<unknown, WirePage<WireServer>> = v.pipe(
  v.object({ servers: v.array(server), servers_links: links }),
  v.transform(({ servers, servers_links }) => ({ items: servers, more: hasNext(servers_links) })),
)

/** An endpoint of Nova in the catalog. */
export interface CatalogEndpoint {
  readonly interface: string
  readonly region: string
  readonly url: string
}

/** The facts about a token of Keystone. The token itself is in a header. */
export interface WireToken {
  readonly userId: string
  readonly userName: string
  /** Empty for a token without a project. */
  readonly projectId: string
  /** The end, in milliseconds since the epoch. */
  readonly expiresAt: number
  /** Absent for a token without a project. */
  readonly endpoints: readonly CatalogEndpoint[] | undefined
}

const endpoint: v.GenericSchema<unknown, CatalogEndpoint> = v.pipe(
  v.object({ interface: text, region_id: maybe, region: maybe, url: name }),
  v.transform(({ region_id, region, ...rest }) => ({ ...rest, region: region_id ?? region ?? '' })),
)

/** Reads a part of the catalog, and leaves out the entries that cannot be read: those of other services do not matter. */
function readable<T>(entry: v.GenericSchema<unknown, T>): v.GenericSchema<unknown, readonly T[]> {
  return v.pipe(
    v.array(v.unknown()),
    v.transform((entries) =>
      entries.flatMap((given) => {
        const read = v.safeParse(entry, given)
        return read.success ? [read.output] : []
      }),
    ),
  )
}

const compute = v.object({ type: v.literal('compute'), endpoints: readable(endpoint) })

export const tokenSchema: v.GenericSchema<unknown, WireToken> = v.pipe(
  v.object({
    token: v.object({
      // Without its id, the servers of the user cannot be told from those of others.
      user: v.object({ id: name, name: v.optional(text, '') }),
      project: v.optional(v.object({ id: v.optional(text, '') })),
      expires_at: maybe,
      catalog: v.optional(readable(compute)),
    }),
  }),
  v.transform(({ token: { user, project, expires_at, catalog } }) => ({
    userId: user.id,
    userName: user.name,
    projectId: project?.id ?? '',
    expiresAt: timeOf(expires_at) ?? Infinity,
    endpoints: catalog?.flatMap(({ endpoints }) => endpoints),
  })),
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
