import { setMaxListeners } from 'node:events'
import type { Client } from 'undici'
import { ok, type Result } from '../result.js'
import { codeOf, ConnectError, failed } from './transport-error.js'
import type { HttpRequest, HttpResponse, TransportFailure } from './types.js'

/**
 * Sends one request through a client that has no other, and reads the whole answer. Never rejects.
 * After a failure the client may still be at work: the caller destroys it.
 */
export function exchange(
  client: Client,
  url: URL,
  request: HttpRequest,
  maxResponseBytes: number,
  signal: AbortSignal,
): Promise<Result<HttpResponse, TransportFailure>> {
  return new Promise((resolve) => {
    let sent = false
    let status = 0
    let headers: HttpResponse['headers'] = {}
    let size = 0
    const chunks: Buffer[] = []

    const settle = (result: Result<HttpResponse, TransportFailure>): void => {
      signal.removeEventListener('abort', abort)
      resolve(result)
    }
    const abort = (): void => settle(failed('aborted', sent, 'The request was aborted'))
    const tooLarge = (): void =>
      settle(failed('too-large', sent, `The answer is longer than ${maxResponseBytes} bytes`))
    // More than ten requests at once may share a signal; that is no leak, and Node.js would print that it is.
    setMaxListeners(0, signal)
    signal.addEventListener('abort', abort)

    const { method, body = null } = request
    client.dispatch(
      { method, path: url.pathname + url.search, headers: request.headers, body },
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
          if (Number(headers['content-length']) > maxResponseBytes) tooLarge()
        },
        onResponseData(_, chunk) {
          size += chunk.length
          if (size > maxResponseBytes) tooLarge()
          else chunks.push(chunk)
        },
        onResponseEnd() {
          settle(ok({ status, headers, text: new TextDecoder().decode(Buffer.concat(chunks)) }))
        },
        onResponseError(_, error) {
          settle(failed('network', sent, ...explain(error, sent)))
        },
      },
    )
  })
}

function explain(error: Error, sent: boolean): readonly [message: string, code: string] {
  if (error instanceof ConnectError) return [`No connection was made: ${error.message}`, error.message]
  const code = codeOf(error)
  return [
    sent ? `The request was sent, and no whole answer came (${code})` : `The request cannot be sent (${code})`,
    code,
  ]
}
