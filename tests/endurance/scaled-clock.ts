import { VirtualClock } from '@cloud-keypair/conformance'

/** A time that runs faster than that of the machine, the same in several processes. */
export interface ScaledTime {
  /** The time of the machine at which it began, in milliseconds since the epoch. */
  readonly began: number
  readonly scale: number
}

// A longer timer would fire at once (nodejs.org/api/timers.html#settimeoutcallback-delay-args).
const maxTimerMs = 2 ** 31 - 1

/** A clock over real timers, for processes that share a cloud. */
export class ScaledClock extends VirtualClock {
  readonly #time: ScaledTime

  constructor(time: ScaledTime) {
    super()
    this.#time = time
  }

  override now(): number {
    const { began, scale } = this.#time
    return began + (Date.now() - began) * scale
  }

  override sleep(ms: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      if (signal.aborted) return resolve()
      const end = (): void => {
        clearTimeout(timer)
        signal.removeEventListener('abort', end)
        resolve()
      }
      // A timer without an end would keep the process alive.
      const timer = Number.isFinite(ms) ? setTimeout(end, Math.min(ms / this.#time.scale, maxTimerMs)) : undefined
      signal.addEventListener('abort', end)
    })
  }
}
