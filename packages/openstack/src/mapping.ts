import { err, type KeyPair, ok, type Result } from '@cloud-keypair/core'
import type { CallFailure, InstanceRecord, Page } from '@cloud-keypair/core/driver'
import * as v from 'valibot'
import type { WirePage, WireServer } from './schemas.js'
import type { Session } from './session.js'

/** A position in the list of key pairs. */
export interface Position {
  /** The name after which the page begins. */
  readonly marker?: string | undefined
  /** The names of earlier pages: a list that was begun again shows them once more. */
  readonly given: readonly string[]
  /** The number of times that the list was begun again. */
  readonly restarts: number
}

const maxRestarts = 2
const position: v.GenericSchema<unknown, Position> = v.object({
  marker: v.optional(v.string()),
  given: v.array(v.string()),
  restarts: v.number(),
})

export function positionOf(cursor: string | undefined): Position {
  return cursor === undefined ? { given: [], restarts: 0 } : v.parse(position, JSON.parse(cursor))
}

/** Makes a page of key pairs without those of earlier pages. */
export function keyPairPage({ items, more }: WirePage<KeyPair>, { given, restarts }: Position): Page<KeyPair> {
  const earlier = new Set(given)
  const marker = items.at(-1)?.name
  const next: Position = { marker, given: [...given, ...items.map(({ name }) => name)], restarts }
  return {
    items: items.filter(({ name }) => !earlier.has(name)),
    ...(more && marker !== undefined && { cursor: JSON.stringify(next) }),
  }
}

/** Begins the list again if the key pair after which the page begins was deleted, twice at most. */
export function beginAgain(failure: CallFailure, { given, restarts }: Position): Result<Page<KeyPair>, CallFailure> {
  if (failure.code !== 'busy' || restarts === maxRestarts) return err(failure)
  return ok({ items: [], cursor: JSON.stringify({ given, restarts: restarts + 1 }) })
}

/**
 * Makes a page of servers. One of another user of the project has a key pair of that user, whatever its name: it is
 * left out.
 */
export function serverPage({ items, more }: WirePage<WireServer>, { userId }: Session): Page<InstanceRecord> {
  const last = items.at(-1)?.instance.id
  const own = items.filter((server) => server.userId === undefined || server.userId === userId)
  return {
    items: own.map(({ instance }) => instance),
    ...(more && last !== undefined && { cursor: last }),
  }
}
