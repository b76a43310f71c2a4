// The public API of @cloud-keypair/core. Made by pnpm documents.
//   AnyBatch
//   AttachOptions
//   AuditFinding
//   AuditGap
//   AuditReport
//   Batch
//   BatchItem
//   Binding
//   BoundKeyPair
//   CallEvent
//   Capabilities
//   ChangeOptions
//   ChangeRequest
//   ChangedItem
//   Checkpoint
//   CheckpointInstance
//   CheckpointKeyPair
//   CheckpointUpdate
//   Clock
//   ConflictDetails
//   CreateInCloudOptions
//   CreateOptions
//   DeleteItem
//   DeleteManyOptions
//   DeleteOptions
//   DeletedItem
//   Effect
//   EnsureOptions
//   EnsuredKeyPair
//   Err
//   FailedItem
//   FingerprintForm
//   GenerateKeyPairOptions
//   GeneratedInCloud
//   GeneratedKeyPairMaterial
//   ImportOptions
//   InUseDetails
//   IncompleteDetails
//   InstanceBatch
//   InstanceCapabilities
//   InstanceItem
//   InstanceStateDetails
//   KeyCapabilities
//   KeyPair
//   KeyPairError
//   KeyPairErrorCode
//   KeyPairErrorDetails
//   KeyPairErrorInit
//   KeyPairErrorOf
//   KeyPairGenerator
//   KeyPairReference
//   KeyPairService
//   KeyPairStore
//   Limit
//   ListKeyPairsOptions
//   ListOptions
//   MetadataSupport
//   NameCapabilities
//   NewKeyPair
//   NewKeyType
//   NoDetails
//   Ok
//   OperationEvent
//   OperationOptions
//   Outcome
//   PacedAnswer
//   PacedCall
//   Pacer
//   PacerOptions
//   PlainErrorCode
//   Plan
//   PlanRequest
//   PlanSnapshot
//   PlannedCall
//   PowerState
//   PrivateKeyProblem
//   ProgressEvent
//   PublicKey
//   PublicKeyProblem
//   PublicKeyProblemReason
//   PublicKeyType
//   Random
//   ReplacedKeyPair
//   Result
//   ResultAsync
//   ResultIterable
//   Retry
//   RotateOptions
//   RotateRequest
//   RotateToGiven
//   RotateToSaved
//   Rotation
//   RotationOptions
//   RsaBits
//   SavePrivateKey
//   Secret
//   ServiceOptions
//   StorageDetails
//   StoredKeyPair
//   Tags
//   TestingOptions
//   Turn
//   UnknownItem
//   UpdateOptions
//   Usage
//   VendorError
//   canAttach
//   collect
//   createPacer
//   err
//   errAsync
//   fromAsyncThrowable
//   fromPromise
//   fromSafePromise
//   fromThrowable
//   generateKeyPair
//   hasInProgress
//   isKeyPairError
//   mayBeStopped
//   md5Fingerprint
//   ok
//   okAsync
//   onCall
//   onlyItem
//   orThrow
//   parsePublicKey
//   publicKeyOf
//   safeTry
//   sha256Fingerprint
//   systemClock

// contract/error.d.ts
export type Outcome = 
'none'
 | 'partial'
 | 'unknown';
export type Retry = 
'safe'
 | 'after-check'
 | 'never';
