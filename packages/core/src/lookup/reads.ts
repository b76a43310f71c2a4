import pLimit from 'p-limit'
import type { Limit } from '../contract/capabilities.js'
import { chunksOf } from '../engine/split-batch.js'
import type {
  CallContext,
  CallFailure,
  InstanceRecord,
  KeyPairDriver,
  KeyPairHandle,
  KeyPairStoreDriver,
  Page,
} from '../contract/driver.js'
import type { KeyPair } from '../contract/key-pair.js'
import type { Operation } from '../engine/operation.js'
import { err, ok, type Result } from '../result.js'
import { Walk } from '../engine/pages.js'

type ReadCall = 'lookup' | 'read-instances' | 'list' | 'list-instances'

/** One read, sent again after a passing failure within the operation's retry budget. */
export async function read<T>(
  operation: Operation,
  call: ReadCall,
  send: (context: CallContext) => Promise<Result<T, CallFailure>>,
): Promise<Result<T, CallFailure>> {
  for (let attempt = 0; ; attempt += 1) {
    const result = await operation.call({ call, mutating: false, attempt: attempt + 1, send })
    if (result.isOk() || !result.error.passing) return result
    if (!(await operation.pause(attempt, result.error))) return result
  }
}

/** The key pairs that these handles name, in as few calls as the cloud's limit allows. */
export function readKeyPairs(
  operation: Operation,
  driver: KeyPairStoreDriver,
  handles: readonly KeyPairHandle[],
): Promise<Result<KeyPair[], CallFailure>> {
  const keyOf = ({ id, name }: KeyPair): string => id ?? name
  return readInChunks(
    operation,
    'lookup',
    handles.map(textOf),
    driver.capabilities.lookup,
    driver,
    keyOf,
    (chunk, cursor, context) => {
      const named = new Set(chunk)
      const keyPairs = handles.filter((handle) => named.has(textOf(handle)))
      return driver.doDescribeKeyPairs({ kind: 'exact', keyPairs, cursor }, context)
    },
  )
}

/** The instances of these ids, in as few calls as the cloud's limit allows. */
export async function readInstances(
  operation: Operation,
  driver: KeyPairDriver,
  limit: Limit,
  ids: readonly string[],
): Promise<Result<ReadonlyMap<string, InstanceRecord>, CallFailure>> {
  const idOf = ({ id }: InstanceRecord): string => id
  const records = await readInChunks(
    operation,
    'read-instances',
    ids,
    limit,
    driver,
    idOf,
    (instanceIds, cursor, context) => driver.doDescribeInstances({ kind: 'exact', instanceIds, cursor }, context),
  )
  return records.map((found) => new Map(found.map((record) => [record.id, record])))
}

async function readInChunks<T>(
  operation: Operation,
  call: 'lookup' | 'read-instances',
  texts: readonly string[],
  limit: Limit,
  driver: KeyPairStoreDriver,
  keyOf: (item: T) => string,
  send: (
    texts: readonly string[],
    cursor: string | undefined,
    context: CallContext,
  ) => Promise<Result<Page<T>, CallFailure>>,
): Promise<Result<T[], CallFailure>> {
  const chunks = chunksOf(texts, limit, (text) => driver.weigh(call, text))
  const limited = pLimit(operation.context.concurrency)
  let failed: CallFailure | undefined
  const parts = await Promise.all(
    chunks.map((chunk) =>
      limited(async () => {
        if (failed !== undefined) return err(failed)
        const found = await readAllPages(operation, call, keyOf, (cursor, context) => send(chunk, cursor, context))
        if (found.isErr()) failed = found.error
        return found
      }),
    ),
  )
  if (failed !== undefined) return err(failed)
  return ok(parts.flatMap((part) => part.unwrapOr([])))
}

/** A read of named things is one page, unless the cloud cuts it short: then the rest must not pass for missing. */
async function readAllPages<T>(
  operation: Operation,
  call: ReadCall,
  keyOf: (item: T) => string,
  send: (cursor: string | undefined, context: CallContext) => Promise<Result<Page<T>, CallFailure>>,
): Promise<Result<T[], CallFailure>> {
  const items: T[] = []
  const pages = await readPages(operation, call, keyOf, send, (fresh) => {
    for (const item of fresh) items.push(item)
  })
  return pages.map(() => items)
}

/** Reads page after page to the end, and hands on what is new in each. */
export async function readPages<T>(
  operation: Operation,
  call: ReadCall,
  keyOf: (item: T) => string,
  send: (cursor: string | undefined, context: CallContext) => Promise<Result<Page<T>, CallFailure>>,
  take: (fresh: readonly T[]) => void,
): Promise<Result<null, CallFailure>> {
  const walk = new Walk(keyOf)
  while (walk.unfinished) {
    const page = await read(operation, call, (context) => send(walk.cursor, context))
    const taken = page.andThen((found) => walk.take(found))
    if (taken.isErr()) return err(taken.error)
    take(taken.value)
  }
  return ok(null)
}

function textOf(handle: KeyPairHandle): string {
  return handle.by === 'name' ? handle.name : handle.id
}
