import { randomUUID } from 'node:crypto'
import { attach } from './attach.js'
import type { Batch, InstanceItem } from './batch.js'
import { mustBe } from './check.js'
import { type Clock, type Random, systemClock } from './clock.js'
import { storeOver } from './create-store.js'
import { detach } from './detach.js'
import type { Capabilities, InstanceCapabilities } from './capabilities.js'
import type { CallFailure, KeyPairDriver, KeyPairHandle, KeyPairStoreDriver } from './driver.js'
import type { KeyPairError } from './error.js'
import type { Detach } from './in-use.js'
import { instanceIdProblem, mustBeInstanceIds } from './instances.js'
import type { KeyPairReference } from './key-pair.js'
import { generateKeyPair as generateKeyPairHere, type KeyPairGenerator } from './material/generate.js'
import type { Operation, ServiceContext } from './operation.js'
import { aboutOf, cannot, handleOf, mustBeReference } from './references.js'
import { err, ok, type Result, ResultAsync } from './result.js'
import { defaultDeadlineMs, mustBeDuration, run } from './run.js'
import type { KeyPairService, KeyPairStore, OperationOptions } from './service.js'
import { type Target, targetOf } from './target.js'

/** How a service goes about its calls. */
export interface ServiceOptions {
  /** Vendor calls of one operation under way at once. Default: 4. */
  readonly concurrency?: number | undefined
  /** How long one vendor call may take before it counts as unanswered, in milliseconds. Default: 20,000. */
  readonly attemptTimeoutMs?: number | undefined
  /** Time; for tests. Default: this machine's. */
  readonly clock?: Clock | undefined
  /** Chance, for the jitter of retries; for tests. Default: `Math.random`. */
  readonly random?: Random | undefined
  /** Makes the idempotency tokens, of at most 64 ASCII characters; for tests. Default: `crypto.randomUUID`. */
  readonly newToken?: (() => string) | undefined
  /** Generates the keys of `create`; for tests. Default: `generateKeyPair`. */
  readonly generateKeyPair?: KeyPairGenerator | undefined
}

/** Makes the store of a cloud that keeps key pairs and does not bind them to instances. */
export function createKeyPairStore(driver: KeyPairStoreDriver, options: ServiceOptions = {}): KeyPairStore {
  return storeOver(contextOf(driver, options))
}

/** Makes the service of a cloud. The one implementation of {@link KeyPairService}; an adapter gives it a driver. */
export function createKeyPairService(driver: KeyPairDriver, options: ServiceOptions = {}): KeyPairService {
  const context = contextOf(driver, options)
  const { capabilities } = driver

  /** Checks the input of an attach or detach, resolves the key pair, and runs the change. */
  const change = (
    operation: 'attach' | 'detach',
    keyPair: KeyPairReference,
    instanceIds: readonly string[],
    options: OperationOptions | undefined,
    work: (
      operation: Operation,
      instances: InstanceCapabilities,
      target: Target,
      ids: readonly string[],
    ) => Promise<Changed>,
  ): ResultAsync<Batch<InstanceItem>, KeyPairError<Batch<InstanceItem>>> => {
    mustBeReference(keyPair)
    mustBeInstanceIds(instanceIds)
    const ids = [...instanceIds]
    const about = aboutOf(keyPair)
    const checked = checkChange(capabilities, keyPair, ids)
    return run(
      context,
      { operation, about },
      options,
      defaultDeadlineMs.batch,
      checked,
      async (running, { handle, instances }) => {
        if (ids.length === 0) return ok(emptyBatch)
        const target = await targetOf(running, driver, instances, handle)
        if (target.isErr()) return err(running.error(target.error, { outcome: 'none' }))
        return work(running, instances, target.value, ids)
      },
    )
  }

  const { instances } = capabilities
  const detachFrom: Detach | undefined =
    instances === false
      ? undefined
      : async (operation, keyPair, ids) => {
          const handle = handleOf(keyPair, capabilities)
          const target = await handle.asyncAndThen(
            (known) => new ResultAsync(targetOf(operation, driver, instances, known)),
          )
          if (target.isErr()) return err(operation.error(target.error, { outcome: 'none' }))
          return detach(operation, driver, instances, target.value, ids)
        }

  return {
    ...storeOver(context, detachFrom),

    attach: (keyPair, instanceIds, options) =>
      change('attach', keyPair, instanceIds, options, (operation, instances, target, ids) =>
        attach(operation, driver, instances, target, ids, options?.onlyIfVacant ?? false),
      ),

    detach: (keyPair, instanceIds, options) =>
      change('detach', keyPair, instanceIds, options, (operation, instances, target, ids) =>
        detach(operation, driver, instances, target, ids),
      ),
  }
}

const emptyBatch: Batch<InstanceItem> = { items: [], succeeded: [], failed: [], unknown: [] }

type Changed = Result<Batch<InstanceItem>, KeyPairError<Batch<InstanceItem>>>

interface Checked {
  readonly handle: KeyPairHandle
  readonly instances: InstanceCapabilities
}

function checkChange(
  capabilities: Capabilities,
  keyPair: KeyPairReference,
  ids: readonly string[],
): Result<Checked, CallFailure> {
  const { instances } = capabilities
  if (instances === false) return err(cannot('this cloud binds no key pairs to instances that exist'))
  const problem = instanceIdProblem(ids)
  return problem === undefined ? handleOf(keyPair, capabilities).map((handle) => ({ handle, instances })) : err(problem)
}

function contextOf(driver: KeyPairStoreDriver, options: ServiceOptions): ServiceContext {
  const { concurrency = 4, attemptTimeoutMs = 20_000, clock = systemClock, random = Math.random } = options
  const { newToken = randomUUID, generateKeyPair = generateKeyPairHere } = options
  mustBe(Number.isInteger(concurrency) && concurrency > 0, 'concurrency must be a whole number above 0')
  mustBeDuration(attemptTimeoutMs, 'attemptTimeoutMs')
  return { driver, clock, random, newToken, generateKeyPair, concurrency, attemptTimeoutMs }
}
