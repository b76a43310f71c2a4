import { checkAdapterOptions, type ConnectionOptions, type OwnOptions } from '@cloud-keypair/core/driver'

/** An access key of AWS. White space around each part is dropped. */
export interface AwsCredentials {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  /** The token of temporary credentials. */
  readonly sessionToken?: string | undefined
  /** The end of the key, in milliseconds since the epoch. A function is asked for another key before it. */
  readonly expiresAt?: number | undefined
}

/** The address of Amazon EC2, and the credentials. */
export interface AwsOptions extends ConnectionOptions {
  /** The region, such as `eu-central-1`. Default: `AWS_REGION`, else `AWS_DEFAULT_REGION`. */
  readonly region?: string | undefined
  /**
   * The host or URL of the API. `http:` is taken for this machine (`127.0.0.1`, `localhost`, `[::1]`) only. Default: the
   * region's own host.
   */
  readonly endpoint?: string | undefined
  /**
   * The access key, or a function that gives one. The function is asked by the first call, again before the key ends if
   * it says when, and again when the cloud says that the key expired.
   *
   * Default: `AWS_ACCESS_KEY_ID` and `AWS_SECRET_ACCESS_KEY`, else `@aws-sdk/credential-provider-node` if it is
   * installed.
   */
  readonly credentials?: AwsCredentials | (() => Promise<AwsCredentials>) | undefined
  /** A profile for `@aws-sdk/credential-provider-node`, which has to be installed. Not together with `credentials`. */
  readonly profile?: string | undefined
}

const names: OwnOptions<AwsOptions> = { region: true, endpoint: true, credentials: true, profile: true }

/** Throws a `TypeError` for an unknown option, or one of the wrong type. */
export function checkOptions(options: AwsOptions): void {
  checkAdapterOptions('The adapter for Amazon EC2', names, options)
}