export interface VendorError {
    readonly code?: string;
    readonly message?: string;
    readonly httpStatus?: number;
    readonly requestId?: string;
}
export interface KeyPairErrorDetails {
    readonly 'invalid-argument': NoDetails;
    readonly unauthenticated: NoDetails;
    readonly 'permission-denied': NoDetails;
    readonly 'not-found': NoDetails;
    readonly 'already-exists': NoDetails;
    readonly conflict: ConflictDetails;
    readonly 'in-use': InUseDetails;
    readonly incomplete: IncompleteDetails;
    readonly 'instance-state': InstanceStateDetails;
    readonly 'instance-unsupported': NoDetails;
    readonly 'quota-exceeded': NoDetails;
    readonly capacity: NoDetails;
    readonly billing: NoDetails;
    readonly throttled: NoDetails;
    readonly busy: NoDetails;
    readonly unsupported: NoDetails;
    readonly unavailable: NoDetails;
    readonly network: NoDetails;
    readonly timeout: NoDetails;
    readonly aborted: NoDetails;
    readonly storage: StorageDetails;
    readonly 'invalid-response': NoDetails;
    readonly unknown: NoDetails;
}
export type NoDetails = Readonly<Record<never, never>>;
export interface ConflictDetails {
    readonly expected?: string;
    readonly actual?: string;
}
export interface InUseDetails {
    readonly instanceIds: readonly string[];
    readonly more: boolean;
}
export interface IncompleteDetails {
    readonly batch: AnyBatch;
}
export type AnyBatch = InstanceBatch | Batch<DeleteItem>;
export interface InstanceStateDetails {
    readonly power?: PowerState;
    readonly allowed: readonly PowerState[];
}
export interface StorageDetails {
    readonly path?: string;
}
export type KeyPairErrorCode = keyof KeyPairErrorDetails;
export type KeyPairErrorOf<C extends KeyPairErrorCode, Details extends KeyPairErrorDetails[C] = KeyPairErrorDetails[C]> = KeyPairFailure<C, Details>;
export type KeyPairError<B extends AnyBatch = AnyBatch> = {
    readonly [C in Exclude<KeyPairErrorCode, 'incomplete'>]: KeyPairFailure<C>;
}[Exclude<KeyPairErrorCode, 'incomplete'>] | KeyPairFailure<'incomplete', {
    readonly batch: B;
}>;
export type PlainErrorCode = Exclude<KeyPairErrorCode, 'conflict' | 'in-use' | 'incomplete' | 'instance-state' | 'storage'>;
export interface KeyPairErrorInit<C extends KeyPairErrorCode, Details extends KeyPairErrorDetails[C] = KeyPairErrorDetails[C]> {
    readonly code: C;
    readonly message: string;
    readonly outcome: Outcome;
    readonly retry: Retry;
    readonly provider: string;
    readonly operation: string;
    readonly details: Details;
    readonly vendor?: VendorError | undefined;
    readonly retryAfterMs?: number | undefined;
    readonly hint?: string | undefined;
    readonly cause?: Error | undefined;
    readonly reason?: string | undefined;
}
declare class KeyPairFailure<C extends KeyPairErrorCode, Details = KeyPairErrorDetails[C]> extends Error {
    #private;
    readonly code: C;
    readonly outcome: Outcome;
    readonly retry: Retry;
    readonly provider: string;
    readonly operation: string;
    readonly details: Details;
    readonly vendor?: VendorError;
    readonly retryAfterMs?: number;
    readonly hint?: string;
    constructor(init: Omit<KeyPairErrorInit<C>, 'details'> & {
        readonly details: Details;
    });
    toJSON(): Readonly<Record<string, unknown>>;
    static reasonOf(error: Error): string;
}
export declare function reasonOf(error: KeyPairError): string;
export declare function isKeyPairError(value: unknown): value is KeyPairError;

// contract/batch.d.ts
export type Effect = 'now' | 'at-next-start';
export type ReplacedKeyPair = BoundKeyPair;
export interface FailedItem {
    readonly id: string;
    readonly status: 'failed';
    readonly error: KeyPairError;
}
export interface UnknownItem {
    readonly id: string;
    readonly status: 'unknown';
    readonly error: KeyPairError;
}
export interface ChangedItem {
    readonly id: string;
    readonly status: 'succeeded';
    readonly changed: boolean;
    readonly effect: Effect;
    readonly replaced?: ReplacedKeyPair;
    readonly alsoReplaced?: readonly ReplacedKeyPair[];
}
export interface DeletedItem {
    readonly id: string;
    readonly status: 'succeeded';
    readonly changed: boolean;
    readonly detached?: readonly ChangedItem[];
    readonly hint?: string;
}
export type InstanceItem = ChangedItem | FailedItem | UnknownItem;
export type DeleteItem = DeletedItem | FailedItem | UnknownItem;
export interface BatchItem {
    readonly id: string;
    readonly status: 'succeeded' | 'failed' | 'unknown';
}
export interface Batch<Item extends BatchItem> {
    readonly items: readonly Item[];
    readonly succeeded: readonly Extract<Item, {
        status: 'succeeded';
    }>[];
    readonly failed: readonly Extract<Item, {
        status: 'failed';
    }>[];
    readonly unknown: readonly Extract<Item, {
        status: 'unknown';
    }>[];
    readonly hint?: string;
}
export interface InstanceBatch extends Batch<InstanceItem> {
    readonly leftStopped: readonly string[];
}

