// The public API of @cloud-keypair/core/testing. Made by pnpm documents.
//   Fault
//   FaultKind
//   FaultScope
//   FaultyCall
//   ReceivedCall
//   SeedInstance
//   SeedKeyPair
//   World
//   WorldSnapshot

// testing.d.ts
export interface SeedInstance {
    readonly id: string;
    readonly power?: 'running' | 'stopped' | 'starting' | undefined;
    readonly kind?: 'linux' | 'windows' | 'agentless' | undefined;
    readonly keyPair?: string | undefined;
    readonly alsoBound?: readonly string[] | undefined;
    readonly apart?: 'terminated' | 'other-user' | undefined;
}
export interface SeedKeyPair {
    readonly name: string;
    readonly publicKey?: string | undefined;
    readonly description?: string | undefined;
    readonly tags?: Readonly<Record<string, string>> | undefined;
    readonly group?: string | undefined;
}
export type FaultyCall = 'import' | 'create' | 'update' | 'delete' | 'attach' | 'detach' | 'stop' | 'start' | 'reboot' | 'lookup' | 'list' | 'read-instances' | 'list-instances';
export interface FaultScope {
    readonly on: FaultyCall;
    readonly skip?: number;
    readonly times?: number;
}
export type Fault = FaultScope & FaultKind;
export type FaultKind = 
{
    readonly kind: 'throttled';
    readonly retryAfterMs?: number;
}
 | {
    readonly kind: 'denied';
    readonly message?: string;
}
 | {
    readonly kind: 'expired';
}
 | {
    readonly kind: 'no-stock';
}
 | {
    readonly kind: 'full';
}
 | {
    readonly kind: 'busy';
}
 | {
    readonly kind: 'echo';
    readonly by: 'cloud' | 'gateway';
}
 | {
    readonly kind: 'server-error';
    readonly commit: boolean;
}
 | {
    readonly kind: 'reset';
    readonly commit: boolean;
}
 | {
    readonly kind: 'silence';
    readonly commit: boolean;
}
 | {
    readonly kind: 'late';
    readonly afterMs: number;
}
 | {
    readonly kind: 'slow';
    readonly overMs: number;
}
 | {
    readonly kind: 'items';
    readonly ids: readonly string[];
    readonly as: 'gone' | 'throttled' | 'strange' | 'failed';
    readonly message?: string;
}
 | {
    readonly kind: 'omits';
    readonly ids: readonly string[];
}
 | {
    readonly kind: 'foreign';
    readonly commit: true;
}
 | {
    readonly kind: 'repeats';
    readonly commit: true;
}
 | {
    readonly kind: 'contradicts';
    readonly first: 'refused' | 'accepted';
    readonly commit: true;
}
 | {
    readonly kind: 'fails-late';
}
 | {
    readonly kind: 'short';
    readonly items: number;
}
 | {
    readonly kind: 'garbled';
    readonly how: 'html' | 'truncated' | 'empty' | 'array' | 'huge';
    readonly commit: boolean;
};
export interface ReceivedCall {
    readonly call: FaultyCall;
    readonly mutating: boolean;
    readonly items: readonly string[];
    readonly forced?: boolean;
    readonly token?: string;
}
export interface WorldSnapshot {
    readonly keyPairs: readonly {
        readonly name: string;
        readonly publicKey: string;
        readonly description: string;
        readonly tags: Readonly<Record<string, string>>;
        readonly group: string;
    }[];
    readonly instances: readonly {
        readonly id: string;
        readonly power: string;
        readonly bound: string | null;
        readonly authorized: readonly string[];
    }[];
}
export interface World {
    seedKeyPairs(keyPairs: readonly SeedKeyPair[]): Promise<void>;
    seedInstances(instances: readonly SeedInstance[]): Promise<void>;
    fault(fault: Fault): Promise<void>;
    setReadLag(ms: number): Promise<void>;
    restart(instanceId: string): Promise<void>;
    settle(): Promise<void>;
    snapshot(): Promise<WorldSnapshot>;
    calls(): Promise<readonly ReceivedCall[]>;
    forgetCalls(): Promise<void>;
    clearFaults(): Promise<void>;
}

