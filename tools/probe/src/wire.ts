import type { CallFailure, Result, VendorError } from '@cloud-keypair/core'

/** One call, its parameters as they stand on the wire. */
export interface Request {
  readonly action: string
  readonly mutating: boolean
  readonly parameters: Readonly<Record<string, string>>
  /** The name of the key pair that it makes. */
  readonly creates?: string
  /** True if it is signed for another region, where signatures name one. */
  readonly elsewhere?: boolean
}

/** What an adapter's own client makes of a call: the result as it came, or why there is none. */
export type Send = (request: Request, signal: AbortSignal) => Promise<Result<Taken, CallFailure>>

/** The result of a call that was taken. */
export interface Taken {
  readonly result: unknown
  readonly vendor: VendorError
}

interface ReplyHead {
  readonly action: string
  readonly requestId: string
  /** The vendor's; empty where the call was taken, or refused without one. */
  readonly code: string
  /** The length of path and query, in bytes. */
  readonly urlLength: number
  /** When the call was made and when it was answered, in milliseconds. */
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
