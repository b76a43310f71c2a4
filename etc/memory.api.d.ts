// The public API of @cloud-keypair/memory. Made by pnpm documents.
//   CloudKeyPair
//   MemoryCloud
//   MemoryFault
//   MemoryLimits
//   MemoryOptions
//   MemoryTraits
//   MemoryWorld
//   RateLimit
//   createMemoryCloud
//   createMemoryKeyPairService
//   memoryVariants

// cloud/public-key.d.ts
export interface CloudKeyPair {
    readonly publicKey: PublicKey;
    readonly privateKey: Secret;
}

// service.d.ts
export interface MemoryCloud {
    readonly driver: KeyPairDriver;
    readonly world: MemoryWorld;
}
export declare function createMemoryCloud(options?: MemoryOptions): MemoryCloud;
export declare function createMemoryKeyPairService(options?: MemoryOptions): KeyPairService;

// world.d.ts
export type MemoryFault = Fault | PowerFault | RateLimit;
export type RateLimit = Pick<FaultScope, 'on'> & {
    readonly kind: 'bucket';
    readonly ratePerSecond: number;
    readonly burst: number;
};
type PowerFault = FaultScope & ({
    readonly kind: 'items';
    readonly ids: readonly string[];
    readonly as: 'no-stock';
    readonly message?: string;
} | {
    readonly kind: 'hangs';
    readonly ids: readonly string[];
});
export interface MemoryWorld extends World {
    seedKeyPairs(keyPairs: readonly SeedKeyPair[]): Promise<void>;
    seedInstances(instances: readonly SeedInstance[]): Promise<void>;
    fault(fault: MemoryFault): Promise<void>;
    setReadLag(ms: number): Promise<void>;
    restart(instanceId: string): Promise<void>;
    settle(): Promise<void>;
}

// traits.d.ts
export interface MemoryLimits {
    readonly change: number;
    readonly powerChange: number;
    readonly read: number;
    readonly lookup: number;
    readonly delete: number;
    readonly pageSize: number;
    readonly bytes: number;
}
export interface MemoryTraits {
    readonly identity: readonly ('name' | 'id')[];
    readonly showsKeyPairId: boolean;
    readonly uniqueNames: boolean;
    readonly nameAllows: NameCapabilities['allows'];
    readonly maxNameLength: number;
    readonly keyTypes: KeyCapabilities['types'];
    readonly rsaBits: readonly number[] | 'undocumented';
    readonly keysOnce: boolean;
    readonly description: MetadataSupport;
    readonly tags: MetadataSupport;
    readonly group: MetadataSupport;
    readonly createInCloud: boolean;
    readonly publicKey: boolean;
    readonly idempotencyToken: boolean;
    readonly limits: Partial<MemoryLimits>;
    readonly refusesInUse: boolean;
    readonly tellsInUse: boolean;
    readonly deletesSilently: boolean;
    readonly power: readonly PowerState[];
    readonly powerChangeMs: number;
    readonly reboot: 'takes-up-key' | 'keeps-key';
    readonly attachOver: 'replaces' | 'refused' | 'replaces-untold' | 'refused-untold';
    readonly refusal: 'per-item' | 'whole-call-named' | 'whole-call-unnamed';
    readonly fingerprint: 'md5' | 'md5-of-spki' | 'opaque';
    readonly detachOther: 'no-op' | 'error' | 'detaches';
    readonly tokenFailure: 'replayed' | 'forgotten';
    readonly createReplay: 'with-private-key' | 'without-private-key';
    readonly boundAfterAttach: 'at-once' | 'after-seconds';
    readonly changes: 'at-once' | 'later';
    readonly deleteAfterDetach: 'at-once' | 'after-seconds';
    readonly verdictOrder: 'as-given' | 'shuffled';
    readonly inUseCode: 'in-use' | 'unknown';
    readonly secondChange: 'wins' | 'first-lost';
}
export interface MemoryOptions {
    readonly clock?: Clock | undefined;
    readonly random?: Random | undefined;
    readonly generateKeyPair?: (() => CloudKeyPair) | undefined;
    readonly traits?: Partial<MemoryTraits> | undefined;
}

// variants.d.ts
export declare const memoryVariants: Readonly<Record<string, Partial<MemoryTraits>>>;

// Of other packages:
//   @cloud-keypair/core/driver: KeyPairDriver
//   @cloud-keypair/core/testing: Fault, FaultScope, SeedInstance, SeedKeyPair, World
//   @cloud-keypair/core: Clock, KeyCapabilities, KeyPairService, MetadataSupport, NameCapabilities, PowerState, PublicKey, Random, Secret

