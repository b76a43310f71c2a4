import assert from 'node:assert/strict'
import {
  type Batch,
  type Capabilities,
  collect,
  type InstanceItem,
  isKeyPairError,
  type KeyPair,
  type KeyPairError,
  type KeyPairErrorCode,
  type Limit,
  type ReplacedKeyPair,
  type Result,
} from '@cloud-keypair/core'
import {
  type CallContext,
  type CallFailure,
  type ItemFailure,
  type ItemVerdict,
  type KeyPairHandle,
  normalizeMd5,
  type SizedCall,
} from '@cloud-keypair/core/driver'
import type { ReceivedCall, SeedInstance, SeedKeyPair, WorldSnapshot } from '@cloud-keypair/core/testing'
import type { CaseContext } from './case-context.js'
import { must } from './must.js'

/** Returns the context that core gives to a call of a driver, with a token if the cloud accepts tokens. */
export function contextOf(
  { capabilities }: CaseContext,
  token: string,
  signal: AbortSignal = new AbortController().signal,
): CallContext {
  return { signal, token: capabilities.idempotencyToken ? token : '', trace: () => {} }
}

/** Returns the failure of a driver's call, which must have failed. */
export function driverFailure(result: Result<unknown, CallFailure>): CallFailure {
  must(result.isErr(), 'expected a failure, got Ok')
  return result.error
}

/** Returns the failure of the only item of a call, or of the call. */
export function itemFailure(answer: Result<readonly ItemVerdict[], CallFailure>): ItemFailure {
  if (answer.isErr()) return answer.error
  const [verdict] = answer.value
  must(verdict?.ok === false, 'expected an item that failed')
  return verdict.failure
}

/** Returns the value of a result, which must be `Ok`. */
export function okOf<T>(result: Result<T, { readonly code: string; readonly message: string }>): T {
  if (result.isErr()) assert.fail(`expected Ok, got ${result.error.code}: ${result.error.message}`)
  return result.value
}

/** Returns the error of a result, which must be `Err` with this code. */
export function errOf<C extends KeyPairErrorCode>(
  result: Result<unknown, KeyPairError>,
  code: C,
): Extract<KeyPairError, { code: C }> {
  must(result.isErr(), `expected Err ${code}, got Ok`)
  return coded(result.error, code)
}

/** Returns an error, which must have this code. */
export function coded<C extends KeyPairErrorCode>(error: KeyPairError, code: C): Extract<KeyPairError, { code: C }> {
  must(isKeyPairError(error), 'an error must be a KeyPairError')
  must(hasCode(error, code), `expected ${code}, got ${error.code}: ${error.message}`)
  return error
}

function hasCode<C extends KeyPairErrorCode>(
  error: KeyPairError,
  code: C,
): error is Extract<KeyPairError, { code: C }> {
  return error.code === code
}

/** Returns the batch of an attach or detach. Verifies that `Ok` means success of every item, and that the views match. */
export function batchOf<B extends Batch<InstanceItem>>(result: Result<B, KeyPairError<B>>): B {
  const batch = result.isOk() ? result.value : incompleteOf(result.error)
  const { items, succeeded, failed, unknown } = batch
  assert.equal(
    result.isOk(),
    items.every(({ status }) => status === 'succeeded'),
    'Ok means that every item succeeded',
  )
  for (const [status, view] of Object.entries({ succeeded, failed, unknown })) {
    assert.deepEqual(
      view.map(({ id }) => id),
      items.filter((item) => item.status === status).map(({ id }) => id),
      `${status} is a view of the items`,
    )
  }
  return batch
}

function incompleteOf<B extends Batch<InstanceItem>>(error: KeyPairError<B>): B {
  must(error.code === 'incomplete', `expected incomplete, got ${error.code}: ${error.message}`)
  return error.details.batch
}

/** Seeds a key pair, and gives it as the service lists it: a reference on every cloud. */
export async function given(context: CaseContext, keyPair: SeedKeyPair): Promise<KeyPair> {
  await context.world.seedKeyPairs([keyPair])
  const listed = okOf(await collect(context.service.list({ namePattern: keyPair.name }), { max: 10 }))
  const found = listed.at(-1)
  must(found !== undefined, 'a seeded key pair must be listed')
  await context.world.forgetCalls()
  return found
}

