/** Counts the open sockets, timers and other resources of this process, and the listeners on it. */
export function openResources(): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {}
  for (const what of process.getActiveResourcesInfo()) counts[what] = (counts[what] ?? 0) + 1
  for (const event of process.eventNames()) counts[`listeners of ${String(event)}`] = process.listenerCount(event)
  return counts
}

/** Waits until nothing is left to do at once, so that what was closed is gone. */
export async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn += 1) await new Promise((resolve) => setImmediate(resolve))
}

/** The rejections that nobody handled, since the last look. */
export interface Rejections {
  take(): readonly unknown[]
}

/** Collects the rejections that nobody handles, in place of the end of the process. */
export function collectRejections(): Rejections {
  const reasons: unknown[] = []
  process.on('unhandledRejection', (reason) => void reasons.push(reason))
  return { take: () => reasons.splice(0) }
}
