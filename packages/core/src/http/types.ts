import type { Result } from '../result.js'

export interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE'
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

/** The reason why there is no response. Has no path, header or body; of an address, at most host and port. */
export interface TransportFailure {
  /** `unreadable`: the body cannot be decoded. */
  readonly kind: 'aborted' | 'network' | 'too-large' | 'unreadable'
  /** False only if no byte of the request left this machine. */
  readonly sent: boolean
  /** One sentence without a full stop. */
  readonly message: string
  /**
   * True if the same request fails until somebody changes something: a name, a certificate, a proxy. Such a fault can be
   * mended while an operation runs, so a repair is sent again anyway. Default: false.
   */
  readonly permanent?: boolean
  /** True if the transport is closed: no later request can be sent. Default: false. */
  readonly closed?: boolean
  /** The remedy. */
  readonly hint?: string
  readonly cause?: Error
}

/** Sends one request and reads its whole answer: no redirect, no retry, no time-out but the signal. */
export interface HttpTransport {
  send(request: HttpRequest, signal: AbortSignal): Promise<Result<HttpResponse, TransportFailure>>
  close(): Promise<void>
}
