import { setImmediate } from 'node:timers/promises'

/** The number of items between two turns of the event loop: fewer than a millisecond takes. */
const itemsInASlice = 500

/** Maps many items, and lets the event loop turn between parts of them: an abort, a timer or a socket waits for no list. */
export async function mapInSlices<T, U>(items: readonly T[], map: (item: T) => U): Promise<U[]> {
  const mapped: U[] = []
  for (const item of items) {
    if (mapped.length > 0 && mapped.length % itemsInASlice === 0) await setImmediate()
    mapped.push(map(item))
  }
  return mapped
}
