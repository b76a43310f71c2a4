import {
  collect,
  type Batch,
  type CreateOptions,
  type InstanceItem,
  type KeyPair,
  type KeyPairError,
  type KeyPairErrorCode,
  type KeyPairService,
  type KeyPairStore,
  type Result,
} from '@cloud-keypair/core'
import type { StepEnd } from './steps.js'
import { layOut } from './table.js'

const maxShown = 10
// Putting back goes on after Ctrl-C, but not for ever.
const putBackMs = 60_000

/** The result of a create. */
export interface Created {
  readonly keyPair?: KeyPair
  /** True if the cloud may have the key pair, with or without an answer that says so. */
  readonly mayExist: boolean
}

/** Generates a key pair here, saves the private key and imports the public one. */
export async function create(
  service: KeyPairStore,
  name: string,
  { path, ...options }: Pick<CreateOptions, 'save' | 'keyType' | 'signal'> & { readonly path: string },
): Promise<StepEnd<Created>> {
  const created = await service.create({ name, ...options })
  if (created.isErr()) return failure(created.error, { mayExist: created.error.outcome !== 'none' })
  const { verified, fingerprint = 'none' } = created.value
  return {
    asExpected: true,
    result: `${name} generated here, saved and imported`,
    brief: verified ? 'verified' : 'created',
    details: [
      `private key: ${path}`,
      `fingerprint: ${fingerprint}, ${verified ? 'the same as of the saved key' : 'of a form that cannot be compared'}`,
    ],
    value: { keyPair: created.value, mayExist: true },
  }
}

/** The result of an attach. */
export interface Attached {
  readonly attached: number
  readonly refused: number
  /** The instances that the key pair is bound to, or may be. */
  readonly mayBeBound: readonly string[]
}

/** Attaches to the instances that have no key pair. Exactly the refusals given are expected. */
export async function attach(
  service: KeyPairService,
  keyPair: KeyPair,
  instanceIds: readonly string[],
  refusals: ReadonlyMap<string, KeyPairErrorCode>,
  signal: AbortSignal,
): Promise<StepEnd<Attached>> {
  const batch = batchOf(await service.attach(keyPair, instanceIds, { onlyIfVacant: true, signal }))
  if (batch instanceof Error) return failure(batch, { attached: 0, refused: 0, mayBeBound: [] })
  const { succeeded, failed, unknown } = batch
  const isExpected =
    unknown.length === 0 &&
    failed.length === refusals.size &&
    failed.every(({ id, error }) => refusals.get(id) === error.code)
  return {
    asExpected: isExpected,
    result: `${succeeded.length} attached${refusedOf(batch)}${unknownOf(batch)}`,
    brief: `${succeeded.length} ok${refusedOf(batch)}${unknownOf(batch)}`,
    details: [...outcomesOf(batch), ...problemsOf(batch)],
    value: {
      attached: succeeded.length,
      refused: failed.length,
      mayBeBound: [...succeeded, ...unknown].map(({ id }) => id),
    },
  }
}

/** Lists who has the key pair bound. Exactly the instances given are expected. */
export async function listUsers(
  service: KeyPairStore,
  keyPair: KeyPair,
  bound: readonly string[],
  signal: AbortSignal,
): Promise<StepEnd<null>> {
  const users = await collect(service.usages(keyPair, { signal }), { max: bound.length + 1 })
  if (users.isErr()) return failure(users.error, null)
  const expected = new Set(bound)
  const powers = countBy(users.value.map(({ power }) => power))
  return {
    asExpected: users.value.length === bound.length && users.value.every(({ instanceId }) => expected.has(instanceId)),
    result: `${users.value.length} instances have it bound`,
    brief: `${users.value.length} bound`,
    details: [[...powers].map(([power, count]) => `${count} ${power}`).join(', ')],
    value: null,
  }
}

