import type { KeyPairError } from './error.js'

/**
 * When a change reaches the guest: `now`, or when the instance next starts (a restart, or the start of a
 * stopped one). Until then the guest accepts the keys it accepted before, whatever the cloud's records say.
 */
export type Effect = 'now' | 'at-next-start'

/** The key pair that a change took the place of, as far as the cloud names it. */
export interface ReplacedKeyPair {
  readonly name?: string
  readonly id?: string
}

export interface FailedItem {
  readonly id: string
  readonly status: 'failed'
  /**
   * Its `outcome` is `none`, or `partial` where the key changed but a step after it did not: a key pair that was
   * detached, and not deleted.
   */
  readonly error: KeyPairError
}

export interface UnknownItem {
  readonly id: string
  readonly status: 'unknown'
  /** Its `outcome` is `unknown`: the change may have happened, or may still. */
  readonly error: KeyPairError
}

export interface ChangedItem {
  readonly id: string
  readonly status: 'succeeded'
  /** False where the instance was so before: the key pair bound at an attach, none bound at a detach. */
  readonly changed: boolean
  /** When the guest follows; for an unchanged item, at the latest. */
  readonly effect: Effect
  /** The key pair that was bound before, where an attach took the place of another one. */
  readonly replaced?: ReplacedKeyPair
}

export interface DeletedItem {
  readonly id: string
  readonly status: 'succeeded'
  /** False where there was no such key pair. */
  readonly changed: boolean
  /** The instances that it was detached from first, with `ifInUse: 'detach'`. Absent where there were none. */
  readonly detached?: readonly ChangedItem[]
  /** What to do about those instances. */
  readonly hint?: string
}

/** What became of one instance of an attach or a detach. */
export type InstanceItem = ChangedItem | FailedItem | UnknownItem
/** What became of one key pair of a `deleteMany`; its `id` is the id or name that was given. */
export type DeleteItem = DeletedItem | FailedItem | UnknownItem

export interface BatchItem {
  readonly id: string
  readonly status: 'succeeded' | 'failed' | 'unknown'
}

/**
 * What became of each id given, in the order given, duplicates included.
 * `succeeded`, `failed` and `unknown` are views of `items`.
 */
export interface Batch<Item extends BatchItem> {
  readonly items: readonly Item[]
  readonly succeeded: readonly Extract<Item, { status: 'succeeded' }>[]
  readonly failed: readonly Extract<Item, { status: 'failed' }>[]
  readonly unknown: readonly Extract<Item, { status: 'unknown' }>[]
  /** What to do about the items that were changed: after a detach, an instance may have no login left. */
  readonly hint?: string
}

/** What became of each instance of an attach or a detach. */
export interface InstanceBatch extends Batch<InstanceItem> {
  /**
   * Instances that were running, that were or may have been stopped on the way, and that were not seen to run again:
   * the cloud would not start them, or did not say so in time; or they hang in a reboot. Without repeats, in no order.
   */
  readonly leftStopped: readonly string[]
}
