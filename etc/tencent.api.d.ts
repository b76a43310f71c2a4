// The public API of @cloud-keypair/tencent. Made by pnpm documents.
//   TencentCredentials
//   TencentOptions
//   TencentServiceOptions
//   createTencentDriver
//   createTencentKeyPairService
//   inspectTencentCredentials

// options.d.ts
export interface TencentCredentials {
    readonly secretId: string;
    readonly secretKey: string;
    readonly token?: string | undefined;
    readonly expiresAt?: number | undefined;
}
export interface TencentOptions extends ConnectionOptions {
    readonly region?: string | undefined;
    readonly endpoint?: string | undefined;
    readonly credentials?: TencentCredentials | (() => Promise<TencentCredentials>) | undefined;
    readonly profile?: string | undefined;
}

// service.d.ts
export interface TencentServiceOptions extends TencentOptions, ServiceOptions {
}
export declare function createTencentKeyPairService(options?: TencentServiceOptions): KeyPairService;

// driver.d.ts
export declare function createTencentDriver(options?: TencentOptions): KeyPairDriver;

// inspect.d.ts
export declare function inspectTencentCredentials(options?: TencentOptions): Promise<CredentialReport>;

// Of other packages:
//   @cloud-keypair/core/credentials: CredentialReport
//   @cloud-keypair/core/driver: ConnectionOptions, KeyPairDriver
//   @cloud-keypair/core: KeyPairService, ServiceOptions

