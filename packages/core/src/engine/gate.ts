import { createAbortController } from '../abort.js'
import type { OperationOptions } from '../contract/options.js'
import { warnOf } from './listeners.js'

type MayCall = NonNullable<OperationOptions['mayCall']>

/** The caller's permission to change something. Once it is refused, it stays refused, and the operation ends. */
export class Gate {
  readonly #mayCall: MayCall
  readonly #closing = createAbortController()

  constructor(mayCall: MayCall) {
    this.#mayCall = mayCall
  }

  /** Aborted once the caller refused a call. */
  get closed(): AbortSignal {
    return this.#closing.signal
  }

  /** Asks the caller. Anything but `true` is a refusal, and so is a throw: nobody knows then who owns the instances. */
  isOpen(): boolean {
    if (!this.closed.aborted && !isTrue(this.#mayCall)) this.#closing.abort()
    return !this.closed.aborted
  }
}

function isTrue(mayCall: () => unknown): boolean {
  const warn = (thrown: unknown): void => warnOf('mayCall', thrown)
  try {
    const answer = mayCall()
    // The rejection of an async function, which is a refusal, is handled here.
    if (typeof answer === 'object' && answer !== null) Promise.resolve(answer).catch(warn)
    return answer === true
  } catch (thrown) {
    warn(thrown)
    return false
  }
}
