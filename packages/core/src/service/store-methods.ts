import { audit } from '../audit/audit.js'
import type { Batch, DeletedItem, DeleteItem } from '../contract/batch.js'
import type { KeyPairHandle } from '../contract/key-pair-driver.js'
import type { KeyPairError } from '../contract/error.js'
import type { KeyPairReference } from '../contract/key-pair.js'
import type { DeleteOptions, KeyPairStore } from '../contract/store.js'
import { toResult } from '../engine/batch-result.js'
import type { ServiceContext } from '../engine/operation.js'
import { defaultDeadlineMs } from '../engine/time-limits.js'
import { type Failure, quote, refusal } from '../errors/failures.js'
import { readOptions } from '../engine/read-options.js'
import { startOperation } from '../engine/start-operation.js'
import { mustBeDuration, mustBeList, mustBeSignal, mustBeText } from '../errors/type-checks.js'
import { parsePublicKey } from '../key-material/parse-public-key.js'
import type { PublicKey } from '../key-material/public-key.js'
import { createInCloud } from '../key-pairs/create-in-cloud.js'
import { create } from '../key-pairs/create.js'
import { keyToGenerate } from '../key-pairs/documented-keys.js'
import { deleteByKey } from '../key-pairs/delete-by-key.js'
import { deleteKeyPairs, type DeleteInput } from '../key-pairs/delete.js'
import { ensure } from '../key-pairs/ensure.js'
import { importNew } from '../key-pairs/import.js'
import { type Detach, policyOf } from '../key-pairs/in-use.js'
import { listKeyPairs } from '../key-pairs/list.js'
import { listUsages } from '../key-pairs/usages.js'
import { checkNamed, checkNew, metadataProblem, mustBeMetadata } from '../key-pairs/metadata.js'
import { readSave } from '../key-pairs/stored-private-key.js'
import { update } from '../key-pairs/update.js'
import { findKeyPair } from '../lookup/find-key-pairs.js'
import { displayName, itemId, readReference, resolveReference } from '../lookup/reference.js'
import { err, ok, Result } from '../result.js'

