import type { AuditReport } from './audit-report.js'
import type { Batch, DeletedItem, DeleteItem, InstanceBatch } from './batch.js'
import type { Capabilities } from './capabilities.js'
import type { KeyPairError } from './error.js'
import type { KeyPair, KeyPairReference, Tags, Usage } from './key-pair.js'
import type { Result, ResultAsync } from '../result.js'
import type { Applied, ApplyOptions, Plan, PlanRequest } from './plan.js'
import type { RotateOptions, Rotation } from './rotation.js'
import type { Secret } from '../secret.js'
import type { ChangeOptions } from './change-options.js'

/** What every operation takes. */
export interface OperationOptions {
  /**
   * Ends the operation: no new request, the one under way cut off, and the answer within 50 ms. What restarts instances
   * first does what it owes them, for which there is `repairDeadlineMs`.
   */
  readonly signal?: AbortSignal | undefined
  /**
   * The time that the operation may take, in milliseconds, what it owes instances aside. Default: 60,000; for a batch, an
   * audit and a plan 300,000; with `takeEffect: 'now'` 1,800,000; for a rotation none.
   */
  readonly deadlineMs?: number | undefined
}

/** What a new key pair may carry. What the cloud cannot keep (`capabilities`) is `unsupported`, never dropped. */
export interface NewKeyPair {
  readonly name: string
  readonly description?: string | undefined
  readonly tags?: Tags | undefined
  /** The project (Volcengine) or resource group (Alibaba Cloud). */
  readonly group?: string | undefined
}

export interface ImportOptions extends NewKeyPair, OperationOptions {
  /**
   * One OpenSSH public key: `ssh-rsa`, `ecdsa-sha2-nistp256|384|521` or `ssh-ed25519`. White space around it
   * is dropped, and so is its comment. A key with `authorized_keys` options is `invalid-argument`: no cloud
   * keeps them.
   */
  readonly publicKey: string
}

/** Where `create` puts the private key. `saveToFile` of `@cloud-keypair/core/file` makes one; a vault is another. */
export interface SavePrivateKey {
  /**
   * Keeps the private key (PKCS#1 PEM) durably, and never over another one: only when it resolves is
   * anything asked of the cloud. A rejection is the error `storage`.
   */
  (privateKey: Secret): Promise<void>
  /**
   * The private key of an earlier run that is to be used again, if there is one. Then `create` generates
   * none and saves none. Where names repeat, it gives the cloud half a minute to list what that run may have imported.
   */
  readonly load?: () => Promise<Secret | undefined>
}

export interface CreateOptions extends NewKeyPair, OperationOptions {
  readonly save: SavePrivateKey
  /** Bits of the RSA key. Default: 3072, as `ssh-keygen` has it. */
  readonly bits?: 2048 | 3072 | 4096 | undefined
}

/** How a key pair should be. Of the metadata, what is absent stays as it is. */
export interface EnsureOptions extends OperationOptions {
  readonly name: string
  /** One OpenSSH public key, as of `import`. */
  readonly publicKey: string
  /** The empty text clears it. */
  readonly description?: string | undefined
  /** Merged into the tags there are: a text sets one, `null` removes one, the others stay. */
  readonly tags?: Readonly<Record<string, string | null>> | undefined
  /** The project (Volcengine) or resource group (Alibaba Cloud). */
  readonly group?: string | undefined
  /** Whether a key that the cloud does not let compare is `unsupported`, in place of `verified: false`. */
  readonly requireVerified?: boolean | undefined
}

export interface CreateInCloudOptions extends NewKeyPair, OperationOptions {}

/** A key pair that was just put in place. */
export interface StoredKeyPair extends KeyPair {
  /** The public key that was sent, as an OpenSSH line. */
  readonly publicKey: string
  /**
   * True where the cloud's own record was compared with the key and is the same. False where the cloud's
   * fingerprint is of a form that cannot be compared.
   */
  readonly verified: boolean
}

/** A key pair that is as it should be. */
export interface EnsuredKeyPair extends StoredKeyPair {
  /** False where it was so before. True also where no answer told whether it was this call that made it. */
  readonly changed: boolean
  /**
   * Other key pairs of the name that have the same key, or may have it where `verified` is false; the oldest first.
   * Empty where names are unique.
   */
  readonly duplicates: readonly KeyPair[]
}

/** A key pair that the cloud generated. */
export interface GeneratedInCloud extends KeyPair {
  /** As the cloud gave it, which it does this once. */
  readonly privateKey: Secret
  /** True where the private key was read and belongs to what the cloud recorded. */
  readonly verified: boolean
}

export interface ListOptions {
  readonly signal?: AbortSignal | undefined
  /** The time that one page may take, in milliseconds, the consumer's own time aside. Default: 60,000. */
  readonly pageDeadlineMs?: number | undefined
}

