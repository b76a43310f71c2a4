/** The behaviours in which OpenStack clouds differ. */
export interface OpenStackVariants {
  /** The endpoint of Nova in the catalog: at its version, or with the project behind it. */
  readonly endpointForm: 'version' | 'project'
  /** The minor number of the newest microversion. */
  readonly newest: number
  /** The minor number of the oldest microversion. */
  readonly oldest: number
  /** The public key of a seeded key pair: bare, or with a comment and a line break, as users import it. */
  readonly seededKey: 'bare' | 'commented'
  /** The status of a refusal for the rate, which a proxy makes. */
  readonly throttledStatus: 413 | 429
  /** The links of pages: to the host of the request, or to one behind a proxy. */
  readonly linkHost: 'own' | 'other'
  /** Key pairs of a user; -1 for any number. */
  readonly maxKeyPairs: number
  /** The longest page. */
  readonly maxLimit: number
  /** The life of a token, in milliseconds. */
  readonly tokenMs: number
}

/** The variants of a simulator that was given none: as in Nova of 2022.2 (Zed), with its defaults. */
export const defaultOpenStackVariants: OpenStackVariants = {
  endpointForm: 'version',
  newest: 93,
  oldest: 1,
  seededKey: 'bare',
  throttledStatus: 429,
  linkHost: 'own',
  maxKeyPairs: 100,
  maxLimit: 1000,
  tokenMs: 3_600_000,
}
