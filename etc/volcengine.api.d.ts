// The public API of @cloud-keypair/volcengine. Made by pnpm documents.
//   VolcengineCredentials
//   VolcengineOptions
//   VolcengineServiceOptions
//   createVolcengineDriver
//   createVolcengineKeyPairService
//   inspectVolcengineCredentials

// options.d.ts
export interface VolcengineCredentials {
    readonly accessKeyId: string;
    readonly secretAccessKey: string;
    readonly sessionToken?: string | undefined;
    readonly expiresAt?: number | undefined;
}
export interface VolcengineOptions extends ConnectionOptions {
    readonly region?: string | undefined;
    readonly endpoint?: string | undefined;
    readonly credentials?: VolcengineCredentials | (() => Promise<VolcengineCredentials>) | undefined;
    readonly profile?: string | undefined;
}

// service.d.ts
export interface VolcengineServiceOptions extends VolcengineOptions, ServiceOptions {
}
export declare function createVolcengineKeyPairService(options?: VolcengineServiceOptions): KeyPairService;

// driver.d.ts
export declare function createVolcengineDriver(options?: VolcengineOptions): KeyPairDriver;

// inspect.d.ts
export declare function inspectVolcengineCredentials(options?: VolcengineOptions): Promise<CredentialReport>;

// Of other packages:
//   @cloud-keypair/core/credentials: CredentialReport
//   @cloud-keypair/core/driver: ConnectionOptions, KeyPairDriver
//   @cloud-keypair/core: KeyPairService, ServiceOptions

