// The public API of @cloud-keypair/core/http. Made by pnpm documents.
//   AnswerForm
//   AnswerHead
//   AnswerOfCode
//   AnswerSchema
//   CallMeans
//   CallRefused
//   CodeMeaning
//   CredentialCache
//   Expiring
//   FormParameter
//   FormParameters
//   HttpEndpoint
//   HttpRequest
//   HttpResponse
//   HttpTransport
//   HttpTransportOptions
//   JsonApi
//   JsonCall
//   JsonRequest
//   Loader
//   PlainCall
//   SignedAnswer
//   SignedApi
//   SignedCall
//   TransportFailure
//   VendorRequest
//   VendorVerdict
//   WireDate
//   WireKeyPairFields
//   callWithCredentials
//   createCodeTable
//   createCredentialCache
//   createHttpTransport
//   createJsonCall
//   createPlainCall
//   createSignedCall
//   deleteOneByOne
//   flattenParameters
//   keepCredentials
//   keyPairFrom
//   loadOnce
//   locationOf
//   parseRetryAfter
//   readAnswer
//   readEndpoint
//   readRegion
//   scrub
//   sentence
//   usablePrivateKey

// http/read-answer.d.ts
export interface AnswerSchema<T> {
    readonly '~standard': {
        validate(value: unknown): SchemaOutcome<T> | Promise<SchemaOutcome<T>>;
    };
}
type SchemaOutcome<T> = {
    readonly value: T;
    readonly issues?: undefined;
} | {
    readonly issues: readonly SchemaIssue[];
};
interface SchemaIssue {
    readonly message: string;
    readonly path?: readonly (PropertyKey | {
        readonly key: PropertyKey;
    })[] | undefined;
}
export interface AnswerHead {
    readonly requestId?: string | undefined;
    readonly error?: {
        readonly code?: string | undefined;
        readonly message?: string | undefined;
    } | undefined;
    readonly isRefusal?: boolean | undefined;
}
export interface CodeMeaning {
    readonly code: CallFailureCode;
    readonly transient?: boolean;
    readonly items?: boolean;
    readonly outcomeUnknown?: boolean;
    readonly credentials?: boolean;
    readonly hint?: string;
}
export interface AnswerOfCode {
    readonly action: string;
    readonly status: number;
    readonly message: string;
}
export interface AnswerForm {
    parse?(text: string): unknown;
    readonly head: AnswerSchema<AnswerHead>;
    readonly resultField?: string;
    readonly requestIdHeader?: string;
    readonly retryAfterMsHeader?: string;
    classify(code: string, answer: AnswerOfCode): CodeMeaning | undefined;
    classifyStatus?(answer: AnswerOfCode): CodeMeaning | undefined;
    readonly secrets: readonly (string | undefined)[];
    readonly refusesUnder200?: boolean;
    readonly now?: () => number;
}
export declare function readAnswer<T>(form: AnswerForm, request: VendorRequest, response: HttpResponse, schema: AnswerSchema<T>): Promise<Result<{
    readonly value: T;
    readonly vendor: VendorError;
}, CallRefused>>;

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
export interface Location {
    readonly region: string;
    readonly endpoint: string;
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
export type PowerState = 'running' | 'stopped' | 'starting' | 'stopping' | 'rebooting' | 'other';
export interface BoundKeyPair {
    readonly name?: string;
    readonly id?: string;
}

// http/signed-call.d.ts
export interface CallMeans<Credentials, Endpoint, Vendor> {
    readonly as: Credentials;
    readonly endpoint: Endpoint;
    readonly vendor: Vendor;
}
export interface SignedApi<Request extends VendorRequest, Credentials, Endpoint, Vendor> {
    readonly credentials: CredentialCache<Credentials>;
    transportOf(as: Credentials): HttpTransport;
    endpoint(): Result<Endpoint, CallFailure>;
    readonly load: Loader<Vendor>;
    sign(request: Request, means: CallMeans<Credentials, Endpoint, Vendor>): Result<HttpRequest, CallFailure>;
    form(request: Request, means: CallMeans<Credentials, Endpoint, Vendor>): AnswerForm;
}
export interface SignedAnswer<T, Credentials> {
    readonly value: T;
    readonly vendor: VendorError;
    readonly as: Credentials;
}
export type SignedCall<Request extends VendorRequest, Credentials> = <T>(request: Request, schema: AnswerSchema<T>, context: CallContext) => Promise<Result<SignedAnswer<T, Credentials>, CallFailure>>;
export type PlainCall<Request extends VendorRequest> = <T>(request: Request, schema: AnswerSchema<T>, context: CallContext) => Promise<Result<T, CallFailure>>;
export declare function createPlainCall<Request extends VendorRequest, Credentials, Endpoint, Vendor>(api: SignedApi<Request, Credentials, Endpoint, Vendor>): PlainCall<Request>;
export declare function createSignedCall<Request extends VendorRequest, Credentials, Endpoint, Vendor>(api: SignedApi<Request, Credentials, Endpoint, Vendor>): SignedCall<Request, Credentials>;

// http/answer-failure.d.ts
export interface VendorRequest {
    readonly action: string;
    readonly mutating: boolean;
    readonly items?: readonly string[];
}
export interface CallRefused {
    readonly failure: CallFailure;
    readonly credentials: boolean;
}
export interface VendorVerdict {
    readonly code: CallFailureCode;
    readonly transient: boolean;
    readonly outcomeUnknown: boolean;
    readonly credentials: boolean;
    readonly items: boolean;
    readonly hint?: string;
}
export declare function sentence(text: string): string;

// http/credential-cache.d.ts
export interface Expiring {
    readonly expiresAt?: number | undefined;
}
export interface CredentialCache<T> {
    get(): Promise<Result<T, CallFailure>>;
    renew(refused: T): Promise<Result<T, CallFailure>>;
    forget(): void;
}
export declare function createCredentialCache<T extends Expiring>(load: () => Promise<Result<T, CallFailure>>, now?: () => number): CredentialCache<T>;
export declare function keepCredentials<T>(credentials: T): CredentialCache<T>;
export declare function callWithCredentials<Credentials, T>(credentials: CredentialCache<Credentials>, signal: AbortSignal, attempt: (as: Credentials) => Promise<Result<T, CallRefused>>): Promise<Result<T, CallFailure>>;

// http/flatten-parameters.d.ts
export type FormParameter = string | number | boolean | undefined | readonly FormParameter[] | FormParameters;
export interface FormParameters {
    readonly [name: string]: FormParameter;
}
export declare function flattenParameters(parameters: FormParameters): Readonly<Record<string, string>>;

// http/endpoint.d.ts
export interface HttpEndpoint {
    readonly origin: string;
    readonly host: string;
}
export declare function readEndpoint(given: string, example: string, what?: string): Result<HttpEndpoint, CallFailure>;
export declare function readRegion(given: string | undefined, example: string, hint: string): Result<string, CallFailure>;
export declare function locationOf(endpoint: Result<{
    readonly origin: string;
    readonly region?: string;
}, CallFailure>): Location;

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

// http/transport.d.ts
export interface HttpTransportOptions {
    readonly proxy?: string | undefined;
    readonly environment?: Environment | undefined;
    readonly maxResponseBytes?: number | undefined;
    readonly connectTimeoutMs?: number | undefined;
    readonly maxConnections?: number | undefined;
    readonly certificateAuthorities?: string | undefined;
}
export declare function createHttpTransport(options?: HttpTransportOptions): HttpTransport;

// http/proxy.d.ts
export type Environment = Readonly<Record<string, string | undefined>>;

// http/json-call.d.ts
export interface JsonRequest extends VendorRequest {
    readonly parameters: object;
}
export interface JsonApi extends AnswerForm {
    readonly transport: HttpTransport;
    sign(request: JsonRequest): HttpRequest;
}
export type JsonCall = PlainCall<JsonRequest>;
export declare function createJsonCall(api: JsonApi): JsonCall;

// http/load-once.d.ts
export type Loader<T> = () => Promise<Result<T, CallFailure>>;
export declare function loadOnce<T>(packageName: string, load: () => Promise<T>): Loader<T>;

// http/key-pair-from.d.ts
type WireText = string | null | undefined;
export type WireDate = string | number | null | undefined;
export interface WireKeyPairFields {
    readonly name: string;
    readonly id?: WireText;
    readonly fingerprint?: WireText;
    readonly publicKey?: WireText;
    readonly description?: WireText;
    readonly tags?: Tags | null | undefined;
    readonly group?: WireText;
    readonly createdAt?: WireDate;
    readonly updatedAt?: WireDate;
}
export declare function keyPairFrom({ name, id, fingerprint, group, description, tags, ...wire }: WireKeyPairFields): KeyPair;

// http/code-table.d.ts
export declare function createCodeTable(rows: Readonly<Record<string, CodeMeaning>>): (code: string) => CodeMeaning | undefined;

// http/delete-one-by-one.d.ts
export declare function deleteOneByOne(keyPairs: readonly KeyPair[], send: (keyPair: KeyPair) => Promise<Result<unknown, CallFailure>>): Promise<Result<readonly ItemVerdict[], CallFailure>>;

// http/retry-after.d.ts
export declare function parseRetryAfter(headers: HttpResponse['headers'], nowMs: number, msHeader?: string): number | undefined;

// key-material/redact.d.ts
export declare function scrub(text: string, secrets: readonly (string | undefined)[]): string;

// http/usable-private-key.d.ts
export declare function usablePrivateKey(body: string): string;

// Of other packages:
//   neverthrow: Result