export interface ListKeyPairsOptions extends ListOptions {
  /** A glob over the whole name; `*` stands for any text, and nothing else is special. */
  readonly namePattern?: string | undefined
  /** An MD5 fingerprint; colons, case and a leading `MD5:` aside. */
  readonly fingerprint?: string | undefined
  /** Tags that a key pair must all have. */
  readonly tags?: Tags | undefined
  /** The project (Volcengine) or resource group (Alibaba Cloud). */
  readonly group?: string | undefined
}

/** What to change; what is absent stays. */
export interface UpdateOptions extends OperationOptions {
  /** The empty text clears it. */
  readonly description?: string | undefined
  /** Merged into the tags there are: a text sets one, `null` removes one, the others stay. */
  readonly tags?: Readonly<Record<string, string | null>> | undefined
  readonly group?: string | undefined
}

export interface AttachOptions extends ChangeOptions {
  /**
   * Refuse (`conflict`) an instance that has another key pair bound, in place of replacing it. It refuses what
   * a read just before showed; no cloud has a conditional attach.
   */
  readonly onlyIfVacant?: boolean | undefined
}

export interface DeleteOptions extends OperationOptions {
  /**
   * What to do where instances have the key pair bound:
   * - `refuse`, the default: `in-use`, and nothing is deleted;
   * - `detach`: it is detached from all of them, and then deleted. Where one of them could not be detached, nothing is
   *   deleted. On a cloud without detach it is `unsupported`. On one that changes stopped instances only
   *   (`capabilities.instances.power`), running ones are `instance-state`, and so nothing is deleted;
   * - `delete-anyway`: it is deleted, and its name stays on the instances. On a cloud that refuses this
   *   (`capabilities.delete.refusesInUse`) it is `unsupported`.
   */
  readonly ifInUse?: 'refuse' | 'detach' | 'delete-anyway' | undefined
}

/** Which key pair should not be there. */
export interface EnsureAbsentOptions extends DeleteOptions {
  /**
   * One OpenSSH public key, as of `import`: nothing but a key pair with this key is deleted. Where the cloud does not let
   * the keys compare it is `unsupported`. Default: whatever its key is.
   */
  readonly publicKey?: string | undefined
}

/** A key pair that is not there. */
export interface EnsuredAbsence {
  /** False where it was not there before. */
  readonly changed: boolean
  /** What was deleted. More than one only where names repeat, and several had the public key that was given. */
  readonly deleted: readonly DeletedItem[]
}

/** One list: at most one `Err`, always last. */
export type ResultIterable<T> = AsyncIterable<Result<T, KeyPairError>>

/**
 * The part that every cloud has: keeping key pairs.
 *
 * Whatever the world does comes back as a `Result`; only a programmer's mistake, such as a name that is
 * not a text, throws a `TypeError`. Every operation may answer `invalid-argument`, `unauthenticated`,
 * `permission-denied`, `unsupported`, `throttled`, `unavailable`, `network`, `timeout`, `aborted`,
 * `invalid-response` and `unknown`; what each adds is said with it.
 */
export interface KeyPairStore extends AsyncDisposable {
  readonly provider: string
  readonly capabilities: Capabilities

  /**
   * Generates a key pair here, saves its private key, imports the public one and compares what the cloud
   * recorded. The private key never leaves this machine but through `save`.
   *
   * Errors: `storage` (nothing is in the cloud), `already-exists`, `quota-exceeded`, `conflict` (the cloud
   * recorded another key). After any error the private key that was saved stays; run it again with
   * `ifFileExists: 'reuse'` to go on from there.
   */
  create(options: CreateOptions): ResultAsync<StoredKeyPair, KeyPairError>

  /**
   * Imports a public key, and compares what the cloud recorded.
   *
   * Errors: `already-exists` (same key or not), `quota-exceeded`, `conflict` (the cloud recorded another key).
   */
  import(options: ImportOptions): ResultAsync<StoredKeyPair, KeyPairError>

  /**
   * Sees to it that a key pair of the name and with the public key is there, with this metadata. It imports where no
   * key pair has the name, updates metadata that differs, and makes no mutating call where all is so already. It deletes
   * nothing. Callers at the same time all get the same key pair; where the cloud lets names repeat, each of them may have
   * imported one, and `duplicates` has the rest.
   *
   * Errors: `conflict` where the key pair of the name has another key, with both fingerprints; `unsupported` for metadata
   * that the cloud does not keep, or does not change, and for `requireVerified` where the keys cannot be compared;
   * `quota-exceeded`.
   */
  ensure(options: EnsureOptions): ResultAsync<EnsuredKeyPair, KeyPairError>

  /**
   * Sees to it that a key pair is not there. It makes no mutating call where none is listed, while `delete` leaves the
   * last word on a name that is not listed to the cloud.
   *
   * Its deadline is that of `delete`.
   *
   * Errors: as of `delete`; `conflict` where it has another key than `publicKey`, with both fingerprints; `incomplete`,
   * with every key pair in `details.batch`, where several had the key and not all could be deleted.
   */
  ensureAbsent(keyPair: KeyPairReference, options?: EnsureAbsentOptions): ResultAsync<EnsuredAbsence, KeyPairError>

