import type { Client } from 'undici'
import type { AbortListeners } from '../abort.js'
import type { Result } from '../result.js'
import { ConnectError } from './connect-error.js'
import { decodeBody, tooLarge } from './content-coding.js'
import { codeOf, failed } from './transport-error.js'
import type { HttpRequest, HttpResponse, TransportFailure } from './types.js'

interface ExchangeSettings {
  readonly signal: AbortSignal
  readonly maxResponseBytes: number
  readonly abortListeners: AbortListeners
}

/**
 * Sends one request through a client that has no other, and reads the whole answer. Never rejects.
 * After a failure the client may still be at work: the caller destroys it.
 */
export function exchange(
  client: Client,
  url: URL,
  request: HttpRequest,
  { signal, maxResponseBytes, abortListeners }: ExchangeSettings,
): Promise<Result<HttpResponse, TransportFailure>> {
  return new Promise((resolve) => {
    let sent = false
    let status = 0
    let headers: HttpResponse['headers'] = {}
    let size = 0
    const chunks: Buffer[] = []

    const settle = (result: Result<HttpResponse, TransportFailure>): void => {
      stopListening()
      resolve(result)
    }
    const abort = (): void => settle(failed('aborted', sent, 'The request was aborted'))
    const giveUp = (): void => settle(tooLarge(maxResponseBytes))
    const stopListening = abortListeners.onAbort(signal, abort)

    const { method, body = null } = request
    client.dispatch(
      { method, path: url.pathname + url.search, headers: { ...identity, ...request.headers }, body },
      {
        // undici calls this just before it writes to the socket, and writes nothing if it is told to abort here.
        onRequestStart(controller) {
          if (signal.aborted) controller.abort(new Error('aborted'))
          else sent = true
        },
        onResponseStart(_, statusCode, fields) {
          status = statusCode
          headers = Object.fromEntries(
            Object.entries(fields).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : value]),
          )
          if (Number(headers['content-length']) > maxResponseBytes) giveUp()
        },
        onResponseData(_, chunk) {
          size += chunk.length
          if (size > maxResponseBytes) giveUp()
          else chunks.push(chunk)
        },
        onResponseEnd() {
          const body = decodeBody(Buffer.concat(chunks), headers['content-encoding'], maxResponseBytes)
          void body.then((decoded) => settle(decoded.map((text) => ({ status, headers, text }))))
        },
        onResponseError(_, error) {
          settle(failure(error, url, sent))
        },
      },
    )
  })
}

// Without it, a server may choose any content coding (RFC 9110, 12.5.3).
const identity = { 'accept-encoding': 'identity' } as const

function failure(error: Error, { host }: URL, sent: boolean): Result<never, TransportFailure> {
  if (error instanceof ConnectError) {
    const { message, permanent, hint } = error
    const known = { permanent, ...(hint !== undefined && { hint }), cause: new Error(message) }
    return failed('network', false, `No connection to ${host} was made: ${message}`, known)
  }
  const code = codeOf(error)
  const cause = new Error(code)
  return sent
    ? failed('network', true, `The request was sent to ${host}, and no whole answer came (${code})`, { cause })
    : failed('network', false, `The request cannot be sent (${code})`, {
        cause,
        permanent: code === 'UND_ERR_INVALID_ARG',
      })
}
