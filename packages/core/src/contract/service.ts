import type { ResultAsync } from '../result.js'
import type { InstanceBatch } from './batch.js'
import type { ChangeOptions, Plan, PlanRequest } from './change-options.js'
import type { KeyPairError } from './error.js'
import type { Binding, KeyPairReference } from './key-pair.js'
import type { OperationOptions } from './options.js'
import type { RotateOptions, Rotation } from './rotation.js'
import type { KeyPairStore } from './store.js'

export interface AttachOptions extends ChangeOptions {
  /**
   * Refuses (`conflict`) an instance that has another key pair bound, instead of replacing that key pair. The decision
   * rests on a read just before; no cloud has a conditional attach. Default: false.
   */
  readonly onlyIfVacant?: boolean | undefined
}

/** Stores key pairs, and binds them to instances. */
export interface KeyPairService extends KeyPairStore {
  /**
   * Attaches the key pair to each instance, in as few calls as the cloud's limit allows. A bound key pair is replaced, and
   * named in the item. Unless `takeEffect` is `now`, no instance is stopped or started, and the guest accepts the key after
   * its next start.
   *
   * On a cloud that may delete key pairs in use (`capabilities.delete.refusesInUse` is not true) and whose instances show only
   * names (`capabilities.instances.showsKeyPairId` is false), an instance may show the name of a deleted key pair. With
   * `now` the key pair is then attached again. Otherwise the name counts as bound, with `changed: false`.
   *
   * `Ok` means that every item succeeded. Errors: `incomplete` with all items in `details.batch`, if any item failed after
   * the instances were read, even if nothing was sent. An earlier error is returned as it is; nothing was changed.
   *
   * @example
   * ```ts
   * const attached = await keyPairs.attach({ name: 'deploy' }, instanceIds, { signal })
   * if (attached.isErr() && attached.error.code === 'incomplete') {
   *   for (const { id, error } of attached.error.details.batch.failed) console.warn(id, error.code, error.hint)
   * }
   * ```
   */
  attach(
    keyPair: KeyPairReference,
    instanceIds: readonly string[],
    options?: AttachOptions,
  ): ResultAsync<InstanceBatch, KeyPairError<InstanceBatch>>

  /**
   * Detaches the key pair from each instance. An instance without a key pair is a success with `changed: false`. An
   * instance with another key pair is `conflict`, and is not changed. After a detach an instance may have no login left
   * until a password is set; the `hint` of the batch says so.
   *
   * `Ok` means that every item succeeded. The errors are those of `attach`.
   */
  detach(
    keyPair: KeyPairReference,
    instanceIds: readonly string[],
    options?: ChangeOptions,
  ): ResultAsync<InstanceBatch, KeyPairError<InstanceBatch>>

  /**
   * Replaces a key pair by a new one. Imports the new key pair and compares it with the cloud's record, attaches it
   * with restarts to every instance that has the replaced one, a single instance first, and deletes the replaced key
   * pair when each instance was restarted after its change. Stopped instances stay stopped: then the replaced key pair
   * is kept, and `pendingRestart` names them. If a `check` rejects, does not finish, or has no time left in its wave, the
   * replaced key pair is attached to that instance again, and the rotation stops. If `signal` or `deadlineMs` ends the
   * rotation first, the instance keeps the new one, and a resume checks the instance.
   *
   * On a cloud that identifies key pairs by name alone, the key behind the new name is compared before each wave and
   * before the delete. A difference is `conflict`: the replaced key pair stays, and is attached again to instances with
   * the name.
   *
   * Launch templates and scaling groups, which may also name the replaced key pair, are not checked.
   *
   * Errors: `invalid-argument` for the key that is to be replaced, or its name, as far as the cloud lets keys be
   * compared; as of `create` or `import` for the new key pair; `incomplete` if not every instance has it, and then both
   * key pairs stay, or if instances get the replaced one again and again; `storage` if a checkpoint could not be saved;
   * `conflict` for a checkpoint of another rotation; those of `delete` for the replaced one, which then stays.
   *
   * @example
   * ```ts
   * import { checkpointFile, saveToFile } from '@cloud-keypair/core/file'
   *
   * const rotated = await keyPairs.rotate(
   *   { name: 'deploy' },
   *   { name: 'deploy-2026', save: saveToFile('deploy-2026.pem'), ...(await checkpointFile('rotation.checkpoint')) },
   * )
   * if (rotated.isOk()) console.log(rotated.value.removed, rotated.value.pendingRestart)
   * ```
   */
  rotate(replaced: KeyPairReference, options: RotateOptions): ResultAsync<Rotation, KeyPairError<InstanceBatch>>

  /**
   * Returns the calls that an attach or detach with `takeEffect: 'now'`, or a rotation, would make, in order, with stops,
   * starts and reboots. Only reads. The plan is plain JSON. Given as `expect`, it lets the operation run only if the world
   * is still the same. The default deadline is 300,000 ms. A plan that the deadline or `signal` cuts off is no plan: it is
   * `timeout` or `aborted`.
   *
   * Errors: those of the operation that occur before its first change; their outcome is `none`.
   *
   * @example
   * ```ts
   * const planned = await keyPairs.plan({ operation: 'attach', keyPair: { name: 'deploy' }, instanceIds })
   * if (planned.isOk()) for (const call of planned.value.calls) console.log(call)
   * ```
   */
  plan(request: PlanRequest, options?: OperationOptions): ResultAsync<Plan, KeyPairError<InstanceBatch>>

  /**
   * Returns the key pair that each of these instances has, in the order given, duplicates included: the reverse of `usages`.
   * An instance that does not exist is `not-found`. Its deadline is that of a batch.
   *
   * @example
   * ```ts
   * const bindings = await keyPairs.bindings(instanceIds)
   * if (bindings.isOk()) for (const binding of bindings.value) console.log(binding.instanceId, binding.status)
   * ```
   */
  bindings(
    instanceIds: readonly string[],
    options?: OperationOptions,
  ): ResultAsync<readonly Binding[], KeyPairError<InstanceBatch>>
}

const methods = ['attach', 'detach', 'rotate', 'plan', 'bindings'] as const

/**
 * True if a store also binds key pairs to instances: it has the methods, and its cloud can
 * (`capabilities.instances`). A service over a cloud that can't answers `unsupported`, and is none by this.
 */
export function canAttach(store: KeyPairStore): store is KeyPairService {
  return store.capabilities.instances !== false && methods.every((method) => method in store)
}
