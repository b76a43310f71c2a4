import type { Request } from './wire.js'

/** An instance, as far as the probe looks at it. */
export interface Seen {
  readonly id: string
  /** As the cloud says it. */
  readonly status: string
  readonly power: 'running' | 'stopped' | 'changing' | 'other'
  readonly os: 'linux' | 'windows'
  /** The name of the bound key pair; empty if there is none. */
  readonly bound: string
  /** The field that says so, as it came. */
  readonly rawBound: unknown
  /** The way in which it was stopped, in the cloud's words; empty if the cloud does not tell. */
  readonly stoppedMode: string
}

/** A key pair as calls name it. */
export interface Named {
  readonly name: string
  /** Absent if it is unknown, or the cloud has none. */
  readonly id?: string | undefined
}

/** A key pair of a list. */
export interface Listed extends Named {
  readonly fingerprint: string
}

/** The result of one item of a call. */
export interface Verdict {
  readonly id: string
  readonly ok: boolean
  /** The vendor's code; empty if the item succeeded, or the cloud gives none. */
  readonly code: string
}

/** The calls of one cloud, and how its answers are read. What is undefined was not in the form that was expected. */
export interface VendorApi {
  /** The product in the vendor's command line: `ve ecs`. */
  readonly commandLine: string
  /** The parameters of every call on the vendor's command line, besides its own. */
  readonly common: Readonly<Record<string, string>>
  /** The states in which a key pair can be attached and detached. */
  readonly attachesTo: readonly Seen['power'][]
  readInstance(id: string): Request
  instances(result: unknown): readonly Seen[] | undefined
  readKeyPair(name: string): Request
  keyPairs(result: unknown): readonly Listed[] | undefined
  importKeyPair(name: string, publicKey: string, token: string): Request
  deleteKeyPair(keyPair: Named, token: string): Request
  attach(keyPair: Named, instanceIds: readonly string[], token: string): Request
  detach(keyPair: Named, instanceIds: readonly string[], token: string): Request
  /** Makes a stop, with the account's own mode if none is given. */
  stop(id: string, mode: string | undefined, token: string): Request
  start(id: string, token: string): Request
  /** Returns the verdicts of an attach, detach, delete, stop or start; empty if the answer only accepts the call. */
  verdicts(result: unknown): readonly Verdict[] | undefined
}
