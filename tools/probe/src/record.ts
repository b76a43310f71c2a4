import type { Clock } from '@cloud-keypair/core'
import type { HttpTransport } from '@cloud-keypair/core/http'
import { scrubBody, scrubParameters, type Json, type Scope } from './scrub.js'

/** One request and what became of it, without a secret, a header or an address. */
export interface Exchange {
  /** Milliseconds since the first. */
  readonly atMs: number
  readonly action: string
  readonly parameters: Json
  /** The length of path and query, in bytes. */
  readonly urlLength: number
  readonly status?: number
  readonly body?: Json
  /** The reason why there is no answer. */
  readonly unanswered?: string
}

/** Every exchange that went over a transport. */
export interface Recorder {
  readonly transport: HttpTransport
  readonly exchanges: readonly Exchange[]
  /** Returns the length of path and query of the latest request, in bytes. */
  urlLength(): number
}

/** Records what goes over a transport. */
export function recording(transport: HttpTransport, clock: Clock, scope: Scope): Recorder {
  const exchanges: Exchange[] = []
  const startedAt = clock.now()
  let urlLength = 0
  return {
    exchanges,
    urlLength: () => urlLength,
    transport: {
      close: () => transport.close(),
      send: async (request, signal) => {
        const { pathname, search, searchParams } = new URL(request.url)
        urlLength = pathname.length + search.length
        const head = {
          atMs: clock.now() - startedAt,
          action: searchParams.get('Action') ?? request.headers['x-acs-action'] ?? '',
          parameters: scrubParameters(searchParams, scope),
          urlLength,
        }
        const answered = await transport.send(request, signal)
        exchanges.push(
          answered.match(
            ({ status, text }) => ({ ...head, status, body: scrubBody(text, scope) }),
            ({ kind }) => ({ ...head, unanswered: kind }),
          ),
        )
        return answered
      },
    },
  }
}