// contract/key-pair.d.ts
export type Tags = Readonly<Record<string, string>>;
export interface KeyPair {
    readonly name: string;
    readonly id?: string;
    readonly fingerprint?: string;
    readonly publicKey?: string;
    readonly description?: string;
    readonly tags?: Tags;
    readonly group?: string;
    readonly createdAt?: Date;
    readonly updatedAt?: Date;
}
export type KeyPairReference = {
    readonly name: string;
    readonly id?: string | undefined;
} | {
    readonly id: string;
    readonly name?: string | undefined;
};
export type PowerState = 'running' | 'stopped' | 'starting' | 'stopping' | 'rebooting' | 'other';
export interface BoundKeyPair {
    readonly name?: string;
    readonly id?: string;
}
export interface Usage {
    readonly instanceId: string;
    readonly power: PowerState;
    readonly matchedBy: 'id' | 'name';
}
export type Binding = {
    readonly instanceId: string;
    readonly status: 'bound';
    readonly power: PowerState;
    readonly keyPair: BoundKeyPair;
    readonly alsoBound?: readonly BoundKeyPair[];
} | {
    readonly instanceId: string;
    readonly status: 'vacant';
    readonly power: PowerState;
} | {
    readonly instanceId: string;
    readonly status: 'not-found';
};

// contract/service.d.ts
export interface AttachOptions extends ChangeOptions {
    readonly onlyIfVacant?: boolean | undefined;
}
export interface KeyPairService extends KeyPairStore {
    attach(keyPair: KeyPairReference, instanceIds: readonly string[], options?: AttachOptions): ResultAsync<InstanceBatch, KeyPairError<InstanceBatch>>;
    detach(keyPair: KeyPairReference, instanceIds: readonly string[], options?: ChangeOptions): ResultAsync<InstanceBatch, KeyPairError<InstanceBatch>>;
    rotate(replaced: KeyPairReference, options: RotateOptions): ResultAsync<Rotation, KeyPairError<InstanceBatch>>;
    plan(request: PlanRequest, options?: OperationOptions): ResultAsync<Plan, KeyPairError<InstanceBatch>>;
    bindings(instanceIds: readonly string[], options?: OperationOptions): ResultAsync<readonly Binding[], KeyPairError<InstanceBatch>>;
}
export declare function canAttach(store: KeyPairStore): store is KeyPairService;

// contract/change-options.d.ts
export interface ChangeOptions extends OperationOptions {
    readonly takeEffect?: 'next-restart' | 'now' | undefined;
    readonly maxUnavailable?: number | undefined;
    readonly force?: boolean | undefined;
    readonly restartUnchanged?: boolean | undefined;
    readonly repairDeadlineMs?: number | undefined;
    readonly check?: ((instanceId: string, signal: AbortSignal) => Promise<void>) | undefined;
    readonly onCheckpoint?: ((checkpoint: Checkpoint, update: CheckpointUpdate) => Promise<void>) | undefined;
    readonly resume?: Checkpoint | undefined;
    readonly expect?: Plan | undefined;
    readonly onProgress?: ((event: ProgressEvent) => void) | undefined;
}
export type PlanRequest = ChangeRequest | RotateRequest;
export interface ChangeRequest extends Pick<ChangeOptions, 'maxUnavailable' | 'force' | 'restartUnchanged'> {
    readonly operation: 'attach' | 'detach';
    readonly keyPair: KeyPairReference;
    readonly instanceIds: readonly string[];
    readonly onlyIfVacant?: boolean | undefined;
}
export interface RotateRequest extends NewKeyPair, Pick<ChangeOptions, 'maxUnavailable' | 'force'> {
    readonly operation: 'rotate';
    readonly replaced: KeyPairReference;
    readonly publicKey?: string | undefined;
}
export interface Plan extends Location {
    readonly version: 1;
    readonly provider: string;
    readonly request: PlanRequest;
    readonly snapshot: PlanSnapshot;
    readonly calls: readonly PlannedCall[];
    readonly refused: readonly {
        readonly id: string;
        readonly code: KeyPairErrorCode;
    }[];
    readonly digest: string;
}
export interface PlanSnapshot {
    readonly keyPairs: readonly CheckpointKeyPair[];
    readonly absentKeyPairs: readonly string[];
    readonly instances: readonly (Pick<CheckpointInstance, 'id' | 'keyPair' | 'alsoBound'> & {
        readonly power: string;
    })[];
    readonly absentInstances: readonly string[];
}
export interface PlannedCall {
    readonly call: 'import' | 'update' | 'stop' | 'detach' | 'attach' | 'start' | 'reboot' | 'delete';
    readonly keyPair?: string;
    readonly instanceIds: readonly string[];
}

