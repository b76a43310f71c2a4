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
