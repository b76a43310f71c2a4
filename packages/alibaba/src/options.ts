import { checkAdapterOptions, type ConnectionOptions, type OwnOptions } from '@cloud-keypair/core/driver'

/** An access key of Alibaba Cloud. White space around each part is dropped. */
export interface AlibabaCredentials {
  readonly accessKeyId: string
  readonly accessKeySecret: string
  /** The token of temporary credentials (STS). */
  readonly securityToken?: string | undefined
  /** The end of the key, in milliseconds since the epoch. A function is asked for another key before it. */
  readonly expiresAt?: number | undefined
}

/** The address of a product of Alibaba Cloud, and the credentials. */
export interface AlibabaOptions extends ConnectionOptions {
  /**
   * The host or URL of the API. Default: that of the product. `http:` is accepted only for this machine (`127.0.0.1`,
   * `localhost`, `[::1]`).
   */
  readonly endpoint?: string | undefined
  /**
   * The access key, or a function that gives one. The function is asked by the first call, again before the key ends
   * if it says when, and again when the cloud refuses the key, as with an expired security token.
   *
   * Default: what the vendor's own tools find, in the order of the table in the README of this package. Parts of two
   * places are never put together.
   */
  readonly credentials?: AlibabaCredentials | (() => Promise<AlibabaCredentials>) | undefined
  /**
   * A profile of the vendor's command (`~/.aliyun/config.json`) or of its SDKs (`~/.alibabacloud/credentials`): its
   * credentials and its region, and no others. Not together with `credentials`. Default: see there.
   */
  readonly profile?: string | undefined
}

/** The address of Alibaba Cloud ECS, and the credentials. */
export interface AlibabaEcsOptions extends AlibabaOptions {
  /**
   * The region, such as `cn-hangzhou`. Default, the first that is set: the region of the option `profile`,
   * `ALIBABA_CLOUD_REGION_ID`, `ALIBABA_CLOUD_REGION`, the region of the profile that gives the credentials. Without a
   * region every operation is `invalid-argument`.
   */
  readonly region?: string | undefined
  /** `vpc` for the endpoint that is reached from inside the vendor's network, without internet. Default: `public`. */
  readonly network?: 'public' | 'vpc' | undefined
}

/** The address of Alibaba Cloud ENS, which has no regions for key pairs, and the credentials. */
export interface AlibabaEnsOptions extends AlibabaOptions {
  /** Default: `ens.aliyuncs.com`. In Singapore: `ens.ap-southeast-1.aliyuncs.com`. */
  readonly endpoint?: string | undefined
}

// The options of both products: one object may serve both.
const names: OwnOptions<AlibabaEcsOptions> = {
  region: true,
  network: true,
  endpoint: true,
  credentials: true,
  profile: true,
}

/** Throws a `TypeError` for an unknown option, or one of the wrong type. */
export function checkOptions(options: AlibabaEcsOptions): void {
  checkAdapterOptions('The adapter for Alibaba Cloud', names, options)
  const { network }: { readonly network?: unknown } = options
  if (network !== undefined && network !== 'public' && network !== 'vpc') {
    throw new TypeError('The option network must be public or vpc')
  }
}
