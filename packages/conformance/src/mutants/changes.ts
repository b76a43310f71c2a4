import {
  err,
  type InstanceBatch,
  type InstanceItem,
  type KeyPairService,
  type KeyPairStore,
  ok,
  type Result,
  ResultAsync,
} from '@cloud-keypair/core'
import type {
  CallContext,
  CallFailure,
  ItemVerdict,
  KeyPairDriver,
  KeyPairStoreDriver,
  Page,
} from '@cloud-keypair/core/driver'
import { overridingOne } from '../overriding.js'
import { allDone, answering, batchIn, batchWith, incompleteWith } from './answers.js'
import { type Answer, type Given, ofInstances, ofService, withInstances } from './break.js'
import type { Fault } from './mutant.js'

// Faults of one kind: one thing about an operation or a call is changed, and nothing else.

type Name = Exclude<keyof KeyPairService, 'provider' | 'capabilities' | 'usages' | 'close' | symbol>
type Value<K extends Name> = Answer<KeyPairService[K]> extends ResultAsync<infer V extends object, infer _> ? V : never
type Failure<K extends Name> = Answer<KeyPairService[K]> extends ResultAsync<infer _, infer E> ? E : never
type Operation<K extends Name> = (...given: Given<KeyPairService[K]>) => ResultAsync<Value<K>, Failure<K>>
type Options<K extends Name> = NonNullable<Last<Given<KeyPairService[K]>>>
type Last<All> = Required<All> extends readonly [...infer _, infer L] ? L : never

/** Drops options of an operation. */
export function forgets<K extends Name>(name: K, ...options: readonly (keyof Options<K>)[]): Fault {
  const lost = new Set<PropertyKey>(options)
  const without = (given: unknown): unknown =>
    typeof given === 'object' && given !== null && !Array.isArray(given)
      ? Object.fromEntries(Object.entries(given).filter(([key]) => !lost.has(key)))
      : given
  return replaced(
    name,
    (made) =>
      (...given: readonly unknown[]): unknown =>
        Reflect.apply(made, undefined, given.map(without)),
  )
}

/** Changes what an operation that succeeded tells of itself. */
export function tells<K extends Name>(
  name: K,
  change: (value: Value<K>) => { readonly [Told in keyof Value<K>]?: Value<K>[Told] | undefined },
): Fault {
  return replaced(
    name,
    (made) =>
      (...given) =>
        made(...given).map((value) => ({ ...value, ...change(value) })),
  )
}

/** Throws the error of an operation. */
export function throws<K extends Name>(name: K): Fault {
  return replaced(
    name,
    (made) =>
      (...given) =>
        answering(made(...given), (result) => {
          if (result.isErr()) throw new Error('the mutant throws', { cause: result.error })
          return result
        }),
  )
}

/** Takes a step before an operation. */
export function preceded<K extends Name>(
  name: K,
  step: (service: KeyPairStore, ...given: Given<KeyPairService[K]>) => Promise<unknown> | ResultAsync<unknown, unknown>,
): Fault {
  return replaced(
    name,
    (made, service) =>
      (...given) =>
        new ResultAsync(Promise.resolve(step(service, ...given)).then(() => made(...given))),
  )
}

/** Takes a step after an operation, and answers what the operation did. */
export function followed<K extends Name>(
  name: K,
  step: (
    service: KeyPairStore,
    result: Result<Value<K>, Failure<K>>,
    ...given: Given<KeyPairService[K]>
  ) => Promise<unknown>,
): Fault {
  return replaced(
    name,
    (made, service) =>
      (...given) =>
        answering(made(...given), async (result) => {
          await step(service, result, ...given)
          return result
        }),
  )
}

function replaced<K extends Name>(
  name: K,
  broken: (made: Operation<K>, service: KeyPairStore) => (...given: Given<KeyPairService[K]>) => unknown,
): Fault {
  const service = (whole: KeyPairStore): KeyPairStore => {
    const made: unknown = Reflect.get(whole, name)
    return isOperation(name, made) ? overridingOne(whole, name, broken(made.bind(whole), whole)) : whole
  }
  const onInstances = ['attach', 'detach', 'rotate', 'plan', 'bindings'].includes(name)
  return onInstances ? { appliesTo: withInstances, service } : { service }
}

function isOperation<K extends Name>(_: K, member: unknown): member is Operation<K> {
  return typeof member === 'function'
}

type AttachOptions = NonNullable<Parameters<KeyPairService['attach']>[2]>

/** Attaches with other options than those given. */
export function attachOptions(change: (options: AttachOptions, ids: readonly string[]) => AttachOptions): Fault {
  return ofService('attach', (service, keyPair, ids, options = {}) =>
    service.attach(keyPair, ids, change(options, ids)),
  )
}

/** Attaches from the beginning, whatever checkpoint is given. */
export const beginsAnew: Fault = attachOptions(({ resume: _, ...options }) => options)

