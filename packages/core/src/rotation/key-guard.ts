import type { KeyPair } from '../contract/key-pair.js'
import type { Failure } from '../errors/failures.js'
import type { Operation } from '../engine/operation.js'
import { confirmKeyPair, confirmName } from '../lookup/confirm-key-pair.js'
import type { Result } from '../result.js'

/** Compares the key behind the new name, and remembers a difference: from then on no instance is given the name. */
export class KeyGuard {
  readonly #keyPair: KeyPair
  #refusal: Failure | undefined

  constructor(keyPair: KeyPair, refusal: Failure | undefined) {
    this.#keyPair = keyPair
    this.#refusal = refusal
  }

  /** The reason not to give the name to any instance. */
  get refusal(): Failure | undefined {
    return this.#refusal
  }

  /** Compares before a wave. */
  confirmName(operation: Operation): Promise<Result<null, Failure>> {
    return this.#confirm(() => confirmName(operation, this.#keyPair))
  }

  /** Compares before the replaced key pair is deleted, also by id: somebody may have deleted the new one by then. */
  confirmKeyPair(operation: Operation): Promise<Result<null, Failure>> {
    return this.#confirm(() => confirmKeyPair(operation, this.#keyPair))
  }

  async #confirm(compare: () => Promise<Result<null, Failure>>): Promise<Result<null, Failure>> {
    const confirmed = await compare()
    if (confirmed.isErr() && confirmed.error.code === 'conflict') this.#refusal = confirmed.error
    return confirmed
  }
}
