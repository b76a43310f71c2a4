import {
  type InstanceBatch,
  type InstanceItem,
  isKeyPairError,
  type KeyPair,
  type KeyPairError,
  type KeyPairErrorCode,
  type KeyPairErrorInit,
  type KeyPairReference,
  type KeyPairStore,
  type Result,
  ResultAsync,
} from '@cloud-keypair/core'
import {
  type CallContext,
  type CallFailure,
  type ItemVerdict,
  type KeyPairDriver,
  keyPairError,
  type Page,
} from '@cloud-keypair/core/driver'

// Answers of mutants, and calls that they make unasked.

/** Changes the answer of an operation. */
export function answering<T, E>(
  answer: ResultAsync<T, E>,
  change: (result: Result<T, E>) => Result<T, E> | Promise<Result<T, E>>,
): ResultAsync<T, E> {
  return new ResultAsync(Promise.resolve(answer).then(change))
}

/** Makes an operation of steps. */
export function operation<T, E>(steps: () => Promise<Result<T, E>>): ResultAsync<T, E> {
  return new ResultAsync(steps())
}

/** Makes an operation after an unasked step. */
export function after<T, E>(step: Promise<unknown>, next: () => ResultAsync<T, E>): ResultAsync<T, E> {
  return operation(async () => {
    await step
    return next()
  })
}

/** Returns the batch of an answer, complete or not. */
export function batchIn(result: Result<InstanceBatch, KeyPairError<InstanceBatch>>): InstanceBatch | undefined {
  if (result.isOk()) return result.value
  return result.error.code === 'incomplete' ? result.error.details.batch : undefined
}

/** Returns a batch of these items. */
export function batchWith(items: readonly InstanceItem[]): InstanceBatch {
  return {
    items,
    succeeded: items.filter((item) => item.status === 'succeeded'),
    failed: items.filter((item) => item.status === 'failed'),
    unknown: items.filter((item) => item.status === 'unknown'),
    leftStopped: [],
  }
}

/** Returns a success of an instance. */
export function done(id: string): Extract<InstanceItem, { status: 'succeeded' }> {
  return { id, status: 'succeeded', changed: true, effect: 'at-next-start' }
}

/** Returns a success without optional fields. */
export function plainlyDone(item: InstanceItem): InstanceItem {
  return item.status === 'succeeded' ? done(item.id) : item
}

/** Returns a success that has reached the guest. */
export function inEffect(item: InstanceItem): InstanceItem {
  return item.status === 'succeeded' ? { ...item, effect: 'now' } : item
}

/** Returns a driver's success for every item. */
export function allDone(ids: readonly string[]): readonly ItemVerdict[] {
  return ids.map((id) => ({ id, ok: true }))
}

/** Returns a driver's success for every key pair of a delete. */
export function allDeleted(keyPairs: readonly KeyPair[]): readonly ItemVerdict[] {
  return allDone(keyPairs.map(({ id, name }) => id ?? name))
}

/** Returns the error with some fields changed. */
export function saying(error: KeyPairError, change: Partial<KeyPairErrorInit<KeyPairErrorCode>>): KeyPairError {
  const said: unknown = keyPairError({ ...initOf(error), code: error.code, details: error.details, ...change })
  if (!isKeyPairError(said)) throw new Error('keyPairError makes a KeyPairError')
  return said
}

/** Returns the error of an operation with this batch. */
export function incompleteWith(error: KeyPairError<InstanceBatch>, batch: InstanceBatch): KeyPairError<InstanceBatch> {
  return keyPairError({ ...initOf(error), code: 'incomplete', details: { batch } })
}

/** Returns a plain error with the text of another. */
export function deniedLike(error: KeyPairError): KeyPairError<InstanceBatch> {
  return keyPairError({ ...initOf(error), code: 'permission-denied', details: {} })
}

type Init = Omit<KeyPairErrorInit<KeyPairErrorCode>, 'code' | 'details'>

function initOf<B extends InstanceBatch>(error: KeyPairError | KeyPairError<B>): Init {
  const { message, outcome, retry, provider, operation: made, vendor, retryAfterMs, hint } = error
  return { message, outcome, retry, provider, operation: made, vendor, retryAfterMs, hint }
}

/** Returns a driver's failure of a call with this code. */
export function refusedWith(code: 'not-found' | 'unsupported'): CallFailure {
  return { code, message: 'the mutant says so', outcome: 'none', transient: false, scope: 'call' }
}

const everyKeyPair = {
  kind: 'list',
  cursor: undefined,
  namePrefix: '',
  md5Fingerprint: undefined,
  tags: {},
  group: undefined,
} as const

/** Reads the first page of all key pairs with a driver. */
export async function firstPage(
  driver: { readonly capabilities: { readonly pageSize: number } } & Pick<KeyPairDriver, 'doDescribeKeyPairs'>,
  context: CallContext,
): Promise<Page<KeyPair>> {
  const page = await driver.doDescribeKeyPairs({ ...everyKeyPair, pageSize: driver.capabilities.pageSize }, context)
  return page.unwrapOr({ items: [] })
}

/** Returns every key pair whose name matches a pattern. */
export async function matching(service: KeyPairStore, namePattern = '*'): Promise<readonly KeyPair[]> {
  const all: KeyPair[] = []
  for await (const listed of service.list({ namePattern })) if (listed.isOk()) all.push(listed.value)
  return all
}

/** Deletes every key pair whose name fits a pattern. */
export async function deleteMatching(service: KeyPairStore, namePattern?: string): Promise<void> {
  for (const there of await matching(service, namePattern)) await service.delete(there)
}

/** Sends one request of a list. */
export async function startList(service: KeyPairStore): Promise<void> {
  for await (const _ of service.list()) break
}

/** Returns the tags of a key pair with the value null, which removes them. */
export async function clearingTags(
  service: KeyPairStore,
  keyPair: KeyPairReference,
): Promise<Readonly<Record<string, null>>> {
  const found = await service.get(keyPair)
  return Object.fromEntries(Object.keys(found.isOk() ? (found.value.tags ?? {}) : {}).map((key) => [key, null]))
}
