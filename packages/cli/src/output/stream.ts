import type { OutputStream } from '../surroundings.js'

/** Writes a text, and waits until it is written or lost. Writes nothing to a stream that was closed. */
export async function write(stream: OutputStream, text: string): Promise<void> {
  if (!stream.writable) return
  await new Promise<void>((resolve) => {
    stream.write(text, () => resolve())
  })
}

/** Returns the reason that a stream lost what was written to it. Undefined if its reader ended first, as `head` does. */
export function lossOf({ errored }: OutputStream): string | undefined {
  if (errored === null || errored === undefined || ('code' in errored && errored.code === 'EPIPE')) return undefined
  return errored.message
}

/** True if the stream is a terminal that shows more than plain lines. */
export function isTerminal(stream: OutputStream, environment: Readonly<Record<string, string | undefined>>): boolean {
  return stream.isTTY === true && environment['TERM'] !== 'dumb'
}
