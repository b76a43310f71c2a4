// The public API of @cloud-keypair/core/driver. Made by pnpm documents.
//   CallContext
//   CallFailure
//   CallFailureCode
//   CallTrace
//   ChangeKeyRequest
//   ConnectionOptions
//   CreateKeyPairRequest
//   DescribeInstancesRequest
//   DescribeKeyPairsRequest
//   FingerprintComparison
//   GeneratedKeyPair
//   ImportKeyPairRequest
//   InstanceRecord
//   ItemFailure
//   ItemVerdict
//   KeyPairDriver
//   KeyPairHandle
//   KeyPairStoreDriver
//   Location
//   Metadata
//   OwnOptions
//   Page
//   PowerRequest
//   SizedCall
//   UpdateKeyPairRequest
//   callListener
//   checkAdapterOptions
//   createKeyPairService
//   createKeyPairStore
//   keyPairError
//   md5Forms
//   mustBeFunction
//   mustBeObject
//   mustHaveMethods
//   normalizeMd5
//   openSshLine
//   pageCursors
//   refusal
//   sameFingerprint

// contract/key-pair-driver.d.ts
export interface CallContext {
    readonly signal: AbortSignal;
    readonly token: string;
    trace(entry: CallTrace): void;
}
export interface CallTrace {
    readonly action?: string;
    readonly httpStatus?: number;
    readonly requestId?: string;
}
export type CallFailureCode = PlainErrorCode | 'instance-state' | 'in-use' | 'conflict';
export interface CallFailure {
    readonly code: CallFailureCode;
    readonly message: string;
    readonly outcome: 'none' | 'unknown';
    readonly transient: boolean;
    readonly scope: 'call' | 'items';
    readonly culprits?: readonly string[];
    readonly vendor?: VendorError;
    readonly retryAfterMs?: number;
    readonly hint?: string;
    readonly closed?: boolean;
    readonly cause?: Error;
}
export type ItemVerdict = {
    readonly id: string;
    readonly ok: true;
    readonly isOver?: boolean;
    readonly task?: string;
} | {
    readonly id: string;
    readonly ok: false;
    readonly failure: ItemFailure;
};
export interface ItemFailure {
    readonly code: CallFailureCode;
    readonly message: string;
    readonly outcome?: 'none' | 'unknown';
    readonly transient: boolean;
    readonly vendor?: VendorError;
    readonly hint?: string;
}
export interface Page<T> {
    readonly items: readonly T[];
    readonly cursor?: string;
    readonly ahead?: readonly string[];
    readonly total?: number;
}
export type KeyPairHandle = {
    readonly by: 'name';
    readonly name: string;
} | {
    readonly by: 'id';
    readonly id: string;
};
export type DescribeKeyPairsRequest = {
    readonly kind: 'exact';
    readonly keyPairs: readonly KeyPairHandle[];
    readonly cursor: string | undefined;
} | {
    readonly kind: 'list';
    readonly cursor: string | undefined;
    readonly pageSize: number;
    readonly namePrefix: string;
    readonly md5Fingerprint: string | undefined;
    readonly tags: Tags;
    readonly group: string | undefined;
};
export interface Metadata {
    readonly description: string | undefined;
    readonly tags: Tags;
    readonly group: string | undefined;
}
export interface ImportKeyPairRequest extends Metadata {
    readonly name: string;
    readonly publicKey: string;
}
export interface CreateKeyPairRequest extends Metadata {
    readonly name: string;
}
export interface GeneratedKeyPair {
    readonly keyPair: KeyPair;
    readonly privateKey: Secret;
}
export interface UpdateKeyPairRequest {
    readonly keyPair: KeyPair;
    readonly change: {
        readonly kind: 'description';
        readonly description: string;
    } | {
        readonly kind: 'set-tags';
        readonly tags: Tags;
    } | {
        readonly kind: 'remove-tags';
        readonly keys: readonly string[];
    } | {
        readonly kind: 'group';
        readonly group: string;
    };
}
export interface InstanceRecord {
    readonly id: string;
    readonly power: PowerState;
    readonly keyPair?: BoundKeyPair;
    readonly alsoBound?: readonly BoundKeyPair[];
    readonly isChanging?: boolean;
    readonly failedTask?: {
        readonly id: string;
        readonly failure: ItemFailure;
    };
    readonly unsupported?: string;
}
export type DescribeInstancesRequest = {
    readonly kind: 'exact';
    readonly instanceIds: readonly string[];
    readonly cursor: string | undefined;
} | {
    readonly kind: 'bound-to';
    readonly keyPair: KeyPair;
    readonly cursor: string | undefined;
}
 | {
    readonly kind: 'bound';
    readonly cursor: string | undefined;
};
export interface ChangeKeyRequest {
    readonly keyPair: KeyPairHandle;
    readonly instanceIds: readonly string[];
}
export interface PowerRequest {
    readonly instanceIds: readonly string[];
    readonly force: boolean;
}
export interface Location {
    readonly region: string;
    readonly endpoint: string;
}
type Answer<T> = Promise<Result<T, CallFailure>>;
export type SizedCall = 'lookup' | 'delete' | 'attach' | 'detach' | 'read-instances' | 'stop' | 'start' | 'reboot';
export interface KeyPairStoreDriver {
    readonly provider: string;
    readonly location: Location;
    readonly capabilities: Capabilities;
    bytesOf(call: SizedCall, item: string): number;
    doDescribeKeyPairs(request: DescribeKeyPairsRequest, context: CallContext): Answer<Page<KeyPair>>;
    doImportKeyPair(request: ImportKeyPairRequest, context: CallContext): Answer<KeyPair>;
    doCreateKeyPair(request: CreateKeyPairRequest, context: CallContext): Answer<GeneratedKeyPair>;
    doUpdateKeyPair(request: UpdateKeyPairRequest, context: CallContext): Answer<null>;
    doDeleteKeyPairs(keyPairs: readonly KeyPair[], context: CallContext): Answer<readonly ItemVerdict[]>;
    doDescribeInstances(request: DescribeInstancesRequest, context: CallContext): Answer<Page<InstanceRecord>>;
    close(): Promise<void>;
}
export interface KeyPairDriver extends KeyPairStoreDriver {
    doAttachKeyPair(request: ChangeKeyRequest, context: CallContext): Answer<readonly ItemVerdict[]>;
    doDetachKeyPair(request: ChangeKeyRequest, context: CallContext): Answer<readonly ItemVerdict[]>;
    doStopInstances(request: PowerRequest, context: CallContext): Answer<readonly ItemVerdict[]>;
    doStartInstances(request: PowerRequest, context: CallContext): Answer<readonly ItemVerdict[]>;
    doRebootInstances(request: PowerRequest, context: CallContext): Answer<readonly ItemVerdict[]>;
}

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
export declare function keyPairError<C extends KeyPairErrorCode, Details extends KeyPairErrorDetails[C] = KeyPairErrorDetails[C]>(init: KeyPairErrorInit<C, Details>): KeyPairErrorOf<C, Details>;

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

