import { createAbortListeners } from '../abort.js'
import { randomUUID } from 'node:crypto'
import { detachRules } from '../attachment/detach-rules.js'
import { bindingsTask } from '../attachment/read-bindings.js'
import type { InstanceBatch } from '../contract/batch.js'
import type { KeyPairDriver, KeyPairStoreDriver } from '../contract/driver.js'
import type { KeyPairError } from '../contract/error.js'
import type { OperationOptions } from '../contract/options.js'
import type { KeyPairService } from '../contract/service.js'
import type { KeyPairStore } from '../contract/store.js'
import { type Clock, type Random, settlingClock, systemClock } from '../scheduling/clock.js'
import type { ServiceContext } from '../engine/context.js'
import { InstanceLocks } from '../scheduling/instance-locks.js'
import { maxAtOnce } from '../scheduling/pace.js'
import { createPacer, type Pacer } from '../scheduling/pacer.js'
import type { PreparedOperation } from '../engine/prepared-operation.js'
import { startOperation } from '../engine/start-operation.js'
import { mustBe, mustBeDuration } from '../engine/type-checks.js'
import { generateKeyPair as generateKeyPairHere, type KeyPairGenerator } from '../key-material/generate.js'
import type { Detach } from '../key-pairs/in-use.js'
import { resolveReference } from '../lookup/reference.js'
import { asExpected } from '../plan/expected-plan.js'
import { planTask } from '../plan/make-plan.js'
import { changeInstances } from '../restart/change-instances.js'
import { attachTask, detachTask } from '../restart/prepare-change.js'
import { err, type ResultAsync } from '../result.js'
import { rotateTask } from '../rotation/prepare-rotation.js'
import { storeMethods } from './create-store.js'

/** Options of a service. */
export interface ServiceOptions {
  /**
   * The largest number of open vendor calls of one operation. Default: 64. An operation starts with 4. The rate that the
   * cloud allows decides how many follow.
   */
  readonly concurrency?: number | undefined
  /** Decides when vendor calls are sent. Give one to several services of one account. Default: `createPacer()`. */
  readonly pacer?: Pacer | undefined
  /** The time after which a vendor call counts as unanswered, in milliseconds. Default: 20,000. */
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
  return storeMethods(contextOf(driver, options))
}

/** Makes the service of a cloud. The one implementation of {@link KeyPairService}; an adapter gives it a driver. */
export function createKeyPairService(driver: KeyPairDriver, options: ServiceOptions = {}): KeyPairService {
  const context = contextOf(driver, options)
  const { capabilities } = driver

  const parts = { driver, locks: new InstanceLocks() }
  const start = <T>(
    task: PreparedOperation<T>,
    options: OperationOptions | undefined,
  ): ResultAsync<T, KeyPairError<InstanceBatch>> =>
    startOperation(context, task, options, task.deadlineMs, task.input, (running, work) => work(running, parts))

  const { instances } = capabilities
  const detachFrom: Detach | undefined =
    instances === false
      ? undefined
      : async (operation, keyPair, ids) => {
          const handle = resolveReference(keyPair, capabilities)
          if (handle.isErr()) return err(operation.error(handle.error, { outcome: 'none' }))
          return changeInstances(operation, { ...parts, instances }, 'detach', handle.value, ids, {}, detachRules)
        }

  return {
    ...storeMethods(context, detachFrom),
    attach: (keyPair, instanceIds, options = {}) => {
      const task = attachTask(capabilities, keyPair, instanceIds, options)
      const request = { operation: 'attach', keyPair, instanceIds, ...options } as const
      return start(asExpected(capabilities, task, request, options.expect), options)
    },
    detach: (keyPair, instanceIds, options = {}) => {
      const task = detachTask(capabilities, keyPair, instanceIds, options)
      const request = { operation: 'detach', keyPair, instanceIds, ...options } as const
      return start(asExpected(capabilities, task, request, options.expect), options)
    },
    rotate: (replaced, options) => {
      const task = rotateTask(capabilities, replaced, options)
      const request = { operation: 'rotate', replaced, ...options } as const
      return start(asExpected(capabilities, task, request, options.expect), options)
    },
    bindings: (instanceIds, options) => start(bindingsTask(capabilities, instanceIds), options),
    plan: (request, options) => start(planTask(capabilities, request), options),
  }
}

function contextOf(driver: KeyPairStoreDriver, options: ServiceOptions): ServiceContext {
  const { concurrency = maxAtOnce, attemptTimeoutMs = 20_000, random = Math.random } = options
  const clock = settlingClock(options.clock ?? systemClock)
  const { pacer = createPacer({ clock }) } = options
  mustBe(typeof pacer.waitForTurn === 'function', 'pacer must have waitForTurn')
  const { newToken = randomUUID, generateKeyPair = generateKeyPairHere } = options
  mustBe(Number.isInteger(concurrency) && concurrency > 0, 'concurrency must be a whole number above 0')
  mustBeDuration(attemptTimeoutMs, 'attemptTimeoutMs')
  const rest: ServiceContext['rest'] = (ms, signal) => clock.sleep(ms, signal)
  const made = { driver, clock, random, newToken, generateKeyPair, concurrency, pacer, attemptTimeoutMs }
  return { ...made, rest, abortListeners: createAbortListeners(), isDryRun: false }
}
