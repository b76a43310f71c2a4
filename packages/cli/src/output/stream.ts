import type { OutputStream } from '../surroundings.js'

/** Writes a text, and waits until the stream takes more. Writes nothing to a stream that was closed. */
export async function write(stream: OutputStream, text: string): Promise<void> {
  if (!stream.writable || stream.write(text)) return
  await new Promise<void>((resolve) => {
    const end = (): void => {
      stream.off('drain', end)
      stream.off('close', end)
      stream.off('error', end)
      resolve()
    }
    stream.once('drain', end)
    stream.once('close', end)
    stream.once('error', end)
  })
}

/** True if the stream is a terminal that shows more than plain lines. */
export function isTerminal(stream: OutputStream, environment: Readonly<Record<string, string | undefined>>): boolean {
  return stream.isTTY === true && environment['TERM'] !== 'dumb'
}