/** Tries to delete the key pair while it is in use, which has to be refused. */
export async function deleteWhileUsed(
  service: KeyPairStore,
  keyPair: KeyPair,
  signal: AbortSignal,
): Promise<StepEnd<null>> {
  const deleted = await service.delete(keyPair, { signal })
  if (deleted.isOk()) {
    return { asExpected: false, result: 'deleted, though it is in use', brief: 'deleted', value: null }
  }
  const { error } = deleted
  if (error.code !== 'in-use') return failure(error, null)
  const { instanceIds, more } = error.details
  const first = instanceIds.slice(0, 3).join(', ')
  const rest = instanceIds.length > 3 || more ? ', ...' : ''
  return {
    asExpected: true,
    result: `refused, ${error.code} by ${more ? 'more than ' : ''}${instanceIds.length}: ${first}${rest}`,
    brief: error.code,
    details: error.hint === undefined ? [] : [error.hint],
    value: null,
  }
}

/** Detaches from the instances given. */
export async function detach(
  service: KeyPairService,
  keyPair: KeyPair,
  instanceIds: readonly string[],
): Promise<StepEnd<null>> {
  const batch = batchOf(await service.detach(keyPair, instanceIds, { deadlineMs: putBackMs }))
  if (batch instanceof Error) return failure(batch, null)
  const { items, succeeded } = batch
  return {
    asExpected: succeeded.length === items.length,
    result: `${succeeded.length} of ${items.length} detached${unknownOf(batch)}`,
    brief: `${succeeded.length} ok${refusedOf(batch)}${unknownOf(batch)}`,
    details: problemsOf(batch),
    value: null,
  }
}

/** Deletes the key pair: if instances use it, only if that is meant. */
export async function remove(
  service: KeyPairStore,
  keyPair: KeyPair,
  ifInUse: 'refuse' | 'delete-anyway' = 'refuse',
): Promise<StepEnd<null>> {
  const deleted = await service.delete(keyPair, { ifInUse, deadlineMs: putBackMs })
  if (deleted.isErr()) return failure(deleted.error, null)
  const result = deleted.value.changed ? 'deleted' : 'was gone already'
  return { asExpected: deleted.value.changed, result, brief: result, value: null }
}

function failure<T>({ message, code }: KeyPairError, value: T): StepEnd<T> {
  return { asExpected: false, result: message, brief: code, value }
}

/** Returns every item of a change, also after a failure; the error if no item was judged. */
function batchOf(changed: Result<Batch<InstanceItem>, KeyPairError>): AnyInstanceBatch | KeyPairError {
  if (changed.isOk()) return changed.value
  return changed.error.code === 'incomplete' ? changed.error.details.batch : changed.error
}

/** As much of a batch as is shown. */
type AnyInstanceBatch = Pick<Batch<InstanceItem>, 'failed' | 'unknown'> & {
  readonly items: readonly unknown[]
  readonly succeeded: readonly { readonly id: string; readonly changed: boolean }[]
}

function outcomesOf({ succeeded, failed, unknown }: AnyInstanceBatch): readonly string[] {
  const kinds = countBy([
    ...succeeded.map(({ changed }) => (changed ? 'bound now, accepted at login after the next start' : 'bound before')),
    ...failed.map(({ error }) => `refused: ${error.code}`),
    ...unknown.map(({ error }) => `unknown: ${error.code}`),
  ])
  return [...kinds].map(([kind, count]) => `${String(count).padStart(4)} ${kind}`)
}

function problemsOf({ failed, unknown }: AnyInstanceBatch): readonly string[] {
  const problems = [...failed, ...unknown]
  const rows = problems.slice(0, maxShown).map(({ id, error }) => [id, error.code, adviceOf(error)])
  if (rows.length === 0) return []
  const rest = problems.length - rows.length
  return [...layOut(['instance', 'code', 'hint'], rows), ...(rest === 0 ? [] : [`and ${rest} more`])]
}

function adviceOf(error: KeyPairError): string {
  if (error.hint !== undefined || error.code !== 'instance-state') return error.hint ?? ''
  const { power = 'in another state', allowed } = error.details
  return `It is ${power}, and has to be ${allowed.join(' or ')}.`
}

function refusedOf({ failed }: AnyInstanceBatch): string {
  return failed.length === 0 ? '' : `, ${failed.length} refused`
}

function unknownOf({ unknown }: AnyInstanceBatch): string {
  return unknown.length === 0 ? '' : `, ${unknown.length} unknown`
}

function countBy(kinds: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>()
  for (const kind of kinds) counts.set(kind, (counts.get(kind) ?? 0) + 1)
  return counts
}
