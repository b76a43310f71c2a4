import { checkAdapterOptions, type ConnectionOptions, type OwnOptions } from '@cloud-keypair/core/driver'

/** A user of Keystone: by id, or by name and domain. */
export interface OpenStackUser {
  readonly userId?: string | undefined
  readonly username?: string | undefined
  readonly userDomainId?: string | undefined
  readonly userDomainName?: string | undefined
}

/** The password of a user, and the project to work in: by id, or by name and domain. */
export interface OpenStackPassword extends OpenStackUser {
  readonly kind: 'password'
  readonly password: string
  readonly projectId?: string | undefined
  readonly projectName?: string | undefined
  readonly projectDomainId?: string | undefined
  readonly projectDomainName?: string | undefined
}

/** An application credential, which has its project in it: by id, or by name and user. */
export interface OpenStackApplicationCredential extends OpenStackUser {
  readonly kind: 'application-credential'
  readonly applicationCredentialId?: string | undefined
  readonly applicationCredentialName?: string | undefined
  readonly applicationCredentialSecret: string
}

/** A token of a project, for instance of a login with a second factor. It is used as long as it lasts. */
export interface OpenStackToken {
  readonly kind: 'token'
  readonly token: string
}

/** Credentials for Keystone v3. */
export type OpenStackCredentials = OpenStackPassword | OpenStackApplicationCredential | OpenStackToken

/** The address of an OpenStack cloud, and the credentials. */
export interface OpenStackOptions extends ConnectionOptions {
  /** The URL of Keystone, with or without `/v3`. Default: that of the credentials' own source, else `OS_AUTH_URL`. */
  readonly authUrl?: string | undefined
  /** The region. Default: that of the credentials' own source, else `OS_REGION_NAME`; else the only one of the catalog. */
  readonly region?: string | undefined
  /** The interface of the catalog. Default: that of the credentials' own source, else `OS_INTERFACE`, else `public`. */
  readonly interface?: 'public' | 'internal' | 'admin' | undefined
  /** The URL of Nova, such as `https://cloud.example.org:8774/v2.1`. Default: that of the catalog. */
  readonly endpoint?: string | undefined
  /**
   * The credentials, or a function that gives them. The function is asked by the first call, and again when a new token
   * is needed.
   *
   * Default: the cloud `OS_CLOUD` of clouds.yaml, else the `OS_*` variables, else the only cloud of clouds.yaml.
   */
  readonly credentials?: OpenStackCredentials | (() => Promise<OpenStackCredentials>) | undefined
  /** A cloud of clouds.yaml. Not together with `credentials`. */
  readonly profile?: string | undefined
  /**
   * The certificates (PEM) of authorities to trust in place of those of Node.js. Default: those of the file that the
   * credentials' source names (`cacert`, `OS_CACERT`), else those of Node.js and of `NODE_EXTRA_CA_CERTS`.
   */
  readonly certificateAuthorities?: string | undefined
}

const names: OwnOptions<OpenStackOptions> = {
  authUrl: true,
  region: true,
  interface: true,
  endpoint: true,
  credentials: true,
  profile: true,
}

/** Throws a `TypeError` for an unknown option, or one of the wrong type. */
export function checkOptions(options: OpenStackOptions): void {
  checkAdapterOptions('The adapter for OpenStack', names, options)
  const { authUrl = '', interface: wanted = 'public' } = options
  if (typeof authUrl !== 'string') throw new TypeError('The option authUrl must be a string')
  if (!['public', 'internal', 'admin'].includes(wanted)) {
    throw new TypeError('The option interface must be public, internal or admin')
  }
}
