// The public API of @cloud-keypair/conformance. Made by pnpm documents.
//   Baseline
//   BrokenPromise
//   Case
//   CaseContext
//   Control
//   Coverage
//   Harness
//   HarnessOptions
//   Mutant
//   MutantOutcome
//   Outcome
//   ParkingClock
//   PromiseNumber
//   Proof
//   Runner
//   Subject
//   TestKeys
//   Verdict
//   VirtualClock
//   WorldFacts
//   announcing
//   cases
//   controls
//   coverageOf
//   describeKeyPairConformance
//   differencesFromBaseline
//   makeTestKeys
//   mutants
//   mutantsOf
//   numbered
//   parking
//   promises
//   runCase
//   runMutants
//   runSuite
//   summaryOf
//   summaryOfMutants
//   tableOf

// baseline.d.ts
export interface Coverage {
    readonly variants: number;
    readonly promises: Readonly<Record<string, Readonly<Record<string, number>>>>;
}
export type Baseline = Readonly<Record<string, Coverage>>;
export declare function coverageOf(outcomes: readonly Outcome[]): Baseline;
export declare function differencesFromBaseline(baseline: Baseline, outcomes: readonly Outcome[]): readonly string[];

// promises.d.ts
export declare const promises: {
    readonly 1: 'results, not throws';
    readonly 2: 'every item, exactly once, in input order';
    readonly 3: 'limits vanish';
    readonly 4: 'honest outcomes';
    readonly 5: 'a private key is never lost and never leaks';
    readonly 6: 'nothing silently overwritten or removed';
    readonly 7: "power is the caller's choice";
    readonly 8: 'bounded';
    readonly 9: 'capabilities do not lie';
    readonly 10: 'nothing else touched';
    readonly 11: 'material, not names';
    readonly 12: 'nothing hidden';
};
export type PromiseNumber = keyof typeof promises;
export declare class BrokenPromise extends Error {
    readonly name = "BrokenPromise";
    readonly promise: PromiseNumber;
    readonly what: string;
    constructor(promise: PromiseNumber, what: string, options?: ErrorOptions);
}

// case-context.d.ts
export interface CaseContext {
    readonly service: KeyPairStore;
    readonly driver: KeyPairStoreDriver;
    readonly capabilities: Capabilities;
    readonly world: World;
    readonly facts: WorldFacts;
    readonly clock: VirtualClock;
    readonly keys: readonly GeneratedKeyPairMaterial[];
    readonly usual: boolean;
    readonly canaries: readonly string[];
    readonly seed: number;
    readonly saveToFile: typeof saveToFile;
    readonly checkpointFile: typeof checkpointFile;
    readonly serviceOver: (driver: KeyPairStoreDriver) => KeyPairStore;
}
export interface InstanceCaseContext extends CaseContext {
    readonly service: KeyPairService;
    readonly driver: KeyPairDriver;
    readonly instances: InstanceCapabilities;
}
export type Proof = 'passed' | 'verified-unsupported';
export type Verdict = Proof | 'unproven';
export interface Case {
    readonly id: string;
    readonly promise: PromiseNumber;
    readonly title: string;
    readonly needs: readonly Control[];
    readonly onInstances?: true;
    run(context: CaseContext): Promise<Proof>;
}
export declare function onInstances(id: string, promise: PromiseNumber, title: string, run: (context: InstanceCaseContext) => Promise<Proof | void>, needs?: readonly Control[]): Case;

// controls.d.ts
export declare const controls: {
    readonly time: 'the cloud has the time of the clock that the suite gives';
    readonly 'given-key': 'the cloud generates the key that the suite gives';
    readonly limits: 'the cloud refuses what is over its documented limits';
    readonly thousands: 'thousands of key pairs or instances are seeded within seconds';
    readonly 'read-lag': 'reads show the world as it was some time ago';
    readonly restart: 'an instance restarts, and its guest gets the bound key';
    readonly starting: 'an instance is between stopped and running';
    readonly unfit: 'an instance exists that cannot have a key pair at all';
    readonly several: 'an instance has several key pairs';
    readonly terminated: 'the record of a terminated instance is kept for a while, with its key pair';
    readonly 'other-user': 'an instance is of another user, whose key pairs are others';
    readonly throttled: 'a call is refused for its rate, with a hint how long to wait';
    readonly denied: 'a call is refused for good';
    readonly echo: 'a refusal repeats the headers and the body of the request';
    readonly expired: 'a call is refused as the session of the credentials has ended';
    readonly 'no-stock': 'a start is refused for lack of stock';
    readonly full: 'a new key pair is refused as the quota is used up';
    readonly busy: 'a call is refused as the cloud is still at something before it';
    readonly 'server-error': 'a call fails on the side of the cloud, done or not';
    readonly reset: 'the connection is lost before the answer, the work done or not';
    readonly silence: 'no answer comes, the work done or not';
    readonly late: 'the work is done only after the client gave up';
    readonly slow: 'the body of an answer takes its time';
    readonly garbled: 'an answer cannot be understood';
    readonly items: 'single items of a call are refused';
    readonly omits: 'an answer leaves out the verdict on an item';
    readonly foreign: 'an answer has a verdict on an item that nobody asked about';
    readonly repeats: 'an answer says a verdict twice';
    readonly contradicts: 'an answer says of an item that it was refused, and that it was accepted';
    readonly 'fails-late': 'accepted work is given up later, and records tell the reason';
    readonly short: 'a page has fewer items than asked for, and says that more follow';
};
export type Control = keyof typeof controls;

