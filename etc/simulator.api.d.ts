// The public API of @cloud-keypair/simulator. Made by pnpm documents.
//   AlibabaAccount
//   AlibabaEcsSimulator
//   AlibabaEcsSimulatorOptions
//   AlibabaEcsVariants
//   AlibabaEnsSimulator
//   AlibabaEnsSimulatorOptions
//   AlibabaEnsVariants
//   AlibabaInstanceStatus
//   AlibabaSeedInstance
//   AlibabaSeedKeyPair
//   AlibabaSimulator
//   AlibabaSimulatorOptions
//   AlibabaWorld
//   AlibabaWorldSnapshot
//   AwsAccount
//   AwsInstanceRecord
//   AwsInstanceState
//   AwsKeyPairRecord
//   AwsSeedInstance
//   AwsSeedKeyPair
//   AwsSimulator
//   AwsSimulatorOptions
//   AwsVariants
//   AwsWorld
//   AwsWorldSnapshot
//   BatchVariants
//   BodyDamage
//   Fault
//   FaultAim
//   FaultKind
//   GeneratedKeyPair
//   InstanceStatus
//   OpenStackAccount
//   OpenStackKeyPairRecord
//   OpenStackSeedKeyPair
//   OpenStackSeedServer
//   OpenStackServerRecord
//   OpenStackServerState
//   OpenStackSimulator
//   OpenStackSimulatorOptions
//   OpenStackVariants
//   OpenStackWorld
//   OpenStackWorldSnapshot
//   RecordedCall
//   SecondChange
//   SeedInstance
//   SeedKeyPair
//   SeededKeyPair
//   ShapeDamage
//   SimulatedCloud
//   SimulatorClock
//   SimulatorOptions
//   SimulatorSettings
//   StartedSimulator
//   TencentAccount
//   TencentInstanceRecord
//   TencentInstanceState
//   TencentKeyPairRecord
//   TencentOperation
//   TencentSeedInstance
//   TencentSeedKeyPair
//   TencentSimulator
//   TencentSimulatorOptions
//   TencentVariants
//   TencentWorld
//   TencentWorldSnapshot
//   TextDamage
//   VolcengineAccount
//   VolcengineSimulator
//   VolcengineSimulatorOptions
//   VolcengineVariants
//   World
//   WorldSnapshot
//   defaultAlibabaEcsVariants
//   defaultAlibabaEnsVariants
//   defaultAwsVariants
//   defaultOpenStackVariants
//   defaultTencentVariants
//   defaultVariants
//   simulatedClouds
//   startAlibabaEcsSimulator
//   startAlibabaEnsSimulator
//   startAwsSimulator
//   startOpenStackSimulator
//   startSimulator
//   startTencentSimulator
//   startVolcengineSimulator

// alibaba/gateway.d.ts
export interface AlibabaAccount {
    readonly accessKeyId: string;
    readonly accessKeySecret: string;
    readonly securityToken?: string | undefined;
    readonly sessionExpiresAt?: number | undefined;
}

// alibaba/ecs/simulator.d.ts
export interface AlibabaEcsSimulatorOptions extends AlibabaSimulatorOptions<AlibabaEcsVariants> {
    readonly region?: string | undefined;
}
export interface AlibabaEcsSimulator extends AlibabaSimulator<AlibabaEcsVariants> {
    readonly region: string;
}
export declare function startAlibabaEcsSimulator(options?: AlibabaEcsSimulatorOptions): Promise<AlibabaEcsSimulator>;

// alibaba/start.d.ts
export type AlibabaSimulatorOptions<Variants> = SimulatorOptions<AlibabaAccount, Variants>;
export interface AlibabaSimulator<Variants> extends RunningSimulator<AlibabaWorld, Variants> {
    readonly accessKeyId: string;
    readonly accessKeySecret: string;
}

// serve.d.ts
export interface RunningSimulator<World, Variants> {
    readonly url: string;
    readonly host: string;
    readonly variants: Variants;
    readonly calls: readonly RecordedCall[];
    readonly world: World;
    fault(fault: Fault): void;
    clearFaults(): void;
    clearCalls(): void;
    setReadLag(ms: number): void;
    close(): Promise<void>;
}

// recorded-call.d.ts
export interface RecordedCall {
    readonly action: string;
    readonly query: Readonly<Record<string, string>>;
    readonly mutating: boolean;
    readonly status: number | undefined;
    readonly code: string | undefined;
    readonly atMs: number;
    readonly token: string | undefined;
    readonly committed: boolean;
    readonly rawUrl: string;
    readonly headers: Readonly<Record<string, string>>;
}