/** Ids `i-0000`, `i-0001`, … of that many instances, running unless said otherwise. */
export async function givenInstances(
  context: CaseContext,
  count: number,
  more: Pick<SeedInstance, 'keyPair' | 'alsoBound'> & {
    readonly power?: 'running' | 'stopped'
    readonly prefix?: string
  } = {},
): Promise<string[]> {
  const { prefix = 'i', keyPair, alsoBound, power = usablePower(context) } = more
  const ids = Array.from({ length: count }, (_, index) => `${prefix}-${String(index).padStart(4, '0')}`)
  await context.world.seedInstances(ids.map((id) => ({ id, power, keyPair, alsoBound })))
  return ids
}

/** Returns a power state in which this cloud changes keys. */
export function usablePower({ capabilities: { instances } }: CaseContext): 'running' | 'stopped' {
  return instances !== false && instances.power.includes('running') ? 'running' : 'stopped'
}

/** True if what an instance or a batch says of a key pair is this one: by name or id, as far as the cloud tells. */
export function isNamed(said: ReplacedKeyPair, keyPair: KeyPair): boolean {
  return said.name === keyPair.name || (keyPair.id !== undefined && [said.id, said.name].includes(keyPair.id))
}

/** Returns the reference to a key pair for a driver: its id if it has one. */
export function handleOf({ id, name }: KeyPair): KeyPairHandle {
  return id === undefined ? { by: 'name', name } : { by: 'id', id }
}

/** As many of the items, from the first, as a limit in bytes lets into one call. */
export function fitting<Item>(
  { driver }: CaseContext,
  call: SizedCall,
  { bytes = Infinity }: Limit,
  items: readonly Item[],
  textOf: (item: Item) => string = String,
): readonly Item[] {
  let weight = 0
  const tooMany = items.findIndex((item) => (weight += driver.bytesOf(call, textOf(item))) > bytes)
  return tooMany < 0 ? items : items.slice(0, Math.max(tooMany, 1))
}

/** True if a limit in bytes may cut a call short of its limit in items. */
export function isShort({ bytes }: Limit): boolean {
  return bytes !== undefined && bytes < 1000
}

export async function mutatingCalls(context: CaseContext): Promise<readonly ReceivedCall[]> {
  return (await context.world.calls()).filter((call) => call.mutating)
}

/** Returns the name of the key pair bound to each instance. */
export function boundIn(snapshot: WorldSnapshot): ReadonlyMap<string, string | null> {
  return new Map(snapshot.instances.map(({ id, bound }) => [id, bound]))
}

export function named(snapshot: WorldSnapshot, name: string): WorldSnapshot['keyPairs'] {
  return snapshot.keyPairs.filter((keyPair) => keyPair.name === name)
}

/** True if the cloud lets the key of this key pair, as it was read, be compared with another. */
export function isComparable({ publicKey, fingerprint = '' }: KeyPair): boolean {
  return publicKey !== undefined || normalizeMd5(fingerprint) !== undefined || sha256.test(fingerprint)
}

/** The forms in which `ssh-keygen` and others print a fingerprint. */
const sha256 = /^(?:SHA256:)?[A-Za-z0-9+/]{43}=?$/

/** Returns the first test key, which is also the first that `create` makes. */
export function firstKey(context: CaseContext): CaseContext['keys'][number] {
  const [key] = context.keys
  must(key !== undefined)
  return key
}

/** Returns another test key. */
export function secondKey(context: CaseContext): CaseContext['keys'][number] {
  const [, key] = context.keys
  must(key !== undefined)
  return key
}

/** Deletes the key pairs of a name, so that a cloud that takes each public key once takes it again. */
export async function remove({ service }: CaseContext, name: string): Promise<void> {
  for (const keyPair of okOf(await collect(service.list({ namePattern: name }), { max: 10 })))
    okOf(await service.delete(keyPair))
}

// On a cloud without pages, lists are as long as if its pages had so many.
const usualPage = 500

/** Returns the key pairs that one page of a list holds, or a usual number of them if the cloud has no pages. */
export function pageOf({ pageSize }: Capabilities): number {
  return pageSize === Infinity ? usualPage : pageSize
}

/** Returns the number of pages that so many items take. */
export function pagesOf({ pageSize }: Capabilities, items: number): number {
  return pageSize === Infinity ? 1 : Math.ceil(items / pageSize)
}
