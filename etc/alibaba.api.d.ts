// The public API of @cloud-keypair/alibaba. Made by pnpm documents.
//   AlibabaCredentials
//   AlibabaEcsOptions
//   AlibabaEcsServiceOptions
//   AlibabaEnsOptions
//   AlibabaEnsServiceOptions
//   AlibabaOptions
//   createAlibabaEcsDriver
//   createAlibabaEcsKeyPairService
//   createAlibabaEnsDriver
//   createAlibabaEnsKeyPairService
//   inspectAlibabaCredentials

// options.d.ts
export interface AlibabaCredentials {
    readonly accessKeyId: string;
    readonly accessKeySecret: string;
    readonly securityToken?: string | undefined;
    readonly expiresAt?: number | undefined;
}
export interface AlibabaOptions extends ConnectionOptions {
    readonly endpoint?: string | undefined;
    readonly credentials?: AlibabaCredentials | (() => Promise<AlibabaCredentials>) | undefined;
    readonly profile?: string | undefined;
}
export interface AlibabaEcsOptions extends AlibabaOptions {
    readonly region?: string | undefined;
    readonly network?: 'public' | 'vpc' | undefined;
}
export interface AlibabaEnsOptions extends AlibabaOptions {
    readonly endpoint?: string | undefined;
}

// ecs/service.d.ts
export interface AlibabaEcsServiceOptions extends AlibabaEcsOptions, ServiceOptions {
}
export declare function createAlibabaEcsKeyPairService(options?: AlibabaEcsServiceOptions): KeyPairService;

// ens/service.d.ts
export interface AlibabaEnsServiceOptions extends AlibabaEnsOptions, ServiceOptions {
}
export declare function createAlibabaEnsKeyPairService(options?: AlibabaEnsServiceOptions): KeyPairService;

// ecs/driver.d.ts
export declare function createAlibabaEcsDriver(options?: AlibabaEcsOptions): KeyPairDriver;

// ens/driver.d.ts
export declare function createAlibabaEnsDriver(options?: AlibabaEnsOptions): KeyPairDriver;

// inspect.d.ts
export declare function inspectAlibabaCredentials(options?: AlibabaOptions): Promise<CredentialReport>;

// Of other packages:
//   @cloud-keypair/core/credentials: CredentialReport
//   @cloud-keypair/core/driver: ConnectionOptions, KeyPairDriver
//   @cloud-keypair/core: KeyPairService, ServiceOptions

