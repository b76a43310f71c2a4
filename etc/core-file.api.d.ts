// The public API of @cloud-keypair/core/file. Made by pnpm documents.
//   CheckLoginOptions
//   CheckpointFile
//   CheckpointLines
//   FileError
//   HostKeys
//   PassphraseProblem
//   SaveToFileOptions
//   SshLogin
//   checkLogin
//   checkpointFile
//   foldLines
//   passphraseProblem
//   saveToFile

// file/check-login.d.ts
export interface CheckLoginOptions extends Omit<SshLogin, 'keyFile'> {
    readonly privateKey: Secret | {
        readonly file: string;
    };
    readonly signal?: AbortSignal | undefined;
    readonly deadlineMs?: number | undefined;
}
export declare function checkLogin(options: CheckLoginOptions): Promise<void>;

// file/ssh-arguments.d.ts
export interface SshLogin {
    readonly address: string;
    readonly port?: number | undefined;
    readonly user: string;
    readonly hostKeys: HostKeys;
    readonly keyFile: string;
}
export interface HostKeys {
    readonly file: string;
    readonly firstContact: 'refuse' | 'record';
    readonly name?: string | undefined;
}

// secret.d.ts
export declare class Secret {
    #private;
    constructor(text: string);
    reveal(): string;
    toString(): string;
    toJSON(): string;
}

// file/checkpoint-file.d.ts
export interface CheckpointFile {
    readonly resume: Checkpoint | undefined;
    readonly onCheckpoint: NonNullable<ChangeOptions['onCheckpoint']>;
}
export declare function checkpointFile(path: string): Promise<CheckpointFile>;

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

// contract/key-pair-driver.d.ts
export interface Location {
    readonly region: string;
    readonly endpoint: string;
}

// contract/key-pair.d.ts
export type Tags = Readonly<Record<string, string>>;
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
export interface ProgressEvent {
    readonly provider: string;
    readonly operation: string;
    readonly step: 'settling' | 'stopping' | 'detaching' | 'attaching' | 'rebooting' | 'putting-back' | 'starting' | 'checking' | 'finished';
    readonly instanceIds: readonly string[];
    readonly waitMs?: number;
    readonly finished: number;
    readonly total: number;
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
export type KeyPairError<B extends AnyBatch = AnyBatch> = {
    readonly [C in Exclude<KeyPairErrorCode, 'incomplete'>]: KeyPairFailure<C>;
}[Exclude<KeyPairErrorCode, 'incomplete'>] | KeyPairFailure<'incomplete', {
    readonly batch: B;
}>;
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

// file/checkpoint-lines.d.ts
export declare class CheckpointLines {
    #private;
    whole(checkpoint: Checkpoint): string;
    hasOthersInProgress({ instances }: Checkpoint, changed: readonly CheckpointInstance[]): boolean;
    change(checkpoint: Checkpoint, changed: readonly CheckpointInstance[]): string;
}
export declare function foldLines(text: string): Result<Checkpoint, string>;

// file/file-error.d.ts
export interface FileError extends Error {
    readonly code: string;
    readonly path: string;
    readonly syscall: string;
}

// key-material/encrypted-private-key.d.ts
export interface PassphraseProblem {
    readonly message: string;
    readonly hint: string;
}
export declare function passphraseProblem(passphrase: Secret): PassphraseProblem | undefined;

// file/save-to-file.d.ts
export interface SaveToFileOptions {
    readonly ifFileExists?: 'refuse' | 'reuse' | undefined;
    readonly passphrase?: Secret | undefined;
}
export declare function saveToFile(path: string, options?: SaveToFileOptions): SavePrivateKey;

// Of other packages:
//   neverthrow: Result

