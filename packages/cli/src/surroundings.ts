import type { Clock, Random } from '@cloud-keypair/core'
import type { HttpTransport } from '@cloud-keypair/core/http'

/** A stream that is written to: a terminal, a file or a pipe. Each `Writable` is one. */
export interface OutputStream {
  /** Calls `done` when the text is written, or with the reason that it is lost. */
  write(text: string, done: (lost?: Error | null) => void): unknown
  readonly writable: boolean
  readonly isTTY?: boolean | undefined
  /** Width of the terminal. */
  readonly columns?: number | undefined
}

export type InputStream = AsyncIterable<string | Uint8Array> & { readonly isTTY?: boolean }

export type Interruption = 'SIGINT' | 'SIGTERM' | 'SIGHUP'

/** Everything that the command reads from its process, and does to it. */
export interface Surroundings {
  /** The arguments without program and script. */
  readonly argv: readonly string[]
  readonly environment: Readonly<Record<string, string | undefined>>
  /** Undefined if the user has none. */
  readonly homeDirectory: string | undefined
  readonly stdin: InputStream
  readonly stdout: OutputStream
  readonly stderr: OutputStream
  /** True if the standard output is kept nowhere: it is closed, or /dev/null. */
  readonly isOutputDiscarded?: boolean | undefined
  /** Calls the listener for each signal, and returns what ends this. */
  onInterruption(listener: (signal: Interruption) => void): () => void
  /** Asks a person a question, to be answered with yes or no. Absent if nobody is there. */
  readonly confirm?: ((question: string, signal: AbortSignal) => Promise<boolean>) | undefined
  /** Asks a person for a secret, which is not shown; undefined if none is given. Absent if nobody is there. */
  readonly askSecret?: ((question: string, signal: AbortSignal) => Promise<string | undefined>) | undefined
  /** Ends the process at once. */
  leave(exitCode: number): void
  /** Default: the time of this machine. */
  readonly clock?: Clock | undefined
  /** Chance, for the jitter of retries. Default: `Math.random`. */
  readonly random?: Random | undefined
  /** Sends all requests. Default: a transport of each adapter. */
  readonly transport?: HttpTransport | undefined
}
