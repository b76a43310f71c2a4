import { createAbortController } from '../abort.js'
import type { OperationOptions } from '../contract/options.js'
import { callOrWarn } from './listeners.js'

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
    if (!this.closed.aborted && callOrWarn('mayCall', this.#mayCall) !== true) this.#closing.abort()
    return !this.closed.aborted
  }
}