/** Makes the operations that every cloud has: each checks its input, and runs. */
export function storeMethods(context: ServiceContext, detach?: Detach): KeyPairStore {
  const { driver } = context
  const { capabilities, provider } = driver
  const inputOf = (keyPair: KeyPairReference): Result<DeleteInput, Failure> =>
    resolveReference(keyPair, capabilities).map((handle) => ({ label: itemId(keyPair, capabilities), handle }))

  const close = (): Promise<void> => context.life.close(() => driver.close())

  const deadlineMs = defaultDeadlineMs.call

  return {
    provider,
    capabilities,

    create: (given) => {
      const options = readOptions('create', given)
      const metadata = checkNew(options, capabilities)
      const { name, keyType, bits } = options
      const save = readSave(options.save)
      const input = Result.combine([metadata, keyToGenerate(capabilities, { keyType, bits })])
      const task = { operation: 'create', about: quote(name), deadlineMs, input }
      return startOperation(context, task, options, (operation, [kept, newKey]) =>
        create(operation, { name, metadata: kept, save, newKey }),
      )
    },

    import: (given) => {
      const options = readOptions('import', given)
      const metadata = checkNew(options, capabilities)
      const { name, publicKey } = options
      const input = Result.combine([metadata, keyOf(publicKey)])
      const task = { operation: 'import', about: quote(name), deadlineMs, input }
      return startOperation(context, task, options, (operation, [kept, key]) => importNew(operation, name, key, kept))
    },

    ensure: (given) => {
      const options = readOptions('ensure', given)
      const named = checkNamed(options, capabilities)
      const { name, publicKey, description, tags, group } = options
      const input = Result.combine([named, keyOf(publicKey)])
      const task = { operation: 'ensure', about: quote(name), deadlineMs, input }
      return startOperation(context, task, options, (operation, [, key]) =>
        ensure(operation, { name, key, metadata: { description, tags, group } }),
      )
    },

    createInCloud: (given) => {
      const options = readOptions('createInCloud', given)
      const checked = checkNew(options, capabilities, 'in-one-call')
      const input = capabilities.createInCloud
        ? checked
        : err<never, Failure>(
            refusal(
              'unsupported',
              'this cloud does not generate key pairs',
              'Use create, which generates the key here.',
            ),
          )
      const task = { operation: 'createInCloud', about: quote(options.name), deadlineMs, input }
      return startOperation(context, task, options, (operation, metadata) =>
        createInCloud(operation, options.name, metadata),
      )
    },

    get: (keyPair, options = {}) => {
      const reference = readReference(keyPair)
      const input = resolveReference(reference, capabilities)
      const task = { operation: 'get', about: displayName(reference), deadlineMs, input }
      return startOperation(context, task, readOptions('get', options), findKeyPair)
    },

    list: (given = {}) => {
      const options = readOptions('list', given)
      mustBeSignal(options.signal)
      mustBeDuration(options.pageDeadlineMs, 'pageDeadlineMs')
      return listKeyPairs(context, options)
    },

    update: (keyPair, given) => {
      const reference = readReference(keyPair)
      const options = readOptions('update', given)
      mustBeMetadata(options)
      const unkept = metadataProblem(options, capabilities, 'any-time')
      const input: Result<KeyPairHandle, Failure> =
        unkept === undefined ? resolveReference(reference, capabilities) : err(unkept)
      const task = { operation: 'update', about: displayName(reference), deadlineMs, input }
      return startOperation(context, task, options, (operation, handle) => update(operation, handle, options))
    },

    delete: (keyPair, given = {}) => {
      const reference = readReference(keyPair)
      const options = readOptions('delete', given)
      const { ifInUse, publicKey } = options
      const checked = Result.combine([
        inputOf(reference),
        publicKey === undefined ? ok(undefined) : keyOf(publicKey),
        policyOf(ifInUse, capabilities, detach),
      ])
      const about = displayName(reference)
      const task = { operation: 'delete', about, deadlineMs: deadlineOf(ifInUse), input: checked }
      return startOperation(context, task, options, async (operation, [input, key, policy]) =>
        key === undefined
          ? (await deleteKeyPairs(operation, [input], policy)).andThen(theItem)
          : deleteByKey(operation, input, key, policy),
      )
    },

    deleteMany: (keyPairs, given = {}) => {
      mustBeList(keyPairs, 'Key pairs are given as an array of references')
      const references = Array.from(keyPairs, readReference)
      const options = readOptions('deleteMany', given)
      const input = Result.combine([
        Result.combine(references.map(inputOf)),
        policyOf(options.ifInUse, capabilities, detach),
      ])
      const task = { operation: 'deleteMany', about: '', deadlineMs: defaultDeadlineMs.batch, input }
      return startOperation(context, task, options, async (operation, [wanted, policy]) =>
        (await deleteKeyPairs(operation, wanted, policy)).andThen((batch) => toResult(operation.subject, batch)),
      )
    },

    usages: (keyPair, given = {}) => {
      const reference = readReference(keyPair)
      const options = readOptions('usages', given)
      mustBeSignal(options.signal)
      mustBeDuration(options.pageDeadlineMs, 'pageDeadlineMs')
      return listUsages(context, displayName(reference), resolveReference(reference, capabilities), options)
    },

    audit: (given = {}) => {
      const options = readOptions('audit', given)
      const task = { operation: 'audit', about: '', deadlineMs: defaultDeadlineMs.batch, input: ok(null) }
      return startOperation(context, task, options, (operation) => audit(operation))
    },

    close,
    [Symbol.asyncDispose]: close,
  }
}

/** Returns the deadline of a delete. With a detach it is that of a batch. */
function deadlineOf(ifInUse: DeleteOptions['ifInUse']): number {
  return ifInUse === 'detach' ? defaultDeadlineMs.batch : defaultDeadlineMs.call
}

function keyOf(publicKey: string): Result<PublicKey, Failure> {
  mustBeText(publicKey, 'publicKey')
  return parsePublicKey(publicKey).mapErr(({ message, hint }) => refusal('invalid-argument', message, hint))
}

function theItem({ items: [item] }: Batch<DeleteItem>): Result<DeletedItem, KeyPairError> {
  if (item === undefined) throw new Error('A batch of one has one item')
  return item.status === 'succeeded' ? ok(item) : err(item.error)
}
