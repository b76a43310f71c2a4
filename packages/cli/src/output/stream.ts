import type { OutputStream } from '../surroundings.js'

/** Writes a text, and waits until it is written or lost. Writes nothing to a stream that was closed. */
export async function write(stream: OutputStream, text: string): Promise<void> {
  if (!stream.writable) return
  await new Promise<void>((resolve) => {
    stream.write(text, () => resolve())
  })
}

/** A stream that is watched for what it loses. */
export interface WatchedStream {
  readonly stream: OutputStream
  /** Returns the reason that a text was lost. Undefined if the reader ended first, as `head` does. */
  loss(): string | undefined
}

/** Watches a stream, and closes it after a loss: the standard output of Node.js stays writable then. */
export function watchStream(stream: OutputStream): WatchedStream {
  let lost: Error | undefined
  return {
    stream: {
      write: (text, done) =>
        stream.write(text, (error) => {
          lost ??= error ?? undefined
          done(error)
        }),
      get writable() {
        return lost === undefined && stream.writable
      },
      get isTTY() {
        return stream.isTTY
      },
      get columns() {
        return stream.columns
      },
    },
    loss: () => (lost !== undefined && 'code' in lost && lost.code === 'EPIPE' ? undefined : lost?.message),
  }
}

/** Returns the width of a stream in columns. A terminal in a container may tell 0. */
export function widthOf({ columns }: Pick<OutputStream, 'columns'>): number {
  return columns || 80
}

/** True if the stream is a terminal that shows more than plain lines. */
export function isTerminal(stream: OutputStream, environment: Readonly<Record<string, string | undefined>>): boolean {
  return stream.isTTY === true && environment['TERM'] !== 'dumb'
}
