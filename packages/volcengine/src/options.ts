import { checkAdapterOptions, type ConnectionOptions, type OwnOptions } from '@cloud-keypair/core/driver'

/** An access key of Volcengine. White space around each part is dropped. */
export interface VolcengineCredentials {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  /** The token of temporary credentials (STS). */
  readonly sessionToken?: string | undefined
  /** The end of the key, in milliseconds since the epoch. A function is asked for another key before it. */
  readonly expiresAt?: number | undefined
}

/** The address of Volcengine ECS, and the credentials. */
export interface VolcengineOptions extends ConnectionOptions {
  /**
   * The region, such as `cn-beijing`. Default, the first that is set: the region of the option `profile`,
   * `VOLCENGINE_REGION`, `VOLCSTACK_REGION`, the region of the profile that gives the credentials. Without a region
   * every operation is `invalid-argument`.
   */
  readonly region?: string | undefined
  /**
   * The host or URL of the API: `open.ap-southeast-1.byteplusapi.com` for BytePlus. `http:` is taken for this machine
   * (`127.0.0.1`, `localhost`, `[::1]`) only.
   *
   * Default, the first that is set: the endpoint of the option `profile`, `VOLCENGINE_ENDPOINT`, the endpoint of the
   * profile that gives the credentials, the region's own host.
   */
  readonly endpoint?: string | undefined
  /**
   * The access key, or a function that gives one. The function is asked by the first call, again before the key ends
   * if it says when, and again when the cloud refuses the key, as with an expired session token.
   *
   * Default: what the vendor's own tools find, in the order of the table in the README of this package. Parts of two
   * places are never put together.
   */
  readonly credentials?: VolcengineCredentials | (() => Promise<VolcengineCredentials>) | undefined
  /**
   * A profile of the vendor's command (`~/.volcengine/config.json`): its credentials, region and endpoint, and no
   * others. Not together with `credentials`. Default: see there.
   */
  readonly profile?: string | undefined
}

const names: OwnOptions<VolcengineOptions> = { region: true, endpoint: true, credentials: true, profile: true }

/** Throws a `TypeError` for an unknown option, or one of the wrong type. */
export function checkOptions(options: VolcengineOptions): void {
  checkAdapterOptions('The adapter for Volcengine', names, options)
}