// fault.d.ts
export interface FaultAim {
    readonly action?: string | undefined;
    readonly skip?: number | undefined;
    readonly times?: number | undefined;
}
export declare const textDamages: readonly ['truncate', 'html-502', 'empty-503', 'html-200', 'array', 'huge', 'wrong-content-type', 'redirect'];
export declare const shapeDamages: readonly ['wrong-type', 'drop-details', 'extra-details', 'foreign-details', 'refused-and-accepted', 'accepted-and-refused', 'number-for-string', 'empty-text', 'lone-item', 'error-in-200'];
export type TextDamage = (typeof textDamages)[number];
export type ShapeDamage = (typeof shapeDamages)[number];
export type BodyDamage = TextDamage | ShapeDamage;
export interface ThrottleFault {
    readonly kind: 'throttle';
    readonly retryAfterMs?: number | undefined;
    readonly status?: number | undefined;
    readonly code?: string | undefined;
}
export interface RefuseFault {
    readonly kind: 'refuse';
    readonly status: number;
    readonly code: string;
    readonly message?: string | undefined;
}
export interface EchoFault {
    readonly kind: 'echo';
    readonly status: number;
    readonly code?: string | undefined;
}
export type FaultKind = ThrottleFault
 | {
    readonly kind: 'bucket';
    readonly ratePerSecond: number;
    readonly burst: number;
}
 | {
    readonly kind: 'item';
    readonly ids: readonly string[];
    readonly code: string;
    readonly message?: string | undefined;
} | RefuseFault | EchoFault
 | {
    readonly kind: 'reset';
    readonly commit: boolean;
}
 | {
    readonly kind: 'hang';
    readonly commit: boolean;
}
 | {
    readonly kind: 'late';
    readonly afterMs: number;
}
 | {
    readonly kind: 'body';
    readonly transform: BodyDamage;
    readonly commit?: boolean | undefined;
}
 | {
    readonly kind: 'slow';
    readonly ms: number;
}
 | {
    readonly kind: 'fail-late';
}
 | {
    readonly kind: 'short-page';
    readonly items: number;
}
 | {
    readonly kind: 'read-lag';
    readonly lagMs: number;
};
export type Fault = FaultAim & FaultKind;

// alibaba/world.d.ts
export interface AlibabaSeedInstance {
    readonly id: string;
    readonly status?: AlibabaInstanceStatus | undefined;
    readonly osType?: 'Linux' | 'Windows' | undefined;
    readonly keyPair?: string | undefined;
    readonly authorized?: readonly string[] | undefined;
    readonly stock?: boolean | undefined;
    readonly stopHangs?: boolean | undefined;
    readonly denied?: boolean | undefined;
}
export interface AlibabaSeedKeyPair {
    readonly name: string;
    readonly publicKey?: string | undefined;
    readonly tags?: Readonly<Record<string, string>> | undefined;
    readonly group?: string | undefined;
}
export interface AlibabaWorldSnapshot {
    readonly keyPairs: readonly {
        readonly id: string;
        readonly name: string;
        readonly publicKey: string;
        readonly fingerprint: string;
        readonly resourceGroupId: string;
        readonly tags: Readonly<Record<string, string>>;
    }[];
    readonly instances: readonly {
        readonly id: string;
        readonly status: AlibabaInstanceStatus;
        readonly stoppedMode: 'KeepCharging' | 'StopCharging' | null;
        readonly bound: string | null;
        readonly boundId: string | null;
        readonly authorized: readonly string[];
    }[];
}
export type AlibabaWorld = SimulatedWorld<AlibabaSeedKeyPair, AlibabaSeedInstance, AlibabaWorldSnapshot>;

// seed.d.ts
export interface SeededKeyPair {
    readonly id: string;
    readonly name: string;
    readonly fingerprint: string;
}
export interface SimulatedWorld<SeedKeyPair, SeedInstance, Snapshot> {
    seedInstances(instances: readonly SeedInstance[]): void;
    seedKeyPair(keyPair: SeedKeyPair): SeededKeyPair;
    snapshot(): Snapshot;
    settle(): void;
}

// alibaba/store.d.ts
export declare const alibabaInstanceStatuses: readonly ['Pending', 'Starting', 'Running', 'Stopping', 'Stopped', 'Expired'];
export type AlibabaInstanceStatus = (typeof alibabaInstanceStatuses)[number];