// service/adapter-options.d.ts
export interface ConnectionOptions {
    readonly transport?: HttpTransport | undefined;
    readonly certificateAuthorities?: string | undefined;
    readonly testing?: TestingOptions | undefined;
}
export type OwnOptions<Options> = Readonly<Record<Exclude<keyof Options, keyof ConnectionOptions>, true>>;
interface AdapterOptions extends ConnectionOptions {
    readonly region?: unknown;
    readonly endpoint?: unknown;
    readonly profile?: unknown;
    readonly credentials?: unknown;
}
export declare function checkAdapterOptions(adapter: string, names: Readonly<Record<string, true>>, options: AdapterOptions): void;

// http/types.d.ts
export interface HttpRequest {
    readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
    readonly url: string;
    readonly headers: Readonly<Record<string, string>>;
    readonly body?: string;
}
export interface HttpResponse {
    readonly status: number;
    readonly headers: Readonly<Record<string, string | undefined>>;
    readonly text: string;
}
export interface TransportFailure {
    readonly kind: 'aborted' | 'network' | 'too-large' | 'unreadable';
    readonly sent: boolean;
    readonly message: string;
    readonly permanent?: boolean;
    readonly closed?: boolean;
    readonly hint?: string;
    readonly cause?: Error;
}
export interface HttpTransport {
    send(request: HttpRequest, signal: AbortSignal): Promise<Result<HttpResponse, TransportFailure>>;
    close(): Promise<void>;
}

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

// scheduling/clock.d.ts
export interface Clock {
    now(): number;
    sleep(ms: number, signal: AbortSignal): Promise<void>;
}
export type Random = () => number;

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

// secret.d.ts
export declare class Secret {
    #private;
    constructor(text: string);
    reveal(): string;
    toString(): string;
    toJSON(): string;
}

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

// key-material/fingerprint.d.ts
export type FingerprintComparison = 'same' | 'different' | 'incomparable';
export declare function md5Forms(key: PublicKey): readonly (string | undefined)[];
export declare function normalizeMd5(text: string): string | undefined;
export declare function sameFingerprint(cloudFingerprint: string | undefined, key: PublicKey): FingerprintComparison;

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

// engine/listeners.d.ts
export declare function callListener(name: string, call: () => unknown): void;

// service/create-service.d.ts
export declare function createKeyPairStore(driver: KeyPairStoreDriver, options?: ServiceOptions): KeyPairStore;
export declare function createKeyPairService(driver: KeyPairDriver, options?: ServiceOptions): KeyPairService;

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

// errors/type-checks.d.ts
export declare function mustBeFunction(value: unknown, what: string): void;

// foreign-values.d.ts
export declare function mustBeObject(value: unknown, what: string): void;
export declare function mustHaveMethods(value: unknown, what: string, ...names: readonly string[]): void;

// key-material/parse-public-key.d.ts
export declare function openSshLine(text: string | null | undefined): string | undefined;

// engine/pages.d.ts
export declare function pageCursors(next: number, last: number, step?: number): Pick<Page<never>, 'cursor' | 'ahead'>;

// errors/failures.d.ts
export declare function refusal(code: CallFailure['code'], message: string, hint?: string): CallFailure;

// Of other packages:
//   neverthrow: Result, ResultAsync

