// The public API of @cloud-keypair/fleet. Made by pnpm documents.
//   AttachPlace
//   Fleet
//   FleetAttachOptions
//   FleetError
//   FleetErrorCode
//   FleetEvent
//   FleetOptions
//   FleetRotateOptions
//   FleetWorker
//   NewKey
//   Place
//   PlaceOutcome
//   PlaceReport
//   Released
//   RunLimits
//   RunOptions
//   RunReport
//   RunRequest
//   RunState
//   WatchOptions
//   WorkerOptions
//   createFleet

// place.d.ts
export interface Place {
    readonly provider: string;
    readonly account?: string | undefined;
    readonly region?: string | undefined;
}
export interface AttachPlace extends Place {
    readonly instanceIds: readonly string[];
}

// create-fleet.d.ts
export interface FleetOptions {
    readonly connection: string;
    readonly prefix?: string | undefined;
    readonly services: (place: Place, parts: {
        readonly pacer: Pacer;
    }) => KeyPairStore | Promise<KeyPairStore>;
    readonly acceptLoss?: boolean | undefined;
}
export interface RunOptions extends RunLimits {
    readonly id?: string | undefined;
}
export interface FleetRotateOptions extends RunOptions {
    readonly from: string;
    readonly to: NewKey;
    readonly maxUnavailable?: number | undefined;
}
export interface FleetAttachOptions extends RunOptions {
    readonly keyPair: string;
    readonly takeEffect?: 'now' | 'next-restart' | undefined;
    readonly maxUnavailable?: number | undefined;
}
export interface WatchOptions {
    readonly signal?: AbortSignal | undefined;
}
export interface Fleet {
    rotate(places: readonly Place[], options: FleetRotateOptions): ResultAsync<RunReport, FleetError>;
    attach(places: readonly AttachPlace[], options: FleetAttachOptions): ResultAsync<RunReport, FleetError>;
    audit(places: readonly Place[], options?: RunOptions): ResultAsync<RunReport, FleetError>;
    work(options?: WorkerOptions): ResultAsync<FleetWorker, FleetError>;
    watch(id: string, options?: WatchOptions): AsyncIterable<Result<FleetEvent, FleetError>>;
    report(id: string): ResultAsync<RunReport, FleetError>;
    pause(id: string): ResultAsync<RunReport, FleetError>;
    resume(id: string): ResultAsync<RunReport, FleetError>;
    cancel(id: string): ResultAsync<RunReport, FleetError>;
    release(place: Place): ResultAsync<Released, FleetError>;
    close(): Promise<void>;
}
export declare function createFleet(options: FleetOptions): Fleet;

// run.d.ts
export type RunRequest = {
    readonly operation: 'rotate';
    readonly from: string;
    readonly to: string;
    readonly publicKey: string;
    readonly maxUnavailable: number;
} | {
    readonly operation: 'attach';
    readonly keyPair: string;
    readonly takeEffect: 'now' | 'next-restart';
    readonly maxUnavailable: number;
} | {
    readonly operation: 'audit';
};
export interface RunLimits {
    readonly placesAtOnce?: number | undefined;
    readonly failedPlaces?: number | undefined;
}
export type RunState = 'submitting' | 'running' | 'paused' | 'cancelled' | 'finished';
export type PlaceOutcome = {
    readonly status: 'succeeded';
    readonly changed: number;
    readonly pendingRestart: readonly string[];
    readonly audit?: AuditReport | undefined;
} | {
    readonly status: 'failed' | 'cancelled';
    readonly code: KeyPairErrorCode | 'no-service' | 'too-many-starts';
    readonly message: string;
    readonly leftStopped: readonly string[];
};
export interface PlaceReport {
    readonly place: Place | AttachPlace;
    readonly outcome?: PlaceOutcome;
    readonly starts: number;
}
export interface RunReport {
    readonly id: string;
    readonly state: RunState;
    readonly reason?: string | undefined;
    readonly request: RunRequest;
    readonly total: number;
    readonly succeeded: number;
    readonly failed: number;
    readonly cancelled: number;
    readonly places: readonly PlaceReport[];
}
export type FleetEvent = {
    readonly kind: 'report';
    readonly report: RunReport;
} | {
    readonly kind: 'begun';
    readonly place: Place;
    readonly starts: number;
} | {
    readonly kind: 'progress';
    readonly place: Place;
    readonly done: number;
    readonly total: number;
} | {
    readonly kind: 'ended';
    readonly place: Place;
    readonly outcome: PlaceOutcome;
} | {
    readonly kind: 'state';
    readonly state: RunState;
    readonly reason?: string | undefined;
};

// new-key.d.ts
export type NewKey = {
    readonly name: string;
    readonly publicKey: string;
} | {
    readonly name: string;
    readonly save: SavePrivateKey;
    readonly keyType?: 'rsa' | 'ecdsa' | 'ed25519' | undefined;
};

// fleet-error.d.ts
export type FleetErrorCode = 'invalid-argument' | 'not-found' | 'conflict' | 'not-durable' | 'storage';
export declare class FleetError extends Error {
    readonly name = "FleetError";
    readonly code: FleetErrorCode;
    readonly hint: string;
    constructor(code: FleetErrorCode, message: string, hint: string);
}

// worker.d.ts
export interface WorkerOptions {
    readonly placesAtOnce?: number | undefined;
    readonly leaseMs?: number | undefined;
    readonly callMs?: number | undefined;
    readonly maxStarts?: number | undefined;
    readonly check?: ((place: Place, instanceId: string, signal: AbortSignal) => Promise<void>) | undefined;
}
export interface FleetWorker {
    close(): Promise<void>;
}

// release-place.d.ts
export interface Released {
    readonly run?: string;
    readonly leftStopped: readonly string[];
}

// Of other packages:
//   @cloud-keypair/core: AuditReport, KeyPairErrorCode, KeyPairStore, Pacer, Result, ResultAsync, SavePrivateKey