// harness.d.ts
export interface WorldFacts {
    readonly comparable?: boolean;
    readonly refuses: readonly ('windows' | 'agentless')[];
    readonly namesRepeat: boolean;
    readonly tellsTaken?: boolean;
    readonly replaces: boolean;
    readonly keepsDetached?: boolean;
    readonly powerAtOnce?: boolean;
    readonly group: string;
    readonly dated?: boolean;
    readonly datesChanges?: boolean;
    readonly judgesTags?: boolean;
    readonly instancesAPage?: number;
}
export interface Harness extends AsyncDisposable {
    readonly service: KeyPairStore;
    readonly driver: KeyPairStoreDriver;
    readonly world: World;
    readonly facts: WorldFacts;
    readonly canaries: readonly string[];
}
export interface HarnessOptions {
    readonly variant: string;
    readonly clock: VirtualClock;
    readonly service: ServiceOptions;
    readonly generateInCloud: () => {
        readonly privateKey: string;
        readonly publicKey: string;
    };
}
export interface Subject {
    readonly name: string;
    readonly variants: readonly string[];
    readonly lacks?: readonly Control[];
    harness(options: HarnessOptions): Promise<Harness>;
}

// virtual-clock.d.ts
export declare class VirtualClock implements Clock {
    #private;
    constructor(now?: number);
    now(): number;
    sleep(ms: number, signal: AbortSignal): Promise<void>;
    get steps(): number;
    open(id: string): void;
    close(id: string): void;
    park(id: string): void;
    unpark(id: string): void;
}

// mutants/mutant.d.ts
export interface Fault {
    readonly appliesTo?: (capabilities: Capabilities, facts: WorldFacts) => boolean;
    readonly service?: (service: KeyPairStore) => KeyPairStore;
    readonly driver?: (driver: KeyPairStoreDriver) => KeyPairStoreDriver;
    readonly telling?: (driver: KeyPairStoreDriver, canaries: readonly string[]) => KeyPairStoreDriver;
    readonly saveToFile?: (save: typeof saveToFile) => typeof saveToFile;
    readonly checkpointFile?: (file: typeof checkpointFile) => typeof checkpointFile;
}
export interface Mutant extends Fault {
    readonly name: string;
    readonly breaks: PromiseNumber;
    readonly killedBy: string;
}
type Faults = Readonly<Record<string, Fault>>;
type Condition = NonNullable<Fault['appliesTo']>;
export declare function killedBy(id: string, breaks: PromiseNumber, ...rows: [Faults] | [Condition, Faults]): readonly Mutant[];

// run-mutants.d.ts
export interface MutantOutcome {
    readonly adapter: string;
    readonly mutant: string;
    readonly breaks: PromiseNumber;
    readonly killedBy: string;
    readonly verdict: 'killed' | 'survived' | 'unproven';
    readonly variant?: string;
    readonly message?: string;
}
export declare function runMutants(subject: Subject, seed: number, onOutcome?: (outcome: MutantOutcome) => void): Promise<readonly MutantOutcome[]>;
export declare function summaryOfMutants(outcomes: readonly MutantOutcome[]): string;

// report.d.ts
export interface Outcome {
    readonly adapter: string;
    readonly variant: string;
    readonly id: string;
    readonly promise: PromiseNumber;
    readonly verdict: Verdict | 'failed';
    readonly message?: string;
    readonly lacks?: readonly Control[];
}
export declare function runSuite(subjects: readonly Subject[], seed: number, onOutcome?: (outcome: Outcome) => void): Promise<readonly Outcome[]>;
export declare function summaryOf(outcomes: readonly Outcome[]): string;

// wire.d.ts
export declare function announcing(transport: HttpTransport, clock: VirtualClock): HttpTransport;
export interface ParkingClock {
    now(): number;
    sleep(ms: number, signal: AbortSignal, request: Readonly<Record<string, string | readonly string[] | undefined>>): Promise<void>;
}
export declare function parking(clock: VirtualClock): ParkingClock;
export declare function numbered(query: Readonly<Record<string, string>>, name: string): string[];

// describe.d.ts
export interface TestContext {
    skip?(why: string): unknown;
}
export interface Runner {
    describe(title: string, body: () => void): unknown;
    it(title: string, body: (context?: TestContext) => Promise<void>): unknown;
}
export interface DescribeOptions {
    readonly variants?: readonly string[];
    readonly testKeys?: TestKeys;
}
export declare function describeKeyPairConformance(subject: Subject, { describe, it }: Runner, { variants, testKeys: given }?: DescribeOptions): void;

// test-keys.d.ts
export interface TestKeys {
    readonly keys: readonly GeneratedKeyPairMaterial[];
    readonly others: Readonly<Record<OtherKeyType, GeneratedKeyPairMaterial>>;
    readonly seed: number;
    readonly canaries: readonly string[];
}
type OtherKeyType = Exclude<NewKeyType, 'rsa'>;
export declare function makeTestKeys(seed: number): Promise<TestKeys>;

// suite.d.ts
export declare const cases: readonly Case[];

// mutants/index.d.ts
export declare const mutants: readonly Mutant[];
export declare function mutantsOf(capabilities: Capabilities, facts: WorldFacts): readonly Mutant[];

// run-case.d.ts
export declare function runCase(subject: Subject, variant: string, one: Case, testKeys: TestKeys, mutant?: Mutant): Promise<Verdict>;

// report-table.d.ts
export declare function tableOf(outcomes: readonly Outcome[]): string;

// Of other packages:
//   @cloud-keypair/core/driver: KeyPairDriver, KeyPairStoreDriver
//   @cloud-keypair/core/file: checkpointFile, saveToFile
//   @cloud-keypair/core/http: HttpTransport
//   @cloud-keypair/core/testing: World
//   @cloud-keypair/core: Capabilities, Clock, GeneratedKeyPairMaterial, InstanceCapabilities, KeyPairService, KeyPairStore, NewKeyType, ServiceOptions

