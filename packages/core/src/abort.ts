import { setMaxListeners } from 'node:events'

/** Creates a controller whose signal takes any number of listeners without a warning. */
export function createAbortController(): AbortController {
  const controller = new AbortController()
  try {
    setMaxListeners(0, controller.signal)
  } catch {
    // A signal that is not of Node.js, as under jsdom, has no limit.
  }
  return controller
}

/**
 * Listens to signals of others, with one listener on each however many functions wait for it. So a signal that many
 * operations share keeps its own listener limit, and Node.js does not warn of it.
 */
export interface AbortListeners {
  /** Calls a function once the signal is aborted. Returns what ends the wait. */
  onAbort(signal: AbortSignal, call: () => void): () => void
}

export function createAbortListeners(): AbortListeners {
  const waiting = new WeakMap<AbortSignal, Waiting>()
  const listenTo = (signal: AbortSignal): Waiting => {
    const calls = new Set<() => void>()
    const notify = (): void => {
      for (const call of calls) call()
    }
    signal.addEventListener('abort', notify)
    return { calls, stop: () => signal.removeEventListener('abort', notify) }
  }
  return {
    onAbort(signal, call) {
      const { calls, stop } = waiting.get(signal) ?? listenTo(signal)
      waiting.set(signal, { calls, stop })
      calls.add(call)
      return () => {
        calls.delete(call)
        if (calls.size > 0) return
        waiting.delete(signal)
        stop()
      }
    },
  }
}

interface Waiting {
  readonly calls: Set<() => void>
  stop(): void
}

/** Resolves once the signal is aborted. */
export function whenAborted(signal: AbortSignal): Promise<undefined> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve(undefined)
    else signal.addEventListener('abort', () => resolve(undefined), { once: true })
  })
}
