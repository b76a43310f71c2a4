import type { Clock } from '@cloud-keypair/core'

/** Does something that is told to end when the time is up. */
export async function within<T>(
  clock: Clock,
  ms: number,
  signal: AbortSignal,
  work: (until: AbortSignal) => Promise<T>,
): Promise<T> {
  const over = new AbortController()
  const done = new AbortController()
  void clock.sleep(ms, done.signal).then(() => over.abort())
  try {
    return await work(AbortSignal.any([signal, over.signal]))
  } finally {
    done.abort()
  }
}
