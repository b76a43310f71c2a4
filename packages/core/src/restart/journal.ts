import type { Checkpoint, CheckpointHead, CheckpointInstance } from './checkpoint-writer.js'
import type { Reason } from '../engine/to-error.js'
import { type Operation, stopFailure } from '../engine/operation.js'

/** Writes down how far an operation has come, for a run after this one. */
export class Journal {
  #head: CheckpointHead
  readonly #save: ((checkpoint: Checkpoint) => Promise<void>) | undefined
  readonly #instances = new Map<string, CheckpointInstance>()

  constructor(head: CheckpointHead, save: ((checkpoint: Checkpoint) => Promise<void>) | undefined) {
    this.#head = head
    this.#save = save
  }

  /** What it is about, where that came to be known only now. */
  entitle(head: CheckpointHead): void {
    this.#head = head
  }

  note(instance: CheckpointInstance): void {
    this.#instances.set(instance.id, instance)
  }

  step(id: string, step: CheckpointInstance['step']): void {
    const instance = this.#instances.get(id)
    if (instance !== undefined) this.note({ ...instance, step })
  }

  /** Has it saved. Why it was not, where it was not: then nothing may be done that it would tell of. */
  async write(operation: Operation): Promise<Reason | undefined> {
    const save = this.#save
    if (save === undefined) return undefined
    const checkpoint: Checkpoint = { ...this.#head, instances: [...this.#instances.values()] }
    try {
      const saved = await operation.during((async () => save(checkpoint))())
      return saved === undefined ? stopFailure(operation.stopped() ?? 'aborted', 'none') : undefined
    } catch (thrown) {
      const cause = new Error(thrown instanceof Error ? thrown.message : String(thrown))
      const message = `the checkpoint could not be saved: ${cause.message}`
      return { code: 'storage', message, passing: false, cause, hint: 'Nothing is done that was not written down.' }
    }
  }
}