// alibaba/ecs/variants.d.ts
export interface AlibabaEcsVariants extends BatchVariants {
    readonly fingerprint: 'md5' | 'md5-of-spki' | 'sha1-like';
    readonly privateKeyBody: 'pkcs1' | 'pkcs8' | 'bare';
    readonly attachSame: 'ok' | 'error';
    readonly detachOther: 'no-op' | 'error' | 'detaches';
    readonly secondChange: SecondChange;
    readonly badInstance: 'item' | 'call';
    readonly wrongStateCode: 'IncorrectInstanceStatus' | 'Refused';
    readonly unknownKeyPairStatus: 400 | 404;
    readonly deleteUnknown: 'ok' | 'InvalidKeyPair.NotFound';
    readonly deleteRefused: 'all-stay' | 'others-go';
    readonly afterDetachBusySeconds: number;
    readonly pageSizeBeyond: 'refused' | 'capped';
    readonly defaultStoppedMode: 'KeepCharging' | 'StopCharging';
    readonly capacityGivenBack: 'there' | 'gone';
    readonly powerChangeMs: number;
}
export declare const defaultAlibabaEcsVariants: AlibabaEcsVariants;

// alibaba/batch.d.ts
export interface BatchVariants {
    readonly values: 'numbers' | 'strings';
    readonly itemCode: 'text' | 'number' | 'number-and-sentence';
    readonly batchTotal: 'items' | 'more';
    readonly resultOrder: 'as-given' | 'shuffled';
}

// guest-keys.d.ts
export type SecondChange = 'wins' | 'first-lost';

// options.d.ts
export interface SimulatorOptions<Account, Variants> {
    readonly port?: number | undefined;
    readonly clock?: SimulatorClock | undefined;
    readonly wallClock?: (() => number) | undefined;
    readonly random?: Random | undefined;
    readonly generateKeyPair?: (() => Promise<GeneratedKeyPair>) | undefined;
    readonly accounts?: readonly Account[] | undefined;
    readonly variants?: Partial<Variants> | undefined;
}

// clock.d.ts
export interface SimulatorClock {
    now(): number;
    sleep(ms: number, signal: AbortSignal, request: IncomingHttpHeaders): Promise<void>;
}

// random.d.ts
export type Random = () => number;

// public-key.d.ts
export interface GeneratedKeyPair {
    readonly privateKey: string;
    readonly publicKey: string;
}

// alibaba/ens/simulator.d.ts
export type AlibabaEnsSimulatorOptions = AlibabaSimulatorOptions<AlibabaEnsVariants>;
export type AlibabaEnsSimulator = AlibabaSimulator<AlibabaEnsVariants>;
export declare function startAlibabaEnsSimulator(options?: AlibabaEnsSimulatorOptions): Promise<AlibabaEnsSimulator>;

// alibaba/ens/variants.d.ts
export interface AlibabaEnsVariants extends BatchVariants {
    readonly fingerprint: 'md5' | 'md5-of-spki' | 'opaque';
    readonly privateKeyBody: 'pem' | 'escaped';
    readonly requestId: 'plain' | 'tab';
    readonly names: 'unique' | 'repeat';
    readonly bothGiven: 'id' | 'name' | 'refused';
    readonly wildcard: 'yes' | 'no';
    readonly pageSizeMaximum: 10 | 50 | 100;
    readonly pageSizeBeyond: 'refused' | 'capped';
    readonly attachOverBound: 'replaces' | 'refuses-item' | 'refuses-call';
    readonly attachSame: 'ok' | 'error';
    readonly detachOtherById: 'item' | 'call';
    readonly culprits: 'none' | 'first' | 'all';
    readonly detachDeleted: 'error' | 'detaches';
    readonly secondChange: SecondChange;
    readonly badInstance: 'item' | 'call';
    readonly wrongStateCode: 'IncorrectInstanceStatus' | 'InvalidOperation.InvalidEnsStatus';
    readonly windows: 'refused' | 'accepted';
    readonly takenNameCode: 'InvalidParameter.KeyPairName' | 'ens.interface.error';
    readonly unknownKeyPairCode: 'InvalidParameter.KeyPair' | 'ens.interface.error';
    readonly deleteUnknown: 'ok' | 'error';
    readonly unboundName: 'absent' | 'empty';
    readonly noStockCode: 'CallInterface' | 'ens.interface.error';
    readonly powerChangeMs: number;
}
export declare const defaultAlibabaEnsVariants: AlibabaEnsVariants;

