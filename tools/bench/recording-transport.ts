import { setTimeout } from 'node:timers/promises'
import { createHttpTransport, type HttpTransport } from '@cloud-keypair/core/http'

/** A call as it went out: its action and its parameters, as the wire names them. */
export interface SentCall {
  readonly action: string
  readonly parameters: Readonly<Record<string, string>>
}

/** A transport that keeps the calls that went through it. */
export interface RecordingTransport {
  readonly transport: HttpTransport
  readonly sent: SentCall[]
}

/** Makes a transport that records calls and makes each of them wait, as over a long way. */
export function recordingTransport(latencyMs = 0): RecordingTransport {
  const { send, close } = createHttpTransport({ proxy: 'none' })
  const sent: SentCall[] = []
  return {
    sent,
    transport: {
      close,
      async send(request, signal) {
        const { Action, Version: _, ...parameters } = Object.fromEntries(new URL(request.url).searchParams)
        const named = Action ?? request.headers?.['x-acs-action'] ?? ''
        sent.push({ action: named, parameters })
        if (latencyMs > 0) await setTimeout(latencyMs)
        return send(request, signal)
      },
    },
  }
}
