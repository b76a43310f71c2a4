import type { Capabilities } from './capabilities.js'
import type { PlainErrorCode, VendorError } from './error.js'
import type { BoundKeyPair, KeyPair, PowerState, Tags } from './key-pair.js'
import type { Result } from '../result.js'
import type { Secret } from '../secret.js'

/** The context that core gives to each vendor call. */
export interface CallContext {
  /** Aborted when this attempt has to end; the driver ends its request at once. */
  readonly signal: AbortSignal
  /**
   * The idempotency token of a mutating call: at most 64 ASCII characters. The same token comes with the same request
   * only. Empty for a read, and if `capabilities.idempotencyToken` is false.
   */
  readonly token: string
  /** Records the vendor's names of this request and its answer for events. Must not receive a secret. */
  trace(entry: CallTrace): void
}

/** The vendor's names of a request and its answer. */
export interface CallTrace {
  /** The vendor's name of the action: `AttachKeyPair`. */
  readonly action?: string
  readonly httpStatus?: number
  readonly requestId?: string
}

/** The codes a driver gives to a refused or failed call, or to one item of it. */
export type CallFailureCode = PlainErrorCode | 'instance-state' | 'in-use' | 'conflict'

/** A vendor call that did not succeed. Plain data; core makes the error of it. */
export interface CallFailure {
  readonly code: CallFailureCode
  /** The reason, in one sentence without a full stop and without secrets. */
  readonly message: string
  /**
   * `none`: the cloud refused the call, or no byte of it left this machine.
   * `unknown`: it was sent and not definitely answered.
   */
  readonly outcome: 'none' | 'unknown'
  /** True if the same call may succeed when it is sent again a little later. */
  readonly transient: boolean
  /** `items`: the call was refused because of some of its items, and without those it may succeed. */
  readonly scope: 'call' | 'items'
  /** With scope `items`: the items at fault, if the vendor names them. */
  readonly culprits?: readonly string[]
  readonly vendor?: VendorError
  /** The time that the cloud asks to wait, in milliseconds. */
  readonly retryAfterMs?: number
  /** The remedy. */
  readonly hint?: string
  /**
   * True if the driver is closed: none of its later calls can be sent. Any other `network` that is not transient ends an
   * ordinary call at once, and may be mended while an operation runs: a certificate, a proxy, a name.
   */
  readonly closed?: boolean
  /** The error of the transport, scrubbed: no header, no URL, no body. */
  readonly cause?: Error
}

/** The cloud's verdict on one item of a call. */
export type ItemVerdict =
  | {
      readonly id: string
      readonly ok: true
      /** True if a stop, start or reboot is over with the answer: it is not waited for. Default: false. */
      readonly isOver?: boolean
      /** The id of the work that the cloud goes on with after its answer, if records of instances tell it. */
      readonly task?: string
    }
  | { readonly id: string; readonly ok: false; readonly failure: ItemFailure }

/** The failure of one item of a call that the cloud accepted. */
export interface ItemFailure {
  readonly code: CallFailureCode
  readonly message: string
  /** `unknown` if the item may have been changed: an internal error. Default: `none`. */
  readonly outcome?: 'none' | 'unknown'
  readonly transient: boolean
  readonly vendor?: VendorError
  readonly hint?: string
}

/** One page of a list. */
export interface Page<T> {
  readonly items: readonly T[]
  /** The position of the next page; absent on the last page. */
  readonly cursor?: string
  /**
   * The positions of the pages after the one at `cursor`, in their order and as far as they are known, for a list that is
   * paged by offset. Core reads a few of them at the same time.
   */
  readonly ahead?: readonly string[]
  /**
   * The number of all items, for a list that is paged by offset: there a page skips or repeats items that move during the
   * read. If the number changes, core reads the list again.
   */
  readonly total?: number
}

/** A key pair as core names it to a driver: resolved to what the cloud identifies it by. */
export type KeyPairHandle = { readonly by: 'name'; readonly name: string } | { readonly by: 'id'; readonly id: string }

/**
 * The key pairs to read. `exact` returns those and no others, as many as `capabilities.lookup` allows, by name also if
 * `capabilities.identity` lacks it. `list` pages through all of them. The driver may send the filters of a `list`, or ignore
 * them: core filters again. It must never lose a key pair that matches.
 */
export type DescribeKeyPairsRequest =
  | { readonly kind: 'exact'; readonly keyPairs: readonly KeyPairHandle[]; readonly cursor: string | undefined }
  | {
      readonly kind: 'list'
      readonly cursor: string | undefined
      readonly pageSize: number
      /** The start of all wanted names; empty if there is none. */
      readonly namePrefix: string
      /** 32 lower-case hexadecimal digits without colons. */
      readonly md5Fingerprint: string | undefined
      readonly tags: Tags
      readonly group: string | undefined
    }

/** The metadata of a new key pair. Core has checked it against the capabilities. */
export interface Metadata {
  readonly description: string | undefined
  readonly tags: Tags
  readonly group: string | undefined
}

export interface ImportKeyPairRequest extends Metadata {
  readonly name: string
  /** The OpenSSH line: type and base64, nothing else. */
  readonly publicKey: string
}

export interface CreateKeyPairRequest extends Metadata {
  readonly name: string
}

/** A key pair that the cloud generated. Without the private key the answer is a failure, `invalid-response`. */
export interface GeneratedKeyPair {
  readonly keyPair: KeyPair
  readonly privateKey: Secret
}

