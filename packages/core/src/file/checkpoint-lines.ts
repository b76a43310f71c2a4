import { isDeepStrictEqual } from 'node:util'
import { type Checkpoint, type CheckpointInstance, parseCheckpoint } from '../contract/checkpoint.js'
import { parseJson, readField } from '../foreign-values.js'
import { err, type Result } from '../result.js'

// The first line of a file is a whole checkpoint. Each later one has what changed:
//
//   { "head": { … }, "instances": [ … ], "steps": { "done": [ids], … } }
//
// `head` is all but the instances, if it changed. An instance whose step alone changed is named under its step.

type Head = Omit<Checkpoint, 'instances'>

/** Makes the lines of a file, and remembers what they hold. */
export class CheckpointLines {
  #head: string | undefined
  readonly #instances = new Map<string, CheckpointInstance>()

  /** Returns the first line of a file. */
  whole(checkpoint: Checkpoint): string {
    this.#instances.clear()
    this.#take(checkpoint, checkpoint.instances)
    return `${JSON.stringify(checkpoint)}\n`
  }

  /** True if the file has an instance in progress that this checkpoint lacks: it is of another operation. */
  hasOthersInProgress({ instances }: Checkpoint, changed: readonly CheckpointInstance[]): boolean {
    const added = changed.filter(({ id }) => !this.#instances.has(id)).length
    if (this.#instances.size + added === instances.length) return false
    const own = new Set(instances.map(({ id }) => id))
    return [...this.#instances.values()].some(({ id, step }) => step === 'in-progress' && !own.has(id))
  }

  /** Returns the line that brings a file up to date. */
  change(checkpoint: Checkpoint, changed: readonly CheckpointInstance[]): string {
    const before = this.#head
    const steps = new Map<string, string[]>()
    const instances: CheckpointInstance[] = []
    for (const instance of changed) {
      if (!this.#differsInStepAlone(instance)) instances.push(instance)
      else if (steps.get(instance.step)?.push(instance.id) === undefined) steps.set(instance.step, [instance.id])
    }
    this.#take(checkpoint, changed)
    const line = {
      ...(this.#head !== before && { head: headOf(checkpoint) }),
      ...(instances.length > 0 && { instances }),
      ...(steps.size > 0 && { steps: Object.fromEntries(steps) }),
    }
    return `${JSON.stringify(line)}\n`
  }

  #take(checkpoint: Checkpoint, changed: readonly CheckpointInstance[]): void {
    this.#head = JSON.stringify(headOf(checkpoint))
    for (const instance of changed) this.#instances.set(instance.id, instance)
  }

  #differsInStepAlone(instance: CheckpointInstance): boolean {
    const before = this.#instances.get(instance.id)
    return before !== undefined && isDeepStrictEqual({ ...before, step: instance.step }, instance)
  }
}

function headOf({ instances: _, ...head }: Checkpoint): Head {
  return head
}

/**
 * Folds the lines of a file into the checkpoint that they come to. A last line that is cut off was being written when
 * its process ended: nothing that it tells of was begun.
 */
export function foldLines(text: string): Result<Checkpoint, string> {
  // Behind the last line feed there is nothing, or a line that was cut off.
  const [first, ...changes] = text.split('\n').slice(0, -1).map(parseJson)
  // A machine that lost its power may have written the end of a line without its middle.
  if (changes.length > 0 && changes.at(-1) === undefined) changes.pop()
  if (changes.includes(undefined)) return err('a line in the middle is damaged')
  return parseCheckpoint(first).andThen(({ instances, ...head }) => {
    const known = new Map<string, object>(instances.map((instance) => [instance.id, instance]))
    const heads = changes.map((change) => readField(change, 'head')).filter((changed) => changed !== undefined)
    for (const change of changes) applyChange(known, change)
    const last: unknown = heads.at(-1) ?? head
    return typeof last === 'object'
      ? parseCheckpoint({ ...last, instances: [...known.values()] })
      : err('its head is damaged')
  })
}

function applyChange(known: Map<string, object>, change: unknown): void {
  for (const instance of listIn(change, 'instances')) {
    const id = readField(instance, 'id')
    if (typeof id === 'string' && typeof instance === 'object' && instance !== null) known.set(id, instance)
  }
  for (const step of ['waiting', 'in-progress', 'done'] as const) {
    for (const id of listIn(readField(change, 'steps'), step)) {
      if (typeof id === 'string') known.set(id, { ...known.get(id), step })
    }
  }
}

function listIn(value: unknown, field: string): readonly unknown[] {
  const list: unknown = readField(value, field)
  return Array.isArray(list) ? list : []
}