  /**
   * Lets the cloud generate a key pair, and returns its private key, which the cloud gives this once.
   * It is never sent again after an unanswered send: then the error's `outcome` is `unknown`, and a key pair
   * of that name, if there is one, has no private key. Prefer `create`.
   *
   * Errors: `already-exists`, `quota-exceeded`.
   */
  createInCloud(options: CreateInCloudOptions): ResultAsync<GeneratedInCloud, KeyPairError>

  /** Errors: `not-found`; `conflict` where several key pairs have the name. */
  get(keyPair: KeyPairReference, options?: OperationOptions): ResultAsync<KeyPair, KeyPairError>

  /** Every key pair that fits, from all pages, read as it is consumed. */
  list(options?: ListKeyPairsOptions): ResultIterable<KeyPair>

  /**
   * Changes the description, tags or group, and returns the key pair as it is then.
   *
   * Errors: `not-found`, `conflict` (several of that name). With outcome `partial` some of the changes
   * were made; all of them may be sent again.
   */
  update(keyPair: KeyPairReference, options: UpdateOptions): ResultAsync<KeyPair, KeyPairError>

  /**
   * Deletes a key pair. One that does not exist is a success with `changed: false`.
   *
   * Errors: `in-use` with the instances that have it bound; `busy` where the cloud refuses it as bound and no
   * instance is found by the deadline; `conflict` (several of that name). With `ifInUse: 'detach'` also `incomplete`,
   * with every instance in `details.batch`, where not all could be detached; then nothing was deleted, and its
   * deadline is that of a batch.
   */
  delete(keyPair: KeyPairReference, options?: DeleteOptions): ResultAsync<DeletedItem, KeyPairError>

  /** Deletes several, each by the rules of `delete`. Errors: `incomplete`. */
  deleteMany(
    keyPairs: readonly KeyPairReference[],
    options?: DeleteOptions,
  ): ResultAsync<Batch<DeleteItem>, KeyPairError<Batch<DeleteItem>>>

  /** Every instance that has the key pair bound. Errors: `not-found`, `conflict` (several of that name). */
  usages(keyPair: KeyPairReference, options?: ListOptions): ResultIterable<Usage>

  /**
   * Looks for key pairs that nobody uses, that have the same public key, or an RSA key of fewer than 2048 bits, and for
   * instances that show a key pair that does not exist. What the cloud does not tell is in `unknown`, never taken for
   * good. It reads each list once, the key pairs and the instances, as of a moment ago. Its deadline is that of a batch.
   */
  audit(options?: OperationOptions): ResultAsync<AuditReport, KeyPairError>
}

/** Keeps key pairs, and binds them to instances. */
export interface KeyPairService extends KeyPairStore {
  /**
   * Binds the key pair to each instance, in as few calls as the cloud's limit allows. A bound one is replaced,
   * and named in the item. Unless `takeEffect` is `now` it touches no instance's power, and the guest accepts the key
   * after its next start.
   *
   * Where a cloud deletes key pairs in use (`capabilities.delete.refusesInUse` is false) and its instances show no ids
   * (`capabilities.instances.recordsId`), a name that an instance shows may be that of a key pair that was deleted. With
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
   * instance that has the former one, a single one first, and removes the former one when each of them was restarted
   * after its change. With instances that are stopped it ends with `pendingRestart`, and keeps the former one.
   * Where a `check` rejects or is cut off, the former key pair is put back on that instance, and the work stops.
   *
   * Launch templates and scaling groups, which may name the former key pair too, are not looked at.
   *
   * Errors: as of `create` or `import` for the new key pair; `incomplete` where not every instance has it, and then
   * both key pairs stay, or where instances come by the former one again and again; `storage` where a checkpoint could not
   * be saved; `conflict` for a checkpoint of another rotation; as of `delete` for the former one, which then stays.
   */
  rotate(former: KeyPairReference, options: RotateOptions): ResultAsync<Rotation, KeyPairError<InstanceBatch>>

  /**
   * Says what an attach or detach with `takeEffect: 'now'`, or a rotation, would do: the calls that change something, in
   * their order, power among them, in the world as it is read now. It changes nothing. The plan is plain JSON.
   *
   * Its deadline is that of a batch.
   *
   * Errors: as of the operation, where it would not come to a first call; their outcome is `none`.
   */
  plan(request: PlanRequest, options?: OperationOptions): ResultAsync<Plan, KeyPairError<InstanceBatch>>

  /**
   * Carries out a plan: reads again, and makes the calls of the plan. Where the world is not as it was planned for, it is
   * `conflict`, and nothing was changed. A plan that was edited is `invalid-argument`. Its deadline is that of the
   * operation; the look before it takes 300,000 ms of it at most.
   *
   * Errors: as of the operation.
   */
  apply(plan: Plan, options?: ApplyOptions): ResultAsync<Applied, KeyPairError<InstanceBatch>>
}
