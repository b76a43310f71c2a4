import type { KeyPairError } from './error.js'
import type { BoundKeyPair } from './key-pair.js'

/**
 * The time when a change reaches the guest: `now`, or at the next start of the instance (a restart, or the start of a
 * stopped instance). Until then the guest accepts the same keys as before, whatever the cloud's records say.
 */
export type Effect = 'now' | 'at-next-start'

/** The key pair that a change replaced, as far as the cloud names it. */
export type ReplacedKeyPair = BoundKeyPair

export interface FailedItem {
  readonly id: string
  readonly status: 'failed'
  /**
   * Its `outcome` is `none`, or `partial` if the key changed but a later step failed: for example, the key pair was
   * detached and not deleted. It is `partial` too if the instance was stopped and could not be started again.
   */
  readonly error: KeyPairError
}

export interface UnknownItem {
  readonly id: string
  readonly status: 'unknown'
  /** Its `outcome` is `unknown`: the change may have happened, or may still happen. */
  readonly error: KeyPairError
}

export interface ChangedItem {
  readonly id: string
  readonly status: 'succeeded'
  /** False if nothing had to change: the key pair was bound before the attach, or none was bound before the detach. */
  readonly changed: boolean
  /** The time when the guest follows; for an unchanged item, the latest time. */
  readonly effect: Effect
  /** The key pair that was bound before, if an attach replaced another one. */
  readonly replaced?: ReplacedKeyPair
  /** Further key pairs that the attach replaced, on a cloud whose instances can have several. */
  readonly alsoReplaced?: readonly ReplacedKeyPair[]
}

export interface DeletedItem {
  readonly id: string
  readonly status: 'succeeded'
  /** False if there was no such key pair. */
  readonly changed: boolean
  /** With `ifInUse: 'detach'`, the instances that the key pair was detached from. Absent if there were none. */
  readonly detached?: readonly ChangedItem[]
  /** The remedy for those instances. */
  readonly hint?: string
}

/** The result of one instance of an attach or a detach. */
export type InstanceItem = ChangedItem | FailedItem | UnknownItem
/** The result of one key pair of a `deleteMany`; its `id` is the id or name that was given. */
export type DeleteItem = DeletedItem | FailedItem | UnknownItem

export interface BatchItem {
  readonly id: string
  readonly status: 'succeeded' | 'failed' | 'unknown'
}

/**
 * The result of each given id, in the order given, duplicates included.
 * `succeeded`, `failed` and `unknown` are views of `items`.
 */
export interface Batch<Item extends BatchItem> {
  readonly items: readonly Item[]
  readonly succeeded: readonly Extract<Item, { status: 'succeeded' }>[]
  readonly failed: readonly Extract<Item, { status: 'failed' }>[]
  readonly unknown: readonly Extract<Item, { status: 'unknown' }>[]
  /** The remedy for the items that were changed: after a detach, an instance may have no login left. */
  readonly hint?: string
}

/** The result of each instance of an attach or a detach. */
export interface InstanceBatch extends Batch<InstanceItem> {
  /**
   * Instances that were running, were or may have been stopped by the operation, and were not seen running again: the
   * cloud refused to start them or did not confirm the start in time, or their reboot did not end. Without repeats, in
   * no order.
   */
  readonly leftStopped: readonly string[]
}
