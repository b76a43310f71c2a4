import type { Result, VendorError } from '@cloud-keypair/core'
import type { CallFailure } from '@cloud-keypair/core/driver'

/** One call, its parameters as they stand on the wire. */
export interface Request {
  readonly action: string
  readonly mutating: boolean
  readonly parameters: Readonly<Record<string, string>>
  /** The name of the key pair that it makes. */
  readonly creates?: string
  /** True if it is signed for another region, on a cloud whose signatures name one. */
  readonly elsewhere?: boolean
}

/** The outcome of a call by an adapter's own client: the unchanged result, or the reason why there is none. */
export type Send = (request: Request, signal: AbortSignal) => Promise<Result<Taken, CallFailure>>

/** The result of a call that was taken. */
export interface Taken {
  readonly value: unknown
  readonly vendor: VendorError
}

interface ReplyHead {
  readonly action: string
  readonly requestId: string
  /** The vendor's code; empty if the call was accepted, or refused without one. */
  readonly code: string
  /** The length of path and query, in bytes. */
  readonly urlLength: number
  /** The times of the call and of its answer, in milliseconds. */
  readonly sentAt: number
  readonly answeredAt: number
}

/** A definite answer. */
export type Reply =
  | (ReplyHead & { readonly taken: true; readonly result: unknown })
  | (ReplyHead & { readonly taken: false; readonly status: number; readonly message: string })

export function read(action: string, parameters: Request['parameters']): Request {
  return { action, mutating: false, parameters }
}

export function change(action: string, parameters: Request['parameters']): Request {
  return { action, mutating: true, parameters }
}
