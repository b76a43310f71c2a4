import type { Checkpoint } from '@cloud-keypair/core'
import type { KeyPairDriver } from '@cloud-keypair/core/driver'
import { beforeEachCall } from '../crash/interferences.js'

const never = (): Promise<never> => new Promise(() => {})

/** A process that is killed before a call of its own, and what it stored. */
export class Doomed {
  readonly death: Promise<void>
  readonly driver: KeyPairDriver
  stored: Checkpoint | undefined
  #isDead = false
  #die = (): void => {}

  constructor(driver: KeyPairDriver, isEnd: (call: string, stored: Checkpoint | undefined) => boolean) {
    this.death = new Promise((resolve) => {
      this.#die = resolve
    })
    this.driver = beforeEachCall(driver, async (call) => {
      if (isEnd(call, this.stored)) {
        this.#isDead = true
        this.#die()
      }
      if (this.#isDead) await never()
    })
  }

  async store(checkpoint: Checkpoint): Promise<void> {
    if (this.#isDead) await never()
    this.stored = checkpoint
  }
}