/** One change of a key pair. */
export interface UpdateKeyPairRequest {
  /** The key pair as it was just read. */
  readonly keyPair: KeyPair
  readonly change:
    | { readonly kind: 'description'; readonly description: string }
    | { readonly kind: 'set-tags'; readonly tags: Tags }
    | { readonly kind: 'remove-tags'; readonly keys: readonly string[] }
    | { readonly kind: 'group'; readonly group: string }
}

/** An instance as the cloud lists it. */
export interface InstanceRecord {
  readonly id: string
  readonly power: PowerState
  /** The key pair that the cloud shows as bound; absent if there is none. */
  readonly keyPair?: BoundKeyPair
  /** Further key pairs that it shows as bound, on a cloud whose instances can have several. */
  readonly alsoBound?: readonly BoundKeyPair[]
  /** True while the cloud carries out an earlier change: what the record shows may not be its result. */
  readonly isChanging?: boolean
  /**
   * The latest work on the instance, if the cloud says that it failed: the task of an earlier verdict, and the reason. The
   * failure of another task, such as one of an earlier change, counts for nothing.
   */
  readonly failedTask?: { readonly id: string; readonly failure: ItemFailure }
  /** The reason if its record rules out key pairs: its operating system. It is not sent in an attach. */
  readonly unsupported?: string
}

/**
 * The instances to read: those, as many as `capabilities.instances.read` allows, or all that have one key pair, or any
 * key pair.
 */
export type DescribeInstancesRequest =
  | { readonly kind: 'exact'; readonly instanceIds: readonly string[]; readonly cursor: string | undefined }
  | {
      readonly kind: 'bound-to'
      /** The key pair as it was just read. The driver may return more instances than have it; core filters again. */
      readonly keyPair: KeyPair
      readonly cursor: string | undefined
    }
  /** All that have any key pair bound; the driver may return others too, up to all that there are. */
  | { readonly kind: 'bound'; readonly cursor: string | undefined }

export interface ChangeKeyRequest {
  readonly keyPair: KeyPairHandle
  readonly instanceIds: readonly string[]
}

export interface PowerRequest {
  readonly instanceIds: readonly string[]
  /** Cut the power instead of asking the guest. */
  readonly force: boolean
}

/** The location of a driver's cloud, as far as it is known without a request. */
export interface Location {
  /** Empty if the cloud has no regions, or if the region is not known. */
  readonly region: string
  /** The target of requests: `https://open.volcengineapi.com`. Empty if it is not known. */
  readonly endpoint: string
}

type Answer<T> = Promise<Result<T, CallFailure>>

/** The calls that core asks `bytesOf` about. */
export type SizedCall = 'lookup' | 'delete' | 'attach' | 'detach' | 'read-instances' | 'stop' | 'start' | 'reboot'

/**
 * The narrow interface that an adapter implements for a cloud that keeps key pairs: one vendor call each.
 * A driver knows its vendor and nothing else. It does not chunk, retry, page or validate, never throws,
 * and says of each refused call whether its outcome is known. Names carry the prefix `do` so that
 * applications do not call them instead of the service's.
 */
export interface KeyPairStoreDriver {
  /** The cloud, in lower case: `volcengine`. */
  readonly provider: string
  readonly location: Location
  readonly capabilities: Capabilities
  /** Returns the number of bytes that an item adds to a call. Used if a limit has `bytes`. */
  bytesOf(call: SizedCall, item: string): number
  /** Reads one page. A missing key pair is left out, and is not a failure. */
  doDescribeKeyPairs(request: DescribeKeyPairsRequest, context: CallContext): Answer<Page<KeyPair>>
  doImportKeyPair(request: ImportKeyPairRequest, context: CallContext): Answer<KeyPair>
  /** Generates a key pair. Called only if `capabilities.createInCloud` is true. */
  doCreateKeyPair(request: CreateKeyPairRequest, context: CallContext): Answer<GeneratedKeyPair>
  doUpdateKeyPair(request: UpdateKeyPairRequest, context: CallContext): Answer<null>
  /** Returns a verdict for each, under the key pair's `id`, or its `name` if it has no id. */
  doDeleteKeyPairs(keyPairs: readonly KeyPair[], context: CallContext): Answer<readonly ItemVerdict[]>
  /** Reads one page. A missing instance is left out, and is not a failure. */
  doDescribeInstances(request: DescribeInstancesRequest, context: CallContext): Answer<Page<InstanceRecord>>
  /** Releases sockets and timers. */
  close(): Promise<void>
}

/** The interface of an adapter for a cloud that also binds key pairs to instances. */
export interface KeyPairDriver extends KeyPairStoreDriver {
  doAttachKeyPair(request: ChangeKeyRequest, context: CallContext): Answer<readonly ItemVerdict[]>
  doDetachKeyPair(request: ChangeKeyRequest, context: CallContext): Answer<readonly ItemVerdict[]>
  /** Stops keep charging mode, so that the capacity is not given away. */
  doStopInstances(request: PowerRequest, context: CallContext): Answer<readonly ItemVerdict[]>
  doStartInstances(request: PowerRequest, context: CallContext): Answer<readonly ItemVerdict[]>
  doRebootInstances(request: PowerRequest, context: CallContext): Answer<readonly ItemVerdict[]>
}
