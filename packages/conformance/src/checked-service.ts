import type { ChangeOptions, KeyPairService, KeyPairStore } from '@cloud-keypair/core'
import type { KeyPairDriver, KeyPairHandle, KeyPairStoreDriver } from '@cloud-keypair/core/driver'
import { attaches, drivesInstances } from './case-context.js'
import {
  declaredByChange,
  declaredByCreate,
  declaredByNew,
  declaredByUpdate,
  lineOf,
  possibleByChange,
  possibleByPower,
} from './claimed-effects.js'
import { declaredByDelete, declaredByDeleteMany } from './claimed-delete-effects.js'
import { declaredByEnsure } from './claimed-ensure-effects.js'
import { declaredByRotate } from './claimed-rotation-effects.js'
import { overriding } from './overriding.js'
import type { AnswerChecker } from './answer-checker.js'

/** Wraps a service, and records the effects that each answer declares. */
export function watchedService(service: KeyPairStore, watch: AnswerChecker): KeyPairStore {
  return attaches(service)
    ? overriding<KeyPairService>(service, { ...watchedStore(service, watch), ...watchedChanges(service, watch) })
    : overriding<KeyPairStore>(service, watchedStore(service, watch))
}

function watchedStore(service: KeyPairStore, watch: AnswerChecker): Partial<KeyPairStore> {
  const { nameOf } = watch
  return {
    create: (options) => watch.after(service.create(options), (result) => declaredByCreate(options, result)),
    import: (options) =>
      watch.after(service.import(options), (result) => declaredByNew(options, options.publicKey, result)),
    createInCloud: (options) =>
      watch.after(service.createInCloud(options), (result) =>
        declaredByNew(options, result.isOk() ? result.value.publicKey : undefined, result),
      ),
    get: (keyPair, options) => watch.after(service.get(keyPair, options), () => []),
    list: (options) => watch.each(service.list(options)),
    update: (keyPair, options) =>
      watch.after(service.update(keyPair, options), (result) => declaredByUpdate(nameOf(keyPair), options, result)),
    ensure: (options) => watch.after(service.ensure(options), (result) => declaredByEnsure(options, result)),
    delete: (keyPair, options = {}) =>
      watch.after(service.delete(keyPair, options), (result) =>
        declaredByDelete(keyPair, nameOf, options, result, watch.isInstance),
      ),
    deleteMany: (keyPairs, options = {}) =>
      watch.after(service.deleteMany(keyPairs, options), (result) =>
        declaredByDeleteMany(keyPairs, options, nameOf, result),
      ),
    audit: (options) => watch.after(service.audit(options), () => []),
    usages: (keyPair, options) => watch.each(service.usages(keyPair, options)),
  }
}

function watchedChanges(service: KeyPairService, watch: AnswerChecker): Partial<KeyPairService> {
  return {
    attach: (keyPair, instanceIds, options) =>
      watch.after(service.attach(keyPair, instanceIds, options && withKept(options, watch)), (result) =>
        declaredByChange(watch.nameOf(keyPair) ?? null, options ?? {}, result),
      ),
    detach: (keyPair, instanceIds, options) =>
      watch.after(service.detach(keyPair, instanceIds, options && withKept(options, watch)), (result) =>
        declaredByChange(null, options ?? {}, result),
      ),
    rotate: (replaced, options) =>
      watch.after(service.rotate(replaced, withKept(options, watch)), (result) => {
        const { publicKey, save, resume } = options
        const resumes = resume !== undefined || save?.load !== undefined
        return declaredByRotate({ wanted: options, publicKey, replaced: watch.nameOf(replaced), resumes }, result)
      }),
    bindings: (ids, options) => watch.after(service.bindings(ids, options), () => []),
    plan: (request, options) => watch.after(service.plan(request, options), () => []),
  }
}

/** Returns the options with callbacks that also keep their input for the search for secrets. */
function withKept<O extends Pick<ChangeOptions, 'onCheckpoint'>>(options: O, watch: AnswerChecker): O {
  const { onCheckpoint } = options
  if (onCheckpoint === undefined) return options
  return {
    ...options,
    onCheckpoint: (checkpoint, update) => {
      watch.keepCheckpoint(checkpoint)
      return onCheckpoint(checkpoint, update)
    },
  }
}

/** Wraps a driver, and records the possible effects of each call. Cases test the cloud with it. */
export function watchedDriver(driver: KeyPairStoreDriver, watch: AnswerChecker): KeyPairStoreDriver {
  return drivesInstances(driver)
    ? overriding<KeyPairDriver>(driver, { ...watchedStoreDriver(driver, watch), ...watchedChangeDriver(driver, watch) })
    : overriding<KeyPairStoreDriver>(driver, watchedStoreDriver(driver, watch))
}

function watchedStoreDriver(driver: KeyPairStoreDriver, watch: AnswerChecker): Partial<KeyPairStoreDriver> {
  return {
    doImportKeyPair: (request, context) => {
      const { name, publicKey } = request
      watch.may([{ kind: 'adds', name, keyPair: { publicKey: lineOf(publicKey) }, certain: false }])
      return driver.doImportKeyPair(request, context)
    },
    doCreateKeyPair: (request, context) => {
      watch.may([{ kind: 'adds', name: request.name, keyPair: {}, certain: false }])
      return driver.doCreateKeyPair(request, context)
    },
    doUpdateKeyPair: (request, context) => {
      const { name } = request.keyPair
      const anything = { description: undefined, tags: undefined, group: undefined }
      watch.may([{ kind: 'changes', name, change: (known) => ({ ...known, ...anything }), certain: false }])
      return driver.doUpdateKeyPair(request, context)
    },
    doDeleteKeyPairs: (keyPairs, context) => {
      watch.may(keyPairs.map(({ name }) => ({ kind: 'removes', name, certain: false })))
      return driver.doDeleteKeyPairs(keyPairs, context)
    },
  }
}

function watchedChangeDriver(driver: KeyPairDriver, watch: AnswerChecker): Partial<KeyPairDriver> {
  const nameOf = (handle: KeyPairHandle): string | null =>
    (handle.by === 'name' ? handle.name : watch.nameOf({ id: handle.id })) ?? null
  return {
    doAttachKeyPair: (request, context) => {
      watch.may(possibleByChange(request, nameOf(request.keyPair)))
      return driver.doAttachKeyPair(request, context)
    },
    doDetachKeyPair: (request, context) => {
      watch.may(possibleByChange(request, null))
      return driver.doDetachKeyPair(request, context)
    },
    doStopInstances: (request, context) => {
      watch.may(possibleByPower(request))
      return driver.doStopInstances(request, context)
    },
    doStartInstances: (request, context) => {
      watch.may(possibleByPower(request))
      return driver.doStartInstances(request, context)
    },
    doRebootInstances: (request, context) => {
      watch.may(possibleByPower(request))
      return driver.doRebootInstances(request, context)
    },
  }
}