// aws/gateway.d.ts
export interface AwsAccount {
    readonly accessKeyId: string;
    readonly secretAccessKey: string;
    readonly sessionToken?: string | undefined;
}

// aws/region.d.ts
export declare const awsInstanceStates: readonly ['pending', 'running', 'stopping', 'stopped', 'shutting-down', 'terminated'];
export type AwsInstanceState = (typeof awsInstanceStates)[number];
export interface KeyPairRecord {
    readonly id: string;
    readonly name: string;
    readonly type: string;
    readonly publicKey: string;
    readonly fingerprint: string;
    readonly tags: Readonly<Record<string, string>>;
    readonly createdAt: number;
}
export interface InstanceRecord {
    readonly id: string;
    readonly state: AwsInstanceState;
    readonly keyName: string | undefined;
}

// aws/world.d.ts
export interface AwsSeedKeyPair {
    readonly name: string;
    readonly publicKey?: string | undefined;
    readonly tags?: Readonly<Record<string, string>> | undefined;
}
export interface AwsSeedInstance {
    readonly id: string;
    readonly state?: AwsInstanceState | undefined;
    readonly keyName?: string | undefined;
}
export interface AwsWorldSnapshot {
    readonly keyPairs: readonly KeyPairRecord[];
    readonly instances: readonly InstanceRecord[];
}
export type AwsWorld = SimulatedWorld<AwsSeedKeyPair, AwsSeedInstance, AwsWorldSnapshot>;

// aws/simulator.d.ts
export interface AwsSimulatorOptions extends SimulatorOptions<AwsAccount, AwsVariants> {
    readonly region?: string | undefined;
}
export interface AwsSimulator extends RunningSimulator<AwsWorld, AwsVariants> {
    readonly region: string;
    readonly accessKeyId: string;
    readonly secretAccessKey: string;
}
export declare function startAwsSimulator(options?: AwsSimulatorOptions): Promise<AwsSimulator>;

// aws/variants.d.ts
export interface AwsVariants {
    readonly publicKeyText: 'as-uploaded' | 'name-as-comment' | 'rfc4716';
    readonly deleteMissing: 'succeeds' | 'refused';
    readonly rsaBits: 'any' | 'documented';
    readonly limitCode: 'KeyPairLimitExceeded' | 'ResourceLimitExceeded';
    readonly maxKeyPairs: number;
}
export declare const defaultAwsVariants: AwsVariants;

// volcengine/region.d.ts
export declare const instanceStatuses: readonly ['CREATING', 'RUNNING', 'STOPPING', 'STOPPED', 'REBOOTING', 'STARTING', 'REBUILDING', 'RESIZING', 'ERROR', 'DELETING'];
export type InstanceStatus = (typeof instanceStatuses)[number];

// openstack/identity.d.ts
export interface OpenStackAccount {
    readonly userId: string;
    readonly username: string;
    readonly password: string;
    readonly projectId: string;
    readonly projectName: string;
    readonly applicationCredentialId: string;
    readonly applicationCredentialSecret: string;
}

// openstack/region.d.ts
export declare const openStackServerStates: readonly ['ACTIVE', 'SHUTOFF', 'BUILD', 'REBOOT', 'ERROR'];
export type OpenStackServerState = (typeof openStackServerStates)[number];
export interface KeyPairRecord {
    readonly userId: string;
    readonly name: string;
    readonly publicKey: string;
    readonly fingerprint: string;
    readonly createdAt: number;
}
export interface ServerRecord {
    readonly id: string;
    readonly status: OpenStackServerState;
    readonly keyName: string | undefined;
    readonly userId: string;
}

// openstack/world.d.ts
export interface OpenStackSeedKeyPair {
    readonly name: string;
    readonly publicKey?: string | undefined;
}
export interface OpenStackSeedServer {
    readonly id: string;
    readonly status?: OpenStackServerState | undefined;
    readonly keyName?: string | undefined;
    readonly userId?: string | undefined;
}
export interface OpenStackWorldSnapshot {
    readonly keyPairs: readonly KeyPairRecord[];
    readonly servers: readonly ServerRecord[];
}
export interface OpenStackWorld extends SimulatedWorld<OpenStackSeedKeyPair, OpenStackSeedServer, OpenStackWorldSnapshot> {
    removeKeyPair(name: string): void;
    revokeTokens(): void;
}

