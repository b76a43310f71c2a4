// The public API of @cloud-keypair/core/credentials. Made by pnpm documents.
//   AccessKey
//   AccessKeyNames
//   CredentialAttempt
//   CredentialOwner
//   CredentialProblem
//   CredentialReport
//   CredentialSearch
//   CredentialSource
//   Finding
//   Inspection
//   NotFound
//   Surroundings
//   TimeLimit
//   absent
//   credentialsOf
//   errorKind
//   failedCall
//   findCredentials
//   found
//   homeDirectoryOf
//   inspectCredentials
//   optionSource
//   parseJson
//   readAccessKey
//   readSmallFile
//   replaceFile
//   secretsOf
//   sendWithin
//   surroundingsOf
//   timeOf
//   unauthenticated
//   unusable
//   variablesSource
//   withoutProxy

// credentials/access-key.d.ts
export interface AccessKey {
    readonly id: string;
    readonly secret: string;
    readonly token?: string;
    readonly expiresAt?: number;
}
export interface AccessKeyNames {
    readonly id: string;
    readonly secret: string;
    readonly token: string;
}
export declare function readAccessKey(given: unknown, source: string, names: AccessKeyNames): Finding<AccessKey>;
export declare function variablesSource(environment: Environment, variables: AccessKeyNames, names: AccessKeyNames): CredentialSource<AccessKey>;
export declare function secretsOf({ id, secret, token }: AccessKey): readonly (string | undefined)[];

// credentials/find-credentials.d.ts
export interface CredentialAttempt {
    readonly source: string;
    readonly status: 'used' | 'absent' | 'unusable';
    readonly reason?: string;
}
export interface CredentialSearch<C> {
    readonly credentials: Result<C, CallFailure>;
    readonly attempts: readonly CredentialAttempt[];
}
export declare function findCredentials<C>(sources: readonly CredentialSource<C>[], advice?: string): Promise<CredentialSearch<C>>;
export declare function credentialsOf<C extends Expiring>(sources: readonly CredentialSource<C>[], advice: string, now: () => number): CredentialCache<C>;

// credentials/report.d.ts
export interface CredentialOwner {
    readonly account: string;
    readonly name?: string;
    readonly kind?: string;
}
export interface CredentialProblem {
    readonly code: CallFailure['code'];
    readonly message: string;
    readonly hint?: string;
}
export interface CredentialReport {
    readonly source: string | undefined;
    readonly keyEnding: string | undefined;
    readonly expiresAt: string | undefined;
    readonly owner: CredentialOwner | undefined;
    readonly attempts: readonly CredentialAttempt[];
    readonly problem: CredentialProblem | undefined;
}
export interface Inspection<C> {
    readonly sources: readonly CredentialSource<C>[];
    readonly advice?: string;
    readonly keyIdOf: (credentials: C) => string;
    readonly readOwner: (credentials: C, context: CallContext) => Promise<Result<CredentialOwner, CallFailure>>;
    close(): Promise<void>;
}
export declare function inspectCredentials<C extends Expiring>(inspection: Inspection<C>): Promise<CredentialReport>;

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
export type PowerState = 'running' | 'stopped' | 'starting' | 'stopping' | 'rebooting' | 'other';
export interface BoundKeyPair {
    readonly name?: string;
    readonly id?: string;
}

// credentials/finding.d.ts
export interface CredentialSource<C> {
    readonly name: string;
    find(): Finding<C> | Promise<Finding<C>>;
}
export type Finding<C> = {
    readonly kind: 'found';
    readonly credentials: C;
} | NotFound;
export type NotFound = 
{
    readonly kind: 'absent';
    readonly reason: string;
}
 | {
    readonly kind: 'unusable';
    readonly failure: CallFailure;
};
export declare function found<C>(credentials: C): Finding<C>;
export declare function absent(reason: string): NotFound;
export declare function unusable(message: string, hint?: string): NotFound;
export declare function failedCall(what: string, failure: CallFailure, refusedHint?: string): NotFound;

// credentials/surroundings.d.ts
interface SurroundingOptions {
    readonly transport?: HttpTransport | undefined;
    readonly certificateAuthorities?: string | undefined;
    readonly testing?: {
        readonly clock?: Clock | undefined;
        readonly environment?: Environment | undefined;
        readonly homeDirectory?: string | undefined;
    } | undefined;
}
export interface Surroundings {
    readonly environment: Environment;
    readonly home: string | undefined;
    readonly transport: HttpTransport;
    readonly now: () => number;
}
export declare function surroundingsOf({ transport, certificateAuthorities, testing }: SurroundingOptions, direct?: string): Surroundings;
export declare function homeDirectoryOf(option: string | undefined): string | undefined;
export declare function withoutProxy(environment: Environment, host: string): Environment;

// http/proxy.d.ts
export type Environment = Readonly<Record<string, string | undefined>>;

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

// credentials/send-within.d.ts
export type TimeLimit = (ms: number) => AbortSignal;
export declare function sendWithin(transport: HttpTransport, request: HttpRequest, ms: number, limit?: TimeLimit): Promise<Result<HttpResponse, CallFailure>>;

// http/credential-cache.d.ts
export interface Expiring {
    readonly expiresAt?: number | undefined;
}
export interface CredentialCache<T> {
    get(): Promise<Result<T, CallFailure>>;
    renew(refused: T): Promise<Result<T, CallFailure>>;
    forget(): void;
}
export declare function unauthenticated(message: string, hint?: string): CallFailure;

// foreign-values.d.ts
export declare function errorKind(error: unknown): string;
export declare function parseJson(text: string): unknown;
export declare function timeOf(date: string | null | undefined): number | undefined;

// credentials/option-source.d.ts
export declare function optionSource<C>(credentials: object | (() => unknown), check: (given: unknown, source: string) => Finding<C>): CredentialSource<C>;

// file/read-small-file.d.ts
export declare function readSmallFile(path: string): Result<string | undefined, string>;

// file/replace-file.d.ts
export declare function replaceFile(path: string, text: string): Result<null, string>;

// scheduling/clock.d.ts
export interface Clock {
    now(): number;
    sleep(ms: number, signal: AbortSignal): Promise<void>;
}

// Of other packages:
//   neverthrow: Result

