import { randomUUID } from 'node:crypto'
import { attaching } from './attach.js'
import type { InstanceBatch } from './batch.js'
import { changeInstances, mustBeChangeOptions } from './change-instances.js'
import type { KeyChange } from './change-keys.js'
import { mustBe } from './check.js'
import { type Clock, type Random, systemClock } from './clock.js'
import { storeOver } from './create-store.js'
import { detaching } from './detach.js'
import type { Capabilities, InstanceCapabilities } from './capabilities.js'
import type { CallFailure, KeyPairDriver, KeyPairHandle, KeyPairStoreDriver } from './driver.js'
import type { KeyPairError } from './error.js'
import { quote } from './failure.js'
import { InstanceLocks } from './instance-locks.js'
import { instanceIdProblem, mustBeInstanceIds } from './instances.js'
import type { KeyPairReference } from './key-pair.js'
import { generateKeyPair as generateKeyPairHere, type KeyPairGenerator } from './material/generate.js'
import type { ServiceContext } from './operation.js'
import { aboutOf, cannot, handleOf, mustBeReference } from './references.js'
import { err, ok, type Result, type ResultAsync } from './result.js'
import { rotate } from './rotate.js'
import { checkRotation } from './rotation-input.js'
import { defaultDeadlineMs, mustBeDuration, run } from './run.js'
import type { KeyPairService, KeyPairStore } from './service.js'
import type { ChangeOptions } from './take-effect.js'
import type { Target } from './target.js'

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
  const locks = new InstanceLocks()

  /** Checks the input of an attach or detach, resolves the key pair, and runs the change. */
  const change = (
    operation: 'attach' | 'detach',
    keyPair: KeyPairReference,
    instanceIds: readonly string[],
    options: ChangeOptions = {},
    rulesOf: (target: Target, instances: InstanceCapabilities) => KeyChange,
  ): ResultAsync<InstanceBatch, KeyPairError<InstanceBatch>> => {
    mustBeReference(keyPair)
    mustBeInstanceIds(instanceIds)
    mustBeChangeOptions(options)
    const ids = [...instanceIds]
    const about = aboutOf(keyPair)
    const checked = checkChange(capabilities, keyPair, ids)
    const deadlineMs = options.takeEffect === 'now' ? defaultDeadlineMs.now : defaultDeadlineMs.batch
    return run(context, { operation, about }, options, deadlineMs, checked, async (running, { handle, instances }) => {
      if (ids.length === 0) return ok(emptyBatch)
      return changeInstances(running, { driver, instances, locks }, handle, ids, options, rulesOf)
    })
  }

  return {
    ...storeOver(context),

    attach: (keyPair, instanceIds, options) =>
      change('attach', keyPair, instanceIds, options, (target, instances) =>
        attaching(target, instances, options?.onlyIfVacant ?? false),
      ),

    detach: (keyPair, instanceIds, options) => change('detach', keyPair, instanceIds, options, detaching),

    rotate: (former, options) => {
      mustBeReference(former)
      const checked = checkRotation(capabilities, former, options)
      const about = `${aboutOf(former)} to ${quote(options.name)}`
      return run(context, { operation: 'rotate', about }, options, Infinity, checked, (running, input) =>
        rotate(
          running,
          { driver, instances: input.instances, locks },
          input.handle,
          input.metadata,
          input.source,
          options,
        ),
      )
    },
  }
}

const emptyBatch: InstanceBatch = { items: [], succeeded: [], failed: [], unknown: [], leftStopped: [] }

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
