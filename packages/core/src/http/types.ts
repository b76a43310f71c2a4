import type { Result } from '../result.js'

export interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'PUT'
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string
}

export interface HttpResponse {
  readonly status: number
  /** By lower-case name; a header that came several times is joined with `, `. */
  readonly headers: Readonly<Record<string, string | undefined>>
  /** The whole body, decoded as UTF-8. */
  readonly text: string
}

/** Why there is no response. Holds no URL, no header and no body. */
export interface TransportFailure {
  readonly kind: 'aborted' | 'network' | 'too-large'
  /** False only where no byte of the request left this machine. */
  readonly sent: boolean
  /** One sentence without a full stop. */
  readonly message: string
  /** True if the request could never be sent: the transport is closed, or the address is none. Default: false. */
  readonly final?: boolean
  readonly cause?: Error
}

/** Sends one request and reads its whole answer: no redirect, no retry, no time-out but the signal. */
export interface HttpTransport {
  send(request: HttpRequest, signal: AbortSignal): Promise<Result<HttpResponse, TransportFailure>>
  close(): Promise<void>
}
