import type { Fault } from '@cloud-keypair/core/testing'
import fc from 'fast-check'
import type { OperationName } from '../crash/fault-fixtures.js'
import { type Combination, textOf } from './combinations.js'

/** A world of several operations, one after another. */
export interface FaultWorld {
  readonly variant: string
  readonly instances: readonly {
    readonly id: string
    readonly power: 'running' | 'stopped'
    readonly keyPair: 'old' | 'new' | 'other' | undefined
  }[]
  readonly maxUnavailable: number
  readonly steps: readonly Step[]
}

/** One operation, and what goes wrong during it. */
export interface Step {
  readonly operation: OperationName
  readonly faults: readonly Fault[]
  readonly readLagMs: number
  /** The number of the call before which the caller aborts. */
  readonly abortAt: number | undefined
  readonly deadlineMs: number | undefined
}

/** Chance, for one world. */
interface Chances {
  readonly powers: readonly (FaultWorld['instances'][number]['power'] | undefined)[]
  readonly keyPairs: readonly FaultWorld['instances'][number]['keyPair'][]
  readonly maxUnavailable: number
  readonly steps: readonly {
    readonly combination: number
    readonly second: number | undefined
    readonly skip: number
    readonly times: number
    readonly readLagMs: number
    readonly abortAt: number | undefined
    readonly deadlineMs: number | undefined
  }[]
}

const rarely = <T>(...values: readonly T[]): fc.Arbitrary<T | undefined> =>
  fc.option(fc.constantFrom(...values), { nil: undefined, freq: 8 })

const chances: fc.Arbitrary<Chances> = fc.record({
  powers: fc.array(fc.constantFrom('running', 'running', 'running', 'stopped', undefined), {
    minLength: 4,
    maxLength: 4,
  }),
  keyPairs: fc.array(fc.constantFrom('old', 'old', 'old', 'new', 'other', undefined), { minLength: 4, maxLength: 4 }),
  maxUnavailable: fc.integer({ min: 1, max: 3 }),
  steps: fc.array(
    fc.record({
      combination: fc.nat(),
      second: rarely(1, 2, 3, 5, 8, 13, 21),
      skip: fc.constantFrom(0, 0, 0, 1),
      times: fc.constantFrom(1, 1, 1, 2, Infinity),
      readLagMs: fc.constantFrom(0, 0, 0, 500, 2_500),
      abortAt: rarely(0, 1, 2, 3, 5, 8),
      deadlineMs: rarely(1_000, 25_000, 100_000),
    }),
    { minLength: 2, maxLength: 3 },
  ),
})

/**
 * Makes worlds by a seed. The first operation of each meets a combination in its turn, so that enough worlds have them all;
 * the others meet any.
 */
export function faultWorlds(
  combinations: readonly Combination[],
  { count, seed }: { readonly count: number; readonly seed: number },
): readonly FaultWorld[] {
  const byVariant = new Map<string, Combination[]>()
  for (const one of combinations) {
    const alike = byVariant.get(one.variant)
    if (alike === undefined) byVariant.set(one.variant, [one])
    else alike.push(one)
  }
  return fc.sample(chances, { numRuns: count, seed }).map((chance, index) => {
    const first = combinations[turn(index + seed * stride, combinations.length)]
    if (first === undefined) throw new Error('Nothing can go wrong')
    const others = byVariant.get(first.variant) ?? [first]
    const instances = chance.powers.flatMap((power, number) =>
      power === undefined ? [] : [{ id: `i-${number}`, power, keyPair: chance.keyPairs[number] }],
    )
    return {
      variant: first.variant,
      instances: instances.length === 0 ? [{ id: 'i-0', power: 'running', keyPair: 'old' }] : instances,
      maxUnavailable: chance.maxUnavailable,
      steps: chance.steps.map(({ combination, second, skip, times, ...limits }, number) => {
        const met = number === 0 ? first : (others[combination % others.length] ?? first)
        const same = others.filter(({ operation }) => operation === met.operation)
        const next = second === undefined ? undefined : same[(combination + second) % same.length]
        return {
          operation: met.operation,
          faults: [
            { on: met.call, skip: number === 0 ? 0 : skip, times: number === 0 ? 1 : times, ...met.kind },
            ...(next === undefined ? [] : [{ on: next.call, skip, ...next.kind }]),
          ],
          ...limits,
          ...(number === 0 && { readLagMs: 0, abortAt: undefined, deadlineMs: undefined }),
        }
      }),
    }
  })
}

/** Returns a fault as one text. */
export function faultText({ on, skip: _, times: _times, ...kind }: Fault): string {
  return textOf(on, kind)
}

const stride = 7_919

/** Returns a number below the count for each index, in an order that is not that of the combinations. */
function turn(index: number, count: number): number {
  const step = [104_729, 15_485_863].find((prime) => count % prime !== 0) ?? 1
  return (index * step) % count
}
