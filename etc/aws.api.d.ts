// The public API of @cloud-keypair/aws. Made by pnpm documents.
//   AwsCredentials
//   AwsOptions
//   AwsStoreOptions
//   createAwsDriver
//   createAwsKeyPairStore
//   inspectAwsCredentials

// options.d.ts
export interface AwsCredentials {
    readonly accessKeyId: string;
    readonly secretAccessKey: string;
    readonly sessionToken?: string | undefined;
    readonly expiresAt?: number | undefined;
}
export interface AwsOptions extends ConnectionOptions {
    readonly region?: string | undefined;
    readonly endpoint?: string | undefined;
    readonly credentials?: AwsCredentials | (() => Promise<AwsCredentials>) | undefined;
    readonly profile?: string | undefined;
}

// store.d.ts
export interface AwsStoreOptions extends AwsOptions, ServiceOptions {
}
export declare function createAwsKeyPairStore(options?: AwsStoreOptions): KeyPairStore;

// driver.d.ts
export declare function createAwsDriver(options?: AwsOptions): KeyPairStoreDriver;

// inspect.d.ts
export declare function inspectAwsCredentials(options?: AwsOptions): Promise<CredentialReport>;

// Of other packages:
//   @cloud-keypair/core/credentials: CredentialReport
//   @cloud-keypair/core/driver: ConnectionOptions, KeyPairStoreDriver
//   @cloud-keypair/core: KeyPairStore, ServiceOptions

