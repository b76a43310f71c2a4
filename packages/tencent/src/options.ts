import { checkAdapterOptions, type ConnectionOptions, type OwnOptions } from '@cloud-keypair/core/driver'

/** An access key of Tencent Cloud. White space around each part is dropped. */
export interface TencentCredentials {
  readonly secretId: string
  readonly secretKey: string
  /** The token of temporary credentials. */
  readonly token?: string | undefined
  /** The end of the key, in milliseconds since the epoch. A function is asked for another key before it. */
  readonly expiresAt?: number | undefined
}

/** The address of Tencent Cloud CVM, and the credentials. */
export interface TencentOptions extends ConnectionOptions {
  /** The region, such as `ap-guangzhou`. Default: `TENCENTCLOUD_REGION`. */
  readonly region?: string | undefined
  /**
   * The host or URL of the API. `http:` is taken for this machine (`127.0.0.1`, `localhost`, `[::1]`) only. Default:
   * `cvm.tencentcloudapi.com`; that of the international site is `cvm.intl.tencentcloudapi.com`.
   */
  readonly endpoint?: string | undefined
  /**
   * The access key, or a function that gives one. The function is asked by the first call, again before the key ends if
   * it says when, and again when the cloud refuses its token.
   *
   * Default: `TENCENTCLOUD_SECRET_ID` and `TENCENTCLOUD_SECRET_KEY`, else the profile `default`.
   */
  readonly credentials?: TencentCredentials | (() => Promise<TencentCredentials>) | undefined
  /**
   * A profile of `~/.tencentcloud/credentials` or `/etc/tencentcloud/credentials`: its credentials, and no others. Not
   * together with `credentials`. Default: see there.
   */
  readonly profile?: string | undefined
}

const names: OwnOptions<TencentOptions> = { region: true, endpoint: true, credentials: true, profile: true }

/** Throws a `TypeError` for an unknown option, or one of the wrong type. */
export function checkOptions(options: TencentOptions): void {
  checkAdapterOptions('The adapter for Tencent Cloud', names, options)
}
