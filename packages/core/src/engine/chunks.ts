import type { Limit } from '../contract/capabilities.js'

/** Cuts the items into calls that keep the limit. An item over the limit gets its own call. */
export function chunksOf(items: readonly string[], limit: Limit, bytesOf: (item: string) => number): string[][] {
  const chunks: string[][] = []
  let chunk: string[] = []
  let bytes = 0
  for (const item of items) {
    const weight = bytesOf(item)
    const full = chunk.length >= limit.items || (limit.bytes !== undefined && bytes + weight > limit.bytes)
    if (full && chunk.length > 0) {
      chunks.push(chunk)
      chunk = []
      bytes = 0
    }
    chunk.push(item)
    bytes += weight
  }
  if (chunk.length > 0) chunks.push(chunk)
  return chunks
}

/** Does the work for each of many items, so many at a time, in their order. */
export async function forEachAtATime<T>(
  items: readonly T[],
  atATime: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const queue = items.values()
  const workUntilEmpty = async (): Promise<void> => {
    for (const item of queue) await work(item)
  }
  await Promise.all(Array.from({ length: Math.min(atATime, items.length) }, workUntilEmpty))
}