// contract/options.d.ts
export interface OperationOptions {
    readonly signal?: AbortSignal | undefined;
    readonly deadlineMs?: number | undefined;
    readonly mayCall?: (() => boolean) | undefined;
}
export interface NewKeyPair {
    readonly name: string;
    readonly description?: string | undefined;
    readonly tags?: Tags | undefined;
    readonly group?: string | undefined;
}
export interface SavePrivateKey {
    (privateKey: Secret): Promise<void>;
    readonly load?: () => Promise<Secret | undefined>;
}
export interface ListOptions {
    readonly signal?: AbortSignal | undefined;
    readonly pageDeadlineMs?: number | undefined;
}
export type ResultIterable<T> = AsyncIterable<Result<T, KeyPairError>>;
export interface ProgressEvent {
    readonly provider: string;
    readonly operation: string;
    readonly step: 'settling' | 'stopping' | 'detaching' | 'attaching' | 'rebooting' | 'putting-back' | 'starting' | 'checking' | 'finished';
    readonly instanceIds: readonly string[];
    readonly waitMs?: number;
    readonly finished: number;
    readonly total: number;
}

// contract/checkpoint.d.ts
export interface Checkpoint extends Location {
    readonly version: 1;
    readonly operation: 'attach' | 'detach' | 'rotate';
    readonly provider: string;
    readonly keyPair: CheckpointKeyPair;
    readonly replaced?: CheckpointKeyPair;
    readonly instances: readonly CheckpointInstance[];
}
export interface CheckpointUpdate {
    readonly changed: readonly CheckpointInstance[];
}
export interface CheckpointKeyPair {
    readonly name: string;
    readonly id?: string;
    readonly fingerprint?: string;
}
export interface CheckpointInstance {
    readonly id: string;
    readonly power: 'running' | 'stopped';
    readonly keyPair: BoundKeyPair | null;
    readonly alsoBound?: readonly BoundKeyPair[];
    readonly step: 'waiting' | 'in-progress' | 'done';
}
export declare function hasInProgress(checkpoint: Checkpoint | undefined): boolean;
export declare function mayBeStopped({ step, power }: CheckpointInstance): boolean;

// contract/key-pair-driver.d.ts
export type CallFailureCode = PlainErrorCode | 'instance-state' | 'in-use' | 'conflict';
export interface Location {
    readonly region: string;
    readonly endpoint: string;
}

// contract/audit-report.d.ts
export type AuditFinding = 
{
    readonly kind: 'unused';
    readonly keyPair: KeyPair;
}
 | {
    readonly kind: 'same-key';
    readonly keyPairs: readonly KeyPair[];
}
 | {
    readonly kind: 'weak-key';
    readonly keyPair: KeyPair;
    readonly bits: number;
}
 | {
    readonly kind: 'dangling-name';
    readonly name: string;
    readonly instanceIds: readonly string[];
    readonly more: boolean;
};
export interface AuditGap {
    readonly check: 'unused' | 'same-key' | 'weak-key';
    readonly keyPairs: readonly KeyPair[];
}
export interface AuditReport {
    readonly keyPairs: number;
    readonly instances: number;
    readonly findings: readonly AuditFinding[];
    readonly unknown: readonly AuditGap[];
    readonly notLookedAt: readonly string[];
}

