import type { CallFailure, KeyPairHandle } from '../contract/key-pair-driver.js'
import type { KeyPair } from '../contract/key-pair.js'
import type { Operation } from '../engine/operation.js'
import { readInChunks, readPages } from '../engine/pages.js'
import { pollMs, shownWithinMs } from '../engine/time-limits.js'
import type { Failure } from '../errors/failures.js'
import { err, ok, type Result } from '../result.js'
import { exactlyOne, isNamedBy } from './reference.js'

/**
 * Finds the key pair that an earlier run may have imported just before it was killed. It may not be listed yet, and if names
 * repeat, a second import would succeed: so this waits until it is listed.
 */
export function findKeyPairWhenListed(operation: Operation, handle: KeyPairHandle): Promise<Result<KeyPair, Failure>> {
  const { driver } = operation
  const look = (): Promise<Result<KeyPair, Failure>> => findKeyPair(operation, handle)
  return driver.capabilities.name.unique ? look() : waitUntilListed(operation, look)
}

/** Reads the key pairs of a name that an earlier run may have used, with time as of {@link findKeyPairWhenListed}. */
export function findByNameWhenListed(operation: Operation, name: string): ReturnType<typeof findByName> {
  const { driver } = operation
  const look = (): ReturnType<typeof findByName> => findByName(operation, name)
  return driver.capabilities.name.unique ? look() : waitUntilListed(operation, look)
}

/** Reads again while nothing is found, for as long as a key pair may take to be listed. */
export async function waitUntilListed<T extends KeyPair | readonly KeyPair[]>(
  { context: { clock }, sleep }: Operation,
  look: () => Promise<Result<T, Failure>>,
): Promise<Result<T, Failure>> {
  const until = clock.now() + shownWithinMs
  for (;;) {
    const found = await look()
    const isMissing = found.match(
      (keyPairs) => Array.isArray(keyPairs) && keyPairs.length === 0,
      ({ code }) => code === 'not-found',
    )
    if (!isMissing || clock.now() >= until || !(await sleep(pollMs))) return found
  }
}

/**
 * Reads the key pairs that these handles name, in as few calls as the cloud's limit allows. Reads again while one that this
 * service just made is not listed.
 */
export async function readKeyPairs(
  operation: Operation,
  handles: readonly KeyPairHandle[],
): Promise<Result<KeyPair[], CallFailure>> {
  const { unlisted, clock } = operation.context
  for (;;) {
    const read = await readOnce(operation, handles)
    if (read.isErr()) return read
    unlisted.drop(read.value)
    const isWhole = !handles.some((handle) => unlisted.has(handle, clock.now()))
    if (isWhole || !(await operation.sleep(pollMs))) return read
  }
}

function readOnce(operation: Operation, handles: readonly KeyPairHandle[]): Promise<Result<KeyPair[], CallFailure>> {
  const { driver } = operation
  const byText = groupedBy(handles, handleText)
  return readInChunks<KeyPair>(operation, handles.map(handleText), {
    call: 'lookup',
    limit: driver.capabilities.lookup,
    keyOf: ({ id, name }) => id ?? name,
    send: (chunk, cursor, context) => {
      const keyPairs = [...new Set(chunk)].flatMap((text) => byText.get(text) ?? [])
      return driver.doDescribeKeyPairs({ kind: 'exact', keyPairs, cursor }, context)
    },
  })
}

function handleText(handle: KeyPairHandle): string {
  return handle.by === 'name' ? handle.name : handle.id
}

/** Finds the one key pair that a handle names. */
export async function findKeyPair(operation: Operation, handle: KeyPairHandle): Promise<Result<KeyPair, Failure>> {
  const found = await readKeyPairs(operation, [handle])
  return found.andThen((keyPairs) => exactlyOne(keyPairs, handle))
}

/** Finds the key pairs that have this name. */
export async function findByName(operation: Operation, name: string): Promise<Result<KeyPair[], Failure>> {
  const handle: KeyPairHandle = { by: 'name', name }
  const found = await readKeyPairs(operation, [handle])
  return found.map((keyPairs) => keyPairs.filter((keyPair) => isNamedBy(handle, keyPair)))
}

/** Reads every key pair. Each page adds to the retry budget, as it is a call of its own. */
export async function readAllKeyPairs(operation: Operation): Promise<Result<readonly KeyPair[], CallFailure>> {
  const { driver } = operation
  const { pageSize } = driver.capabilities
  const all = { kind: 'list', pageSize, namePrefix: '', md5Fingerprint: undefined, tags: {}, group: undefined } as const
  const keyPairs: KeyPair[] = []
  const read = await readPages<KeyPair>(
    operation,
    'list',
    ({ id, name }) => id ?? name,
    (cursor, context) => driver.doDescribeKeyPairs({ ...all, cursor }, context),
    (page) => {
      operation.expectCalls(1)
      for (const keyPair of page) keyPairs.push(keyPair)
    },
  )
  return read.isErr() ? err(read.error) : ok(keyPairs)
}

/** Groups items by a text, in their order. */
export function groupedBy<T>(items: readonly T[], textOf: (item: T) => string | undefined): Map<string, T[]> {
  const groups = new Map<string, T[]>()
  for (const item of items) {
    const text = textOf(item)
    if (text === undefined) continue
    const group = groups.get(text)
    if (group === undefined) groups.set(text, [item])
    else group.push(item)
  }
  return groups
}