// openstack/simulator.d.ts
export interface OpenStackSimulatorOptions extends SimulatorOptions<OpenStackAccount, OpenStackVariants> {
    readonly region?: string | undefined;
}
export interface OpenStackSimulator extends RunningSimulator<OpenStackWorld, OpenStackVariants> {
    readonly region: string;
    readonly authUrl: string;
    readonly account: OpenStackAccount;
}
export declare function startOpenStackSimulator(options?: OpenStackSimulatorOptions): Promise<OpenStackSimulator>;

// openstack/variants.d.ts
export interface OpenStackVariants {
    readonly endpointForm: 'version' | 'project';
    readonly newest: number;
    readonly oldest: number;
    readonly seededKey: 'bare' | 'commented';
    readonly throttledStatus: 413 | 429;
    readonly linkHost: 'own' | 'other';
    readonly maxKeyPairs: number;
    readonly maxLimit: number;
    readonly tokenMs: number;
}
export declare const defaultOpenStackVariants: OpenStackVariants;

// volcengine/world.d.ts
export interface SeedInstance {
    readonly id: string;
    readonly status?: InstanceStatus | undefined;
    readonly osType?: 'Linux' | 'Windows' | undefined;
    readonly agent?: boolean | undefined;
    readonly keyPair?: string | undefined;
    readonly authorized?: readonly string[] | undefined;
    readonly stock?: boolean | undefined;
    readonly stopHangs?: boolean | undefined;
    readonly denied?: boolean | undefined;
}
export interface SeedKeyPair {
    readonly name: string;
    readonly publicKey?: string | undefined;
    readonly description?: string | undefined;
    readonly tags?: Readonly<Record<string, string>> | undefined;
    readonly group?: string | undefined;
}
export interface WorldSnapshot {
    readonly keyPairs: readonly {
        readonly id: string;
        readonly name: string;
        readonly publicKey: string;
        readonly fingerprint: string;
        readonly description: string;
        readonly project: string;
        readonly tags: Readonly<Record<string, string>>;
    }[];
    readonly instances: readonly {
        readonly id: string;
        readonly status: InstanceStatus;
        readonly stoppedMode: 'KeepCharging' | 'StopCharging' | null;
        readonly bound: {
            readonly id: string;
            readonly name: string;
        } | null;
        readonly authorized: readonly string[];
    }[];
}
export type World = SimulatedWorld<SeedKeyPair, SeedInstance, WorldSnapshot>;

// start-simulator.d.ts
export declare const simulatedClouds: readonly ['volcengine', 'alibaba-ecs', 'alibaba-ens', 'aws', 'tencent', 'openstack'];
export type SimulatedCloud = (typeof simulatedClouds)[number];
export interface SimulatorSettings {
    readonly cloud: SimulatedCloud;
    readonly port?: number | undefined;
    readonly region?: string | undefined;
    readonly variants?: unknown;
    readonly seed?: unknown;
}
export interface StartedSimulator {
    readonly access: Readonly<Record<string, string>>;
    close(): Promise<void>;
}
export declare function startSimulator(settings: SimulatorSettings): Promise<StartedSimulator>;

// tencent/gateway.d.ts
export interface TencentAccount {
    readonly secretId: string;
    readonly secretKey: string;
    readonly token?: string | undefined;
}

// tencent/region.d.ts
export declare const tencentInstanceStates: readonly ['PENDING', 'RUNNING', 'STOPPED', 'STARTING', 'STOPPING', 'REBOOTING', 'SHUTDOWN', 'TERMINATING'];
export type TencentInstanceState = (typeof tencentInstanceStates)[number];
export interface KeyPairRecord {
    readonly id: string;
    readonly name: string;
    readonly project: number;
    readonly description: string;
    readonly publicKey: string;
    readonly tags: Readonly<Record<string, string>>;
    readonly createdAt: number;
}
export interface Operation {
    readonly name: string;
    readonly state: 'OPERATING' | 'SUCCESS' | 'FAILED';
    readonly requestId: string;
    readonly errorMessage?: string;
}
export interface InstanceRecord {
    readonly id: string;
    readonly status: TencentInstanceState;
    readonly os: 'Linux' | 'Windows';
    readonly stoppedMode: 'KEEP_CHARGING' | 'STOP_CHARGING' | undefined;
    readonly bound: readonly string[];
    readonly authorized: readonly string[];
    readonly dropping: readonly string[];
    readonly binding: readonly string[];
    readonly latest: Operation | undefined;
}

