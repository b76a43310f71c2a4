import type { World } from './guests.js'

/** The task of a rotation. */
export interface Assignment {
  readonly running: readonly string[]
  readonly stopped: readonly string[]
  readonly replaced: string
  readonly name: string
}

/** Returns the fault of a world before the stopped instances were started. Undefined if there is none. */
export function problemOnTheWay(world: World, { running, stopped, replaced, name }: Assignment): string | undefined {
  const { guests, keyPairs } = world
  if (!keyPairs.includes(replaced)) return `${replaced} is gone, which the stopped instances still accept`
  return first(
    guests.map(({ id, power, accepts }) => {
      if (stopped.includes(id)) return power === 'stopped' ? undefined : `${id} was stopped, and is ${power}`
      if (running.includes(id) && power !== 'running') return `${id} was running, and is ${power}`
      return accepts.includes(name) ? undefined : `${id} does not accept ${name}`
    }),
  )
}

/** Returns the fault of a world in which all instances run. */
export function problemAtEnd({ guests, keyPairs }: World, { running, stopped, name }: Assignment): string | undefined {
  if (keyPairs.join() !== name) return `the key pairs are ${keyPairs.join(', ')}`
  if (guests.length !== running.length + stopped.length) return `there are ${guests.length} instances`
  return first(
    guests.map(({ id, power, accepts }) => {
      if (power !== 'running') return `${id} is ${power}`
      return accepts.join() === name ? undefined : `${id} accepts ${accepts.join(', ')}`
    }),
  )
}

function first(problems: readonly (string | undefined)[]): string | undefined {
  return problems.find((problem) => problem !== undefined)
}
