import type { ResultAsync } from '../result.js'
import type { InstanceBatch } from './batch.js'
import type { ChangeOptions } from './change-options.js'
import type { KeyPairError } from './error.js'
import type { KeyPairReference } from './key-pair.js'
import type { OperationOptions } from './options.js'
import type { Plan, PlanRequest } from './plan.js'
import type { RotateOptions, Rotation } from './rotation.js'
import type { KeyPairStore } from './store.js'

export interface AttachOptions extends ChangeOptions {
  /**
   * Refuse (`conflict`) an instance that has another key pair bound, in place of replacing it. It refuses what
   * a read just before showed; no cloud has a conditional attach.
   */
  readonly onlyIfVacant?: boolean | undefined
}

/** Keeps key pairs, and binds them to instances. */
export interface KeyPairService extends KeyPairStore {
  /**
   * Binds the key pair to each instance, in as few calls as the cloud's limit allows. A bound one is replaced,
   * and named in the item. Unless `takeEffect` is `now` it touches no instance's power, and the guest accepts the key
   * after its next start.
   *
   * Where a cloud deletes key pairs in use (`capabilities.delete.refusesInUse` is false) and its instances show no ids
   * (`capabilities.instances.showsKeyPairId`), a name that an instance shows may be that of a key pair that was deleted. With
   * `now` it is attached again all the same; without, it passes for bound, with `changed: false`.
   *
   * `Ok` means that every item succeeded. Errors: `incomplete`, with every item in `details.batch`, once the
   * instances were read, be it that nothing was sent for any of them; before that the plain error, and nothing was changed.
   */
  attach(
    keyPair: KeyPairReference,
    instanceIds: readonly string[],
    options?: AttachOptions,
  ): ResultAsync<InstanceBatch, KeyPairError<InstanceBatch>>

  /**
   * Unbinds the key pair from each instance. One without a key pair is a success with `changed: false`; one
   * with another key pair is `conflict`, and left alone. An instance may have no login left until a
   * password is set, as the batch's `hint` says.
   *
   * `Ok` means that every item succeeded. Errors as of `attach`.
   */
  detach(
    keyPair: KeyPairReference,
    instanceIds: readonly string[],
    options?: ChangeOptions,
  ): ResultAsync<InstanceBatch, KeyPairError<InstanceBatch>>

  /**
   * Replaces a key pair by a new one: puts the new one in place and compares it, attaches it with restarts to every
   * instance that has the replaced one, a single one first, and removes the replaced one when each of them was restarted
   * after its change. With instances that are stopped it ends with `pendingRestart`, and keeps the replaced one.
   * Where a `check` rejects or is cut off, the replaced key pair is put back on that instance, and the work stops.
   *
   * On a cloud that identifies key pairs by name alone, the key behind the new name is compared before each wave and before
   * the removal. A difference is `conflict`, the replaced key pair stays, and whoever was given the name gets it back.
   *
   * Launch templates and scaling groups, which may name the replaced key pair too, are not looked at.
   *
   * Errors: `invalid-argument` for the key that is to be replaced, or its name, as far as the cloud lets keys be compared; as
   * of `create` or `import` for the new key pair; `incomplete` where not every instance has it, and then
   * both key pairs stay, or where instances come by the replaced one again and again; `storage` where a checkpoint could not
   * be saved; `conflict` for a checkpoint of another rotation; as of `delete` for the replaced one, which then stays.
   */
  rotate(replaced: KeyPairReference, options: RotateOptions): ResultAsync<Rotation, KeyPairError<InstanceBatch>>

  /**
   * Says what an attach or detach with `takeEffect: 'now'`, or a rotation, would do: the calls that change something, in
   * their order, power among them, in the world as it is read now. It changes nothing. The plan is plain JSON; given as
   * `expect`, it lets the operation run only if the world is still the same.
   *
   * Its deadline is that of a batch.
   *
   * Errors: as of the operation, where it would not come to a first call; their outcome is `none`.
   */
  plan(request: PlanRequest, options?: OperationOptions): ResultAsync<Plan, KeyPairError<InstanceBatch>>
}