// tencent/world.d.ts
export interface TencentSeedKeyPair {
    readonly name: string;
    readonly publicKey?: string | undefined;
    readonly description?: string | undefined;
    readonly tags?: Readonly<Record<string, string>> | undefined;
    readonly project?: number | undefined;
}
export interface TencentSeedInstance {
    readonly id: string;
    readonly status?: TencentInstanceState | undefined;
    readonly os?: 'Linux' | 'Windows' | undefined;
    readonly keyPairs?: readonly string[] | undefined;
}
export interface TencentWorldSnapshot {
    readonly keyPairs: readonly KeyPairRecord[];
    readonly instances: readonly InstanceRecord[];
}
export type TencentWorld = SimulatedWorld<TencentSeedKeyPair, TencentSeedInstance, TencentWorldSnapshot>;

// tencent/simulator.d.ts
export interface TencentSimulatorOptions extends SimulatorOptions<TencentAccount, TencentVariants> {
    readonly region?: string | undefined;
    readonly projects?: readonly number[] | undefined;
}
export interface TencentSimulator extends RunningSimulator<TencentWorld, TencentVariants> {
    readonly region: string;
    readonly secretId: string;
    readonly secretKey: string;
}
export declare function startTencentSimulator(options?: TencentSimulatorOptions): Promise<TencentSimulator>;

// tencent/variants.d.ts
export interface TencentVariants {
    readonly change: 'at-once' | 'succeeds-later' | 'fails-later';
    readonly changeMs: number;
    readonly deleteUsed: 'skipped' | 'refused';
    readonly keyPairsOf: 'region' | 'account';
    readonly keyNameFilter: 'exact' | 'contains';
    readonly detachOther: 'no-op' | 'refused';
    readonly attachSeveral: 'binds-all' | 'refused';
    readonly otherKeyTypes: 'malformed' | 'accepted';
    readonly samePublicKey: 'refused' | 'accepted';
    readonly associatedLagMs: number;
    readonly powerChangeMs: number;
    readonly maxKeyPairs: number;
}
export declare const defaultTencentVariants: TencentVariants;

// volcengine/gateway.d.ts
export interface VolcengineAccount {
    readonly accessKeyId: string;
    readonly secretAccessKey: string;
    readonly sessionToken?: string | undefined;
    readonly sessionExpiresAt?: number | undefined;
}

// volcengine/simulator.d.ts
export interface VolcengineSimulatorOptions extends SimulatorOptions<VolcengineAccount, VolcengineVariants> {
    readonly region?: string | undefined;
}
export interface VolcengineSimulator extends RunningSimulator<World, VolcengineVariants> {
    readonly region: string;
    readonly accessKeyId: string;
    readonly secretAccessKey: string;
}
export declare function startVolcengineSimulator(options?: VolcengineSimulatorOptions): Promise<VolcengineSimulator>;

// volcengine/variants.d.ts
export interface VolcengineVariants {
    readonly detachOther: 'no-op' | 'error' | 'detaches';
    readonly secondChange: SecondChange;
    readonly tokenFailure: 'replayed' | 'forgotten';
    readonly tokenLifetime: number;
    readonly createReplay: 'with-private-key' | 'without-private-key';
    readonly fingerprint: 'md5' | 'md5-of-spki' | 'opaque';
    readonly inUseCode: 'OperationDenied.KeyPairInUse' | 'InvalidKeyPair.Bound' | 'Refused';
    readonly fuzzyName: 'substring' | 'prefix';
    readonly instanceNameFilter: 'exact' | 'fuzzy';
    readonly boundAfterAttach: 'at-once' | 'after-seconds';
    readonly createCodes: 'suffixed' | 'prefixed';
    readonly detailOrder: 'as-given' | 'shuffled';
    readonly otherRegion: 'empty' | 'refused';
    readonly noStockCode: 'OperationDenied.LackOfStock' | 'Refused';
    readonly emptyTagFilter: 'that-value' | 'nothing';
    readonly defaultStoppedMode: 'KeepCharging' | 'StopCharging';
    readonly capacityGivenBack: 'there' | 'gone';
    readonly powerChangeMs: number;
    readonly urlLimit: number;
}
export declare const defaultVariants: VolcengineVariants;

// Of other packages:
//   node:http: IncomingHttpHeaders