/** Changes each item that an attach or detach answers, and the answer with the items. */
export function itemsOf(name: 'attach' | 'detach', change: (item: InstanceItem) => InstanceItem): Fault {
  return batchOf(name, (batch, result) => {
    const items = batch.items.map(change)
    const changed = batchWith(items)
    const all = result.isOk() || changed.succeeded.length === items.length
    return all ? ok(changed) : err(incompleteWith(result.error, changed))
  })
}

type Attached = Awaited<ReturnType<KeyPairService['attach']>>

/** Changes the answer of an attach or detach that has a batch. */
export function batchOf(
  name: 'attach' | 'detach',
  change: (batch: InstanceBatch, result: Attached) => Attached,
): Fault {
  return replaced(
    name,
    (made) =>
      (...given) =>
        answering(made(...given), (result) => {
          const batch = batchIn(result)
          return batch === undefined ? result : change(batch, result)
        }),
  )
}

type Call = Extract<keyof KeyPairDriver, `do${string}`>
type Answered<K extends Call> = Answer<KeyPairDriver[K]> extends Promise<Result<infer V, CallFailure>> ? V : never
type Sends<K extends Call> = (...given: Given<KeyPairDriver[K]>) => Promise<Result<Answered<K>, CallFailure>>

/** Changes what a driver says of a call that failed. */
export function failures(name: Call, change: (failure: CallFailure) => CallFailure): Fault {
  return sent(
    name,
    (send) =>
      async (...given) =>
        (await send(...given)).mapErr(change),
  )
}

/** Changes the pages that a driver reads. */
export function pages<K extends 'doDescribeKeyPairs' | 'doDescribeInstances'>(
  name: K,
  change: (page: Answered<K>, request: Given<KeyPairDriver[K]>[0]) => Answered<K>,
): Fault {
  return sent(
    name,
    (send) =>
      async (...given) =>
        (await send(...given)).map((page) => change(page, given[0])),
  )
}

/** Takes a read that failed for an empty one. */
export function emptyIfFailed(name: 'doDescribeKeyPairs' | 'doDescribeInstances'): Fault {
  return sent(
    name,
    (send) =>
      async (...given) =>
        (await send(...given)).orElse(() => ok({ items: [] })),
  )
}

/** Takes a page with fewer items than expected for the last, and one that the driver refuses for that for an empty one. */
export function endedShort<T>(answer: Result<Page<T>, CallFailure>, expected: number): Result<Page<T>, CallFailure> {
  return answer
    .map((page) => (page.items.length < expected ? lastPage(page) : page))
    .orElse((failure) => (expected > 0 && failure.code === 'invalid-response' ? ok({ items: [] }) : err(failure)))
}

/** Takes a page for the last. */
export const lastPage = <T>({ items }: Page<T>): Page<T> => ({ items })

function sent<K extends Call>(
  name: K,
  broken: (send: Sends<K>) => (...given: Given<KeyPairDriver[K]>) => unknown,
): Fault {
  const driver = (whole: KeyPairStoreDriver): KeyPairStoreDriver => {
    const send: unknown = Reflect.get(whole, name)
    return isCall(name, send) ? overridingOne(whole, name, broken(send.bind(whole))) : whole
  }
  return name === 'doAttachKeyPair' ? { appliesTo: withInstances, driver } : { driver }
}

function isCall<K extends Call>(_: K, member: unknown): member is Sends<K> {
  return typeof member === 'function'
}

type InstanceCall = 'doAttachKeyPair' | 'doDetachKeyPair'

/** Sends no call, and says that all is done. */
export function neverSent(call: InstanceCall | 'doStartInstances'): Fault {
  return ofInstances(call, async (...[, { instanceIds }]) => ok(allDone(instanceIds)))
}

/** Takes these answers for a success with every instance. */
export function takenForDone(
  call: InstanceCall,
  which: (answer: Result<readonly ItemVerdict[], CallFailure>) => boolean,
): Fault {
  return ofInstances(call, async (driver, request, context) => {
    const answer = await driver[call](request, context)
    return which(answer) ? ok(allDone(request.instanceIds)) : answer
  })
}

/** True if a call may have been carried out without an answer. */
export function unanswered(answer: Result<unknown, CallFailure>): boolean {
  return answer.isErr() && answer.error.outcome === 'unknown'
}

/** Changes power unasked, in a call with its own token. */
export function powerUnasked(
  driver: KeyPairDriver,
  call: 'doStopInstances' | 'doStartInstances' | 'doRebootInstances',
  instanceIds: readonly string[],
  context: CallContext,
): Promise<Result<readonly ItemVerdict[], CallFailure>> {
  const token = [context.token, call, ...instanceIds.slice(0, 1)].join('-')
  return driver[call]({ instanceIds, force: false }, { ...context, token })
}
