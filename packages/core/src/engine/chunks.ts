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
