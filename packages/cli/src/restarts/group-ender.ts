const killAfterMs = 5_000

/** Asks a process group to end, and kills what is left of it later. */
export type EndGroup = (group: number) => void

/**
 * Makes what ends process groups. Keeps no process alive for that: when this process ends earlier, it kills them first. All
 * groups share one listener.
 */
export function groupEnder(): EndGroup {
  const asked = new Set<number>()
  const kill = (group: number): void => {
    asked.delete(group)
    if (asked.size === 0) process.off('exit', killAll)
    signalGroup(group, 'SIGKILL')
  }
  const killAll = (): void => {
    for (const group of asked) kill(group)
  }
  return (group) => {
    signalGroup(group, 'SIGTERM')
    if (asked.size === 0) process.on('exit', killAll)
    asked.add(group)
    setTimeout(() => kill(group), killAfterMs).unref()
  }
}

function signalGroup(group: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-group, signal)
  } catch {
    // It has ended by itself.
  }
}
