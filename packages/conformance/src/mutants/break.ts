import {
  type CallContext,
  type CallFailure,
  type Capabilities,
  type InstanceBatch,
  type InstanceItem,
  isKeyPairError,
  type ItemVerdict,
  type KeyPairDriver,
  type KeyPairError,
  keyPairError,
  type KeyPairErrorInit,
  type KeyPairErrorCode,
  type KeyPairService,
  type KeyPairStore,
  type KeyPairStoreDriver,
  type Result,
  ResultAsync,
} from '@cloud-keypair/core'
import { attaches, drivesInstances } from '../case-context.js'
import { overriding } from '../overriding.js'

// What mutants are made of: how to replace some members of a service or a driver, and to change what they answer.

/** Breaks what every service has. */
export function inStore(
  broken: (service: KeyPairStore) => Partial<KeyPairStore>,
): (service: KeyPairStore) => KeyPairStore {
  return (service) => overriding(service, broken(service))
}

/** Breaks attach or detach. */
export function inService(
  broken: (service: KeyPairService) => Partial<KeyPairService>,
): (service: KeyPairStore) => KeyPairStore {
  return (service) => (attaches(service) ? overriding(service, broken(service)) : service)
}

/** Breaks what every driver has. */
export function inDriver(
  broken: (driver: KeyPairStoreDriver) => Partial<KeyPairStoreDriver>,
): (driver: KeyPairStoreDriver) => KeyPairStoreDriver {
  return (driver) => overriding(driver, broken(driver))
}

/** Breaks a driver's calls on instances. */
export function inInstanceDriver(
  broken: (driver: KeyPairDriver) => Partial<KeyPairDriver>,
): (driver: KeyPairStoreDriver) => KeyPairStoreDriver {
  return (driver) => (drivesInstances(driver) ? overriding(driver, broken(driver)) : driver)
}

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

/** The batch of an answer, complete or not. */
export function batchIn(result: Result<InstanceBatch, KeyPairError<InstanceBatch>>): InstanceBatch | undefined {
  if (result.isOk()) return result.value
  return result.error.code === 'incomplete' ? result.error.details.batch : undefined
}

/** A batch of these items. */
export function batchWith(items: readonly InstanceItem[]): InstanceBatch {
  return {
    items,
    succeeded: items.filter((item) => item.status === 'succeeded'),
    failed: items.filter((item) => item.status === 'failed'),
    unknown: items.filter((item) => item.status === 'unknown'),
    leftStopped: [],
  }
}

/** The same error with another word in it. */
export function saying(error: KeyPairError, change: Partial<KeyPairErrorInit<KeyPairErrorCode>>): KeyPairError {
  const said: unknown = keyPairError({ ...initOf(error), code: error.code, details: error.details, ...change })
  if (!isKeyPairError(said)) throw new Error('keyPairError makes a KeyPairError')
  return said
}

/** The error of an operation whose items ended like this. */
export function incompleteWith(error: KeyPairError<InstanceBatch>, batch: InstanceBatch): KeyPairError<InstanceBatch> {
  return keyPairError({ ...initOf(error), code: 'incomplete', details: { batch } })
}

/** A plain error in the words of another. */
export function deniedLike(error: KeyPairError): KeyPairError<InstanceBatch> {
  return keyPairError({ ...initOf(error), code: 'permission-denied', details: {} })
}

type Init = Omit<KeyPairErrorInit<KeyPairErrorCode>, 'code' | 'details'>

function initOf<B extends InstanceBatch>(error: KeyPairError | KeyPairError<B>): Init {
  const { message, outcome, retry, provider, operation: made, vendor, retryAfterMs, hint } = error
  return { message, outcome, retry, provider, operation: made, vendor, retryAfterMs, hint }
}

/** Every item a success, whatever it was. */
export function allDone(ids: readonly string[]): readonly ItemVerdict[] {
  return ids.map((id) => ({ id, ok: true }))
}

/** Clouds that attach and detach. */
export function withInstances({ instances }: Capabilities): boolean {
  return instances !== false
}

/** Changes power where nobody asked for it, in a call with a token of its own. */
export function powerUnasked(
  driver: KeyPairDriver,
  call: 'doStopInstances' | 'doStartInstances' | 'doRebootInstances',
  instanceIds: readonly string[],
  context: CallContext,
): Promise<Result<readonly ItemVerdict[], CallFailure>> {
  const token = [context.token, call, ...instanceIds.slice(0, 1)].join('-')
  return driver[call]({ instanceIds, force: false }, { ...context, token })
}

/** Breaks what a driver says of an attach that failed. */
export function inFailedAttach(
  change: (failure: CallFailure) => CallFailure,
): (driver: KeyPairStoreDriver) => KeyPairStoreDriver {
  return inInstanceDriver((driver) => ({
    doAttachKeyPair: async (request, context) => (await driver.doAttachKeyPair(request, context)).mapErr(change),
  }))
}
