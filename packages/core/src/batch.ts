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
  /** Its `outcome` is `none`, or `partial` where the key changed but a step after it did not. */
  readonly error: KeyPairError
}

export interface UnknownItem {
  readonly id: string
  readonly status: 'unknown'
  /** Its `outcome` is `unknown`: the change may have happened, or may still. */
  readonly error: KeyPairError
}

export interface AttachedItem {
  readonly id: string
  readonly status: 'succeeded'
  /** False where the key pair was bound before. */
  readonly changed: boolean
  /** When the guest accepts the key; for an unchanged item, at the latest. */
  readonly effect: Effect
  /** The key pair that was bound before, where another one was. */
  readonly replaced?: ReplacedKeyPair
}

export interface DetachedItem {
  readonly id: string
  readonly status: 'succeeded'
  /** False where no key pair was bound before. */
  readonly changed: boolean
  /** When the guest stops accepting the key; for an unchanged item, at the latest. */
  readonly effect: Effect
}

export interface DeletedItem {
  readonly id: string
  readonly status: 'succeeded'
  /** False where there was no such key pair. */
  readonly changed: boolean
}

/** What became of one instance of an attach. */
export type AttachItem = AttachedItem | FailedItem | UnknownItem
/** What became of one instance of a detach. */
export type DetachItem = DetachedItem | FailedItem | UnknownItem
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
}