// engine/events.d.ts
export interface CallEvent {
    readonly provider: string;
    readonly operation: string;
    readonly call: string;
    readonly mutating: boolean;
    readonly attempt: number;
    readonly items?: number;
    action?: string;
    httpStatus?: number;
    requestId?: string;
    durationMs?: number;
    failure?: {
        readonly code: CallFailureCode;
        readonly outcome: 'none' | 'unknown';
        readonly vendorCode?: string;
    };
}
export declare function onCall(listener: (event: CallEvent) => void): () => void;
export interface OperationEvent {
    readonly provider: string;
    readonly operation: string;
    durationMs?: number;
    items?: {
        readonly succeeded: number;
        readonly failed: number;
        readonly unknown: number;
    };
    error?: {
        readonly code: KeyPairError['code'];
        readonly outcome: Outcome;
    };
}

// contract/capabilities.d.ts
export interface Limit {
    readonly items: number;
    readonly bytes?: number;
}
export type MetadataSupport = 'none' | 'at-creation' | 'after-creation' | 'any-time';
export interface NameCapabilities {
    readonly allows: 'any' | readonly string[];
    readonly maxLength: number;
    readonly unique: boolean;
}
type KeyType = 'ssh-rsa' | 'ecdsa-sha2-nistp256' | 'ecdsa-sha2-nistp384' | 'ecdsa-sha2-nistp521' | 'ssh-ed25519';
export interface KeyCapabilities {
    readonly types: readonly KeyType[] | 'undocumented';
    readonly rsaBits: readonly number[] | 'undocumented';
    readonly unique: boolean;
}
export type FingerprintForm = 'md5' | 'md5-of-spki' | 'sha256' | 'sha1-of-private-key';
export interface InstanceCapabilities {
    readonly change: Limit;
    readonly read: Limit;
    readonly powerChange: Limit;
    readonly power: readonly PowerState[];
    readonly restart: 'reboot' | 'stop-and-start';
    readonly replaces: boolean | 'undocumented';
    readonly showsKeyPairId: boolean;
    readonly confirms: boolean;
    readonly perItemVerdicts: boolean;
}
export interface Capabilities {
    readonly identity: readonly ('name' | 'id')[];
    readonly name: NameCapabilities;
    readonly keys: KeyCapabilities;
    readonly fingerprints: readonly FingerprintForm[] | 'undocumented';
    readonly description: MetadataSupport;
    readonly tags: MetadataSupport;
    readonly group: MetadataSupport;
    readonly createInCloud: boolean;
    readonly publicKey: boolean;
    readonly idempotencyToken: boolean;
    readonly lookup: Limit;
    readonly pageSize: number;
    readonly delete: Limit & {
        readonly refusesInUse: boolean | 'undocumented';
        readonly confirms: boolean;
    };
    readonly notLookedAt: readonly string[];
    readonly instances: InstanceCapabilities | false;
}

// scheduling/clock.d.ts
export interface Clock {
    now(): number;
    sleep(ms: number, signal: AbortSignal): Promise<void>;
}
export type Random = () => number;
export declare const systemClock: Clock;

