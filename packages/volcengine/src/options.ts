import type { HttpTransport } from '@cloud-keypair/core/http'

/** An access key of Volcengine. White space around each part is dropped. */
export interface VolcengineCredentials {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  /** The token of temporary credentials (STS). */
  readonly sessionToken?: string | undefined
}

/** How to reach Volcengine ECS, and as whom. */
export interface VolcengineOptions {
  /**
   * The region, such as `cn-beijing`. Default: the environment's `VOLCENGINE_REGION`, else its
   * `VOLCSTACK_REGION`. Without one every operation is `invalid-argument`.
   */
  readonly region?: string | undefined
  /**
   * The host or URL of the API, where it is not the region's own: `open.ap-southeast-1.byteplusapi.com` for
   * BytePlus. `http:` is taken for this machine (`127.0.0.1`, `localhost`, `[::1]`) only.
   */
  readonly endpoint?: string | undefined
  /**
   * The access key, or a function that gives one. The function is asked on the first call, and again when the
   * cloud refuses what it gave, as it does with an expired session token.
   *
   * Default, the first of these that has anything: `VOLCENGINE_ACCESS_KEY` and `VOLCENGINE_SECRET_KEY`, then
   * `VOLC_ACCESSKEY` and `VOLC_SECRETKEY`, then `VOLCSTACK_ACCESS_KEY_ID` and `VOLCSTACK_SECRET_ACCESS_KEY` of the
   * environment, then the file `~/.volc/config`. Parts of two sources are never put together.
   */
  readonly credentials?: VolcengineCredentials | (() => Promise<VolcengineCredentials>) | undefined
  /** Sends the requests. Default: one of its own, which `close` closes; one that is given stays open. */
  readonly transport?: HttpTransport | undefined
  /** Milliseconds since the epoch, for the date that is signed. Default: `Date.now`. */
  readonly now?: (() => number) | undefined
  /** Default: `process.env`. */
  readonly environment?: Readonly<Record<string, string | undefined>> | undefined
  /** Where `.volc/config` is looked for. Default: the home directory of the user. */
  readonly homeDirectory?: string | undefined
}

/** Throws a `TypeError` for an option of the wrong type: a mistake of the programmer, not of the world. */
export function checkOptions(options: VolcengineOptions): void {
  for (const name of ['region', 'endpoint', 'homeDirectory'] as const) {
    const value: unknown = options[name]
    if (value !== undefined && typeof value !== 'string') throw new TypeError(`The option ${name} is to be a string`)
  }
  const { credentials }: { readonly credentials?: unknown } = options
  const isCredentials = typeof credentials === 'function' || (typeof credentials === 'object' && credentials !== null)
  if (credentials !== undefined && !isCredentials) {
    throw new TypeError('The option credentials is to be an object or a function that gives one')
  }
}
