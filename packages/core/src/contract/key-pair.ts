/** Tags of a key pair: at most one value a key. */
export type Tags = Readonly<Record<string, string>>

/** A key pair as a cloud lists it. A field that the cloud does not return is absent. */
export interface KeyPair {
  readonly name: string
  /** The cloud's id; absent if the cloud identifies key pairs by name only. */
  readonly id?: string
  /**
   * The cloud's fingerprint, as the cloud writes it; `capabilities.fingerprints` says in which form. Compare it with
   * `sameFingerprint`, never as text: clouds differ in colons, in case and in the hash they take.
   */
  readonly fingerprint?: string
  /** The public key as an OpenSSH line, if it is known. */
  readonly publicKey?: string
  readonly description?: string
  readonly tags?: Tags
  /** The project (Volcengine) or resource group (Alibaba Cloud). */
  readonly group?: string
  readonly createdAt?: Date
  readonly updatedAt?: Date
}

/**
 * Names one key pair. A {@link KeyPair} that was returned is itself a reference.
 * If both are given, the id counts on every cloud that resolves ids
 * (`capabilities.identity`), the name on the others.
 */
export type KeyPairReference =
  | { readonly name: string; readonly id?: string | undefined }
  | { readonly id: string; readonly name?: string | undefined }

/**
 * The power state in the cloud's record of an instance. `other` is any state in which the instance is neither running
 * nor stopped nor between the two: being created, rebuilt, resized, deleted, in error.
 */
export type PowerState = 'running' | 'stopped' | 'starting' | 'stopping' | 'rebooting' | 'other'

/** A key pair as an instance names it: by its id, or by a name only, which may have been used before. */
export interface BoundKeyPair {
  readonly name?: string
  readonly id?: string
}

/** An instance that has a key pair bound. */
export interface Usage {
  readonly instanceId: string
  readonly power: PowerState
  /** True if the instance names the key pair by its id, or by a name only, which may have been used before. */
  readonly matchedBy: 'id' | 'name'
}

/** The key pair, or the key pairs, that an instance has bound. */
export type Binding =
  | {
      readonly instanceId: string
      readonly status: 'bound'
      readonly power: PowerState
      readonly keyPair: BoundKeyPair
      /** Further key pairs that the instance has; absent if there are none. */
      readonly alsoBound?: readonly BoundKeyPair[]
    }
  | { readonly instanceId: string; readonly status: 'vacant'; readonly power: PowerState }
  | { readonly instanceId: string; readonly status: 'not-found' }