// contract/store.d.ts
export interface ImportOptions extends NewKeyPair, OperationOptions {
    readonly publicKey: string;
}
export interface CreateOptions extends NewKeyPair, OperationOptions {
    readonly save: SavePrivateKey;
    readonly keyType?: 'rsa' | 'ecdsa' | 'ed25519' | undefined;
    readonly bits?: 2048 | 3072 | 4096 | undefined;
}
export interface EnsureOptions extends OperationOptions {
    readonly name: string;
    readonly publicKey: string;
    readonly description?: string | undefined;
    readonly tags?: Readonly<Record<string, string | null>> | undefined;
    readonly group?: string | undefined;
}
export interface CreateInCloudOptions extends NewKeyPair, OperationOptions {
}
export interface StoredKeyPair extends KeyPair {
    readonly publicKey: string;
    readonly verified: boolean;
}
export interface EnsuredKeyPair extends StoredKeyPair {
    readonly changed: boolean;
    readonly duplicates: readonly KeyPair[];
}
export interface GeneratedInCloud extends KeyPair {
    readonly privateKey: Secret;
    readonly verified: boolean;
}
export interface ListKeyPairsOptions extends ListOptions {
    readonly namePattern?: string | undefined;
    readonly fingerprint?: string | undefined;
    readonly tags?: Tags | undefined;
    readonly group?: string | undefined;
}
export interface UpdateOptions extends OperationOptions {
    readonly description?: string | undefined;
    readonly tags?: Readonly<Record<string, string | null>> | undefined;
    readonly group?: string | undefined;
}
export interface DeleteManyOptions extends OperationOptions {
    readonly ifInUse?: 'refuse' | 'detach' | 'delete-anyway' | undefined;
}
export interface DeleteOptions extends DeleteManyOptions {
    readonly publicKey?: string | undefined;
}
export interface KeyPairStore extends AsyncDisposable {
    readonly provider: string;
    readonly capabilities: Capabilities;
    create(options: CreateOptions): ResultAsync<StoredKeyPair, KeyPairError>;
    import(options: ImportOptions): ResultAsync<StoredKeyPair, KeyPairError>;
    ensure(options: EnsureOptions): ResultAsync<EnsuredKeyPair, KeyPairError>;
    createInCloud(options: CreateInCloudOptions): ResultAsync<GeneratedInCloud, KeyPairError>;
    get(keyPair: KeyPairReference, options?: OperationOptions): ResultAsync<KeyPair, KeyPairError>;
    list(options?: ListKeyPairsOptions): ResultIterable<KeyPair>;
    update(keyPair: KeyPairReference, options: UpdateOptions): ResultAsync<KeyPair, KeyPairError>;
    delete(keyPair: KeyPairReference, options?: DeleteOptions): ResultAsync<DeletedItem, KeyPairError>;
    deleteMany(keyPairs: readonly KeyPairReference[], options?: DeleteManyOptions): ResultAsync<Batch<DeleteItem>, KeyPairError<Batch<DeleteItem>>>;
    usages(keyPair: KeyPairReference, options?: ListOptions): ResultIterable<Usage>;
    audit(options?: OperationOptions): ResultAsync<AuditReport, KeyPairError>;
    close(): Promise<void>;
}

// secret.d.ts
export declare class Secret {
    #private;
    constructor(text: string);
    reveal(): string;
    toString(): string;
    toJSON(): string;
}

// key-material/generate.d.ts
export declare const newKeyTypes: readonly ['rsa', 'ecdsa', 'ed25519'];
export type NewKeyType = (typeof newKeyTypes)[number];
export type RsaBits = 2048 | 3072 | 4096;
export interface GeneratedKeyPairMaterial {
    readonly privateKey: Secret;
    readonly publicKey: PublicKey;
}
export interface GenerateKeyPairOptions {
    readonly keyType?: NewKeyType | undefined;
    readonly bits?: RsaBits | undefined;
}
export type KeyPairGenerator = (options: GenerateKeyPairOptions) => Promise<GeneratedKeyPairMaterial>;
export declare function generateKeyPair(options?: GenerateKeyPairOptions): Promise<GeneratedKeyPairMaterial>;

// key-material/public-key.d.ts
declare const publicKeyTypes: readonly ['ssh-rsa', 'ecdsa-sha2-nistp256', 'ecdsa-sha2-nistp384', 'ecdsa-sha2-nistp521', 'ssh-ed25519'];
export type PublicKeyType = (typeof publicKeyTypes)[number];
export interface PublicKey {
    readonly type: PublicKeyType;
    readonly bits: number;
    readonly blob: Uint8Array;
    readonly line: string;
    readonly comment?: string;
}
export type PublicKeyProblemReason = 'empty'
 | 'too-long'
 | 'not-text' | 'private-key'
 | 'other-format'
 | 'not-one-key'
 | 'options' | 'unsupported-type' | 'unsupported-size'
 | 'malformed';
