import type { ResultAsync } from '../result.js'
import type { Secret } from '../secret.js'
import type { AuditReport } from './audit-report.js'
import type { Batch, DeletedItem, DeleteItem } from './batch.js'
import type { Capabilities } from './capabilities.js'
import type { KeyPairError } from './error.js'
import type { KeyPair, KeyPairReference, Tags, Usage } from './key-pair.js'
import type { ListOptions, NewKeyPair, OperationOptions, ResultIterable, SavePrivateKey } from './options.js'

export interface ImportOptions extends NewKeyPair, OperationOptions {
  /**
   * One OpenSSH public key: `ssh-rsa`, `ecdsa-sha2-nistp256|384|521` or `ssh-ed25519`. White space around it
   * is dropped, and so is its comment. A key with `authorized_keys` options is `invalid-argument`: no cloud
   * keeps them.
   */
  readonly publicKey: string
}

export interface CreateOptions extends NewKeyPair, OperationOptions {
  readonly save: SavePrivateKey
  /**
   * The type of the key. Default: `rsa`. An `ecdsa` key is on the curve `nistp256`. A type that the cloud does not document
   * (`capabilities.keys.types`) is `unsupported`. If it documents none, the cloud judges the key after it was saved.
   */
  readonly keyType?: 'rsa' | 'ecdsa' | 'ed25519' | undefined
  /**
   * Bits of an RSA key. Default: 3072, as `ssh-keygen` has it; 4096 on a cloud that does not document 3072
   * (`capabilities.keys.rsaBits`). A size that the cloud does not document is `unsupported`.
   */
  readonly bits?: 2048 | 3072 | 4096 | undefined
}

/** The wanted state of a key pair. Absent metadata is not changed. */
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
}

export interface CreateInCloudOptions extends NewKeyPair, OperationOptions {}

/** A key pair that was just put in place. */
export interface StoredKeyPair extends KeyPair {
  /** The public key that was sent, as an OpenSSH line. */
  readonly publicKey: string
  /**
   * True if the cloud's own record was compared with the key and is the same. False if the cloud's
   * fingerprint is of a form that cannot be compared.
   */
  readonly verified: boolean
}

/** A key pair that is as it should be. */
export interface EnsuredKeyPair extends StoredKeyPair {
  /** False if nothing had to change. Also true if no answer showed whether this call made the change. */
  readonly changed: boolean
  /**
   * Other key pairs of that name with the same key, or, if `verified` is false, possibly the same key; the oldest first.
   * Empty if names are unique.
   */
  readonly duplicates: readonly KeyPair[]
}

/** A key pair that the cloud generated. */
export interface GeneratedInCloud extends KeyPair {
  /** As the cloud gave it, which it does this once. */
  readonly privateKey: Secret
  /** True if the private key was parsed and belongs to the key pair that the cloud recorded. */
  readonly verified: boolean
}

export interface ListKeyPairsOptions extends ListOptions {
  /** A glob over the whole name; `*` stands for any text, and nothing else is special. */
  readonly namePattern?: string | undefined
  /**
   * An MD5 fingerprint; colons, case and a leading `MD5:` aside. If the cloud returns public keys, it may be over the
   * SSH form or over the SubjectPublicKeyInfo; else it must be the one that the cloud recorded.
   */
  readonly fingerprint?: string | undefined
  /** Tags that a key pair must all have. */
  readonly tags?: Tags | undefined
  /** The project (Volcengine) or resource group (Alibaba Cloud). */
  readonly group?: string | undefined
}

/** Metadata to change; absent fields stay. */
export interface UpdateOptions extends OperationOptions {
  /** The empty text clears it. */
  readonly description?: string | undefined
  /** Merged into the tags there are: a text sets one, `null` removes one, the others stay. */
  readonly tags?: Readonly<Record<string, string | null>> | undefined
  readonly group?: string | undefined
}

export interface DeleteManyOptions extends OperationOptions {
  /**
   * The treatment of a key pair that is bound to instances:
   * - `refuse`, the default: `in-use`, and nothing is deleted;
   * - `detach`: the key pair is detached from all of them, and then deleted. If one could not be detached, nothing is
   *   deleted. On a cloud without detach it is `unsupported`. On one that changes stopped instances only
   *   (`capabilities.instances.power`), running ones are `instance-state`, and so nothing is deleted;
   * - `delete-anyway`: it is deleted, and its name stays on the instances. On a cloud that refuses this
   *   (`capabilities.delete.refusesInUse` is true) it is `unsupported`. On one whose documents do not say
   *   (`undocumented`), it is sent, and `in-use` if the cloud refuses it.
   */
  readonly ifInUse?: 'refuse' | 'detach' | 'delete-anyway' | undefined
}

export interface DeleteOptions extends DeleteManyOptions {
  /**
   * One OpenSSH public key, as of `import`: only a key pair with this key is deleted, and nothing is sent for one that is
   * not listed. If names repeat, all that have the key are deleted. If the cloud does not let the keys compare, it is
   * `unsupported`. Default: the key pair is deleted whatever its key is.
   */
  readonly publicKey?: string | undefined
}

