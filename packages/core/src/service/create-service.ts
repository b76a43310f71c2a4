import { channel } from 'node:diagnostics_channel'
import { createAbortListeners } from '../abort.js'
import { detachRules } from '../attachment/detach-rules.js'
import { readInstanceIds } from '../attachment/check-input.js'
import { prepareBindings } from '../attachment/read-bindings.js'
import type { InstanceBatch } from '../contract/batch.js'
import type { KeyPairDriver, KeyPairStoreDriver } from '../contract/key-pair-driver.js'
import type { KeyPairError } from '../contract/error.js'
import type { OperationOptions } from '../contract/options.js'
import type { KeyPairService } from '../contract/service.js'
import type { KeyPairStore } from '../contract/store.js'
import { callChannel } from '../engine/events.js'
import type { ServiceContext } from '../engine/operation.js'
import { InstanceLocks } from '../scheduling/instance-locks.js'
import { type PreparedOperation, startOperation } from '../engine/start-operation.js'
import { ServiceLife } from '../engine/service-life.js'
import { UnlistedKeyPairs } from '../engine/unlisted-key-pairs.js'
import { readOptions } from '../engine/read-options.js'
import { asPartial } from '../errors/to-error.js'
import { mustBeObject, mustHaveMethods } from '../foreign-values.js'
import type { Detach } from '../key-pairs/in-use.js'
import { readReference, resolveReference } from '../lookup/reference.js'
import { asExpected } from '../plan/expected-plan.js'
import { preparePlan } from '../plan/make-plan.js'
import { changeInstances } from '../restart/change-instances.js'
import { prepareAttach, prepareDetach } from '../restart/prepare-change.js'
import { err, type ResultAsync } from '../result.js'
import { prepareRotate } from '../rotation/prepare-rotation.js'
import { readServiceOptions } from './read-service-options.js'
import { storeMethods } from './store-methods.js'
import type { ServiceOptions } from './service-options.js'

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
    prepared: PreparedOperation<T>,
    options: OperationOptions | undefined,
  ): ResultAsync<T, KeyPairError<InstanceBatch>> =>
    startOperation(context, prepared, options, (operation, body) => body({ ...operation, ...parts }))

  const { instances } = capabilities
  const detachFrom: Detach | undefined =
    instances === false
      ? undefined
      : async (operation, keyPair, ids) => {
          const handle = resolveReference(keyPair, capabilities)
          if (handle.isErr()) return err(handle.error)
          const change = { call: 'detach', handle: handle.value, ids, options: {}, rulesOf: detachRules } as const
          return changeInstances({ ...operation, ...parts, instances }, change)
        }

  return {
    ...storeMethods(context, detachFrom),
    attach: (keyPair, instanceIds, options = {}) => {
      const target = { keyPair: readReference(keyPair), instanceIds: readInstanceIds(instanceIds) }
      const given = readOptions('attach', options)
      const prepared = prepareAttach(capabilities, target.keyPair, target.instanceIds, given)
      const request = { operation: 'attach', ...target, ...given } as const
      return start(asExpected(capabilities, prepared, request, given.expect), given)
    },
    detach: (keyPair, instanceIds, options = {}) => {
      const target = { keyPair: readReference(keyPair), instanceIds: readInstanceIds(instanceIds) }
      const given = readOptions('detach', options)
      const prepared = prepareDetach(capabilities, target.keyPair, target.instanceIds, given)
      const request = { operation: 'detach', ...target, ...given } as const
      return start(asExpected(capabilities, prepared, request, given.expect), given)
    },
    rotate: (reference, options) => {
      const replaced = readReference(reference)
      const given = readOptions('rotate', options)
      const prepared = prepareRotate(capabilities, replaced, given)
      const request = { operation: 'rotate', replaced, ...given } as const
      return start(asExpected(capabilities, prepared, request, given.expect), given)
    },
    bindings: (instanceIds, options = {}) =>
      start(prepareBindings(capabilities, instanceIds), readOptions('bindings', options)),
    plan: (request, options = {}) => start(preparePlan(capabilities, request), readOptions('plan', options)),
  }
}

function contextOf(driver: KeyPairStoreDriver, options: ServiceOptions): ServiceContext {
  mustBeObject(driver, 'The driver')
  mustHaveMethods(driver, 'The driver', 'doDescribeKeyPairs')
  const parts = readServiceOptions(options)
  const own = { abortListeners: createAbortListeners(), life: new ServiceLife(), unlisted: new UnlistedKeyPairs() }
  const progressChannel = channel('cloud-keypair:progress')
  return { driver, ...parts, ...own, callChannel, progressChannel, asPartial }
}