export interface PublicKeyProblem {
    readonly reason: PublicKeyProblemReason;
    readonly message: string;
    readonly hint?: string;
}

// contract/rotation.d.ts
export type RotateOptions = RotationOptions & (RotateToSaved | RotateToGiven);
export interface RotateToSaved {
    readonly save: SavePrivateKey;
    readonly keyType?: 'rsa' | 'ecdsa' | 'ed25519' | undefined;
    readonly bits?: 2048 | 3072 | 4096 | undefined;
    readonly publicKey?: undefined;
}
export interface RotateToGiven {
    readonly publicKey: string;
    readonly save?: undefined;
    readonly keyType?: undefined;
    readonly bits?: undefined;
}
export interface RotationOptions extends NewKeyPair, OperationOptions, Pick<ChangeOptions, 'maxUnavailable' | 'force' | 'repairDeadlineMs' | 'check' | 'onProgress' | 'onCheckpoint' | 'resume' | 'expect'> {
    readonly deadlineMs?: number | undefined;
    readonly waveDeadlineMs?: number | undefined;
}
export interface Rotation {
    readonly keyPair: KeyPair;
    readonly replaced?: KeyPair;
    readonly removed: boolean;
    readonly pendingRestart: readonly string[];
    readonly batch: InstanceBatch;
    readonly notLookedAt: readonly string[];
}

// scheduling/pacer.d.ts
export interface PacedCall {
    readonly action: string;
    readonly attempt: number;
    readonly signal: AbortSignal;
}
export interface PacedAnswer {
    readonly kind: 'admitted' | 'refused' | 'unanswered';
    readonly retryAfterMs?: number;
}
export interface Turn {
    end(answer: PacedAnswer): void;
}
export interface Pacer {
    waitForTurn(call: PacedCall): Promise<Turn | undefined>;
}
export interface PacerOptions {
    readonly clock?: Clock | undefined;
}
export declare function createPacer(options?: PacerOptions): Pacer;

// key-material/private-key.d.ts
export interface PrivateKeyProblem {
    readonly reason: 'encrypted' | 'other-format' | 'unsupported-type' | 'malformed';
    readonly message: string;
    readonly hint?: string;
}
export declare function publicKeyOf(privateKey: Secret): Result<PublicKey, PrivateKeyProblem>;

// service/service-options.d.ts
export interface ServiceOptions {
    readonly concurrency?: number | undefined;
    readonly pacer?: Pacer | undefined;
    readonly attemptTimeoutMs?: number | undefined;
    readonly testing?: TestingOptions | undefined;
}
export interface TestingOptions {
    readonly clock?: Clock | undefined;
    readonly random?: Random | undefined;
    readonly newToken?: (() => string) | undefined;
    readonly generateKeyPair?: KeyPairGenerator | undefined;
    readonly environment?: Readonly<Record<string, string | undefined>> | undefined;
    readonly homeDirectory?: string | undefined;
}

// service/unwrap-results.d.ts
export declare function collect<T>(iterable: ResultIterable<T>, options: {
    readonly max: number;
}): ResultAsync<readonly T[], KeyPairError>;
export declare function onlyItem(changed: ResultAsync<InstanceBatch, KeyPairError<InstanceBatch>>): ResultAsync<ChangedItem, KeyPairError>;
export declare function orThrow<T>(result: Result<T, Error>): T;
export declare function orThrow<T>(result: ResultAsync<T, Error>): Promise<T>;

// key-material/fingerprint.d.ts
export declare function md5Fingerprint(key: PublicKey): string | undefined;
export declare function sha256Fingerprint(key: PublicKey): string;

// key-material/parse-public-key.d.ts
export declare function parsePublicKey(text: string): Result<PublicKey, PublicKeyProblem>;

// Of other packages:
//   neverthrow: Err, Ok, Result, ResultAsync, err, errAsync, fromAsyncThrowable, fromPromise, fromSafePromise, fromThrowable, ok, okAsync, safeTry

