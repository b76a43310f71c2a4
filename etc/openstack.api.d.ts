// The public API of @cloud-keypair/openstack. Made by pnpm documents.
//   OpenStackApplicationCredential
//   OpenStackCredentials
//   OpenStackOptions
//   OpenStackPassword
//   OpenStackStoreOptions
//   OpenStackToken
//   OpenStackUser
//   createOpenStackDriver
//   createOpenStackKeyPairStore
//   inspectOpenStackCredentials

// options.d.ts
export interface OpenStackUser {
    readonly userId?: string | undefined;
    readonly username?: string | undefined;
    readonly userDomainId?: string | undefined;
    readonly userDomainName?: string | undefined;
}
export interface OpenStackPassword extends OpenStackUser {
    readonly kind: 'password';
    readonly password: string;
    readonly projectId?: string | undefined;
    readonly projectName?: string | undefined;
    readonly projectDomainId?: string | undefined;
    readonly projectDomainName?: string | undefined;
}
export interface OpenStackApplicationCredential extends OpenStackUser {
    readonly kind: 'application-credential';
    readonly applicationCredentialId?: string | undefined;
    readonly applicationCredentialName?: string | undefined;
    readonly applicationCredentialSecret: string;
}
export interface OpenStackToken {
    readonly kind: 'token';
    readonly token: string;
}
export type OpenStackCredentials = OpenStackPassword | OpenStackApplicationCredential | OpenStackToken;
export interface OpenStackOptions extends ConnectionOptions {
    readonly authUrl?: string | undefined;
    readonly region?: string | undefined;
    readonly interface?: 'public' | 'internal' | 'admin' | undefined;
    readonly endpoint?: string | undefined;
    readonly credentials?: OpenStackCredentials | (() => Promise<OpenStackCredentials>) | undefined;
    readonly profile?: string | undefined;
    readonly certificateAuthorities?: string | undefined;
}

// store.d.ts
export interface OpenStackStoreOptions extends OpenStackOptions, ServiceOptions {
}
export declare function createOpenStackKeyPairStore(options?: OpenStackStoreOptions): KeyPairStore;

// driver.d.ts
export declare function createOpenStackDriver(options?: OpenStackOptions): KeyPairStoreDriver;

// inspect.d.ts
export declare function inspectOpenStackCredentials(options?: OpenStackOptions): Promise<CredentialReport>;

// Of other packages:
//   @cloud-keypair/core/credentials: CredentialReport
//   @cloud-keypair/core/driver: ConnectionOptions, KeyPairStoreDriver
//   @cloud-keypair/core: KeyPairStore, ServiceOptions