/**
 * The part that every cloud has: keeping key pairs.
 *
 * Every failure of cloud, network or disk is a `Result`; only a programmer's mistake, such as a name that is
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
   *
   * @example
   * ```ts
   * import { saveToFile } from '@cloud-keypair/core/file'
   *
   * const created = await keyPairs.create({ name: 'deploy', save: saveToFile('deploy.pem') })
   * if (created.isErr()) console.error(created.error.code, created.error.hint)
   * ```
   */
  create(options: CreateOptions): ResultAsync<StoredKeyPair, KeyPairError>

  /**
   * Imports a public key, and compares what the cloud recorded.
   *
   * Errors: `already-exists` (same key or not; also another name with the key, if `capabilities.keys.unique`),
   * `quota-exceeded`, `conflict` (the cloud recorded another key). With outcome `partial` the key pair exists without the
   * metadata that the cloud takes only afterwards (`after-creation`).
   */
  import(options: ImportOptions): ResultAsync<StoredKeyPair, KeyPairError>

  /**
   * Ensures that a key pair with this name, public key and metadata exists. Imports the key if no key pair has the name,
   * updates metadata that differs, and makes no mutating call if nothing differs. Deletes
   * nothing. Several callers at the same time all get the same key pair; if names may repeat, each of them may have
   * imported one, and `duplicates` has the rest.
   *
   * Errors: `conflict` if the key pair of that name has another key, with both fingerprints; `unsupported` for metadata
   * that the cloud does not keep, or does not change; `already-exists` if another name has the key, and the cloud takes
   * each key once (`capabilities.keys.unique`); `quota-exceeded`.
   *
   * @example
   * ```ts
   * const publicKey = 'ssh-ed25519 AAAA…'
   * const ensured = await keyPairs.ensure({ name: 'laptop', publicKey, tags: { team: 'platform', owner: null } })
   * if (ensured.isOk()) console.log(ensured.value.changed)
   * ```
   */
  ensure(options: EnsureOptions): ResultAsync<EnsuredKeyPair, KeyPairError>

  /**
   * Lets the cloud generate a key pair, and returns its private key, which the cloud gives this once.
   * It is never sent again after an unanswered send: then the error's `outcome` is `unknown`, and a key pair
   * of that name, if there is one, has no private key. Prefer `create`.
   *
   * Errors: `already-exists`, `quota-exceeded`.
   */
  createInCloud(options: CreateInCloudOptions): ResultAsync<GeneratedInCloud, KeyPairError>

  /** Returns one key pair. Errors: `not-found`; `conflict` if several key pairs have the name. */
  get(keyPair: KeyPairReference, options?: OperationOptions): ResultAsync<KeyPair, KeyPairError>

  /**
   * Lists every matching key pair from all pages, read as the list is consumed.
   *
   * @example
   * ```ts
   * for await (const keyPair of keyPairs.list({ namePattern: 'ci-*' })) {
   *   if (keyPair.isErr()) throw keyPair.error
   *   console.log(keyPair.value.name)
   * }
   * ```
   */
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
   * Errors: `in-use` with the instances that have it bound; `busy` if the cloud refuses it as bound and no
   * instance is found by the deadline; `conflict` (several of that name). With `ifInUse: 'detach'` also `incomplete`,
   * with every instance in `details.batch`, if not all could be detached; then nothing was deleted, and its
   * deadline is that of a batch. With `publicKey` also `conflict`, with both fingerprints, if the key pair has another
   * key; and `incomplete`, with every key pair in `details.batch`, if several have the key and not all could be deleted.
   *
   * @example
   * ```ts
   * const deleted = await keyPairs.delete({ name: 'deploy' })
   * if (deleted.isErr() && deleted.error.code === 'in-use') console.warn(deleted.error.details.instanceIds)
   * ```
   */
  delete(keyPair: KeyPairReference, options?: DeleteOptions): ResultAsync<DeletedItem, KeyPairError>

  /** Deletes several, each by the rules of `delete`. Errors: `incomplete`. */
  deleteMany(
    keyPairs: readonly KeyPairReference[],
    options?: DeleteManyOptions,
  ): ResultAsync<Batch<DeleteItem>, KeyPairError<Batch<DeleteItem>>>

  /**
   * Lists every instance that has the key pair bound, of those that the account, project and region of this service
   * show. Other users of it are in `capabilities.notLookedAt`. Errors: `not-found`, `conflict` (several of that name).
   *
   * @example
   * ```ts
   * for await (const usage of keyPairs.usages({ name: 'deploy' })) {
   *   if (usage.isErr()) throw usage.error
   *   console.log(usage.value.instanceId, usage.value.power)
   * }
   * ```
   */
  usages(keyPair: KeyPairReference, options?: ListOptions): ResultIterable<Usage>

  /**
   * Looks for key pairs that nobody uses, that have the same public key, or an RSA key of fewer than 2048 bits, and for
   * instances that show a key pair that does not exist. What the cloud does not tell is in `unknown`, never taken for
   * good. It reads each list once, the key pairs and the instances, as of a moment ago. Its deadline is that of a batch.
   */
  audit(options?: OperationOptions): ResultAsync<AuditReport, KeyPairError>

  /**
   * Ends the running operations as their signal would, waits until they have started again what they stopped (for at
   * most their `repairDeadlineMs`), and closes the connections. Lists end with `aborted`, and so does each later
   * operation, with outcome `none`. It does not wait for the operations themselves, so that their callbacks may await
   * it. Called again, it returns the same promise. `await using` calls it too.
   */
  close(): Promise<void>
}
