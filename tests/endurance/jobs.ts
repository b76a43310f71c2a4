import type { Job } from './parts.js'

/** The size of a run. */
export interface RunSize {
  readonly seed: number
  /** The operations of the faults of a wire adapter. */
  readonly operations: number
  /** The time of each soak. */
  readonly minutes: number
}

const wire = ['alibaba-ens', 'alibaba-ecs', 'volcengine', 'tencent', 'aws'] as const
const memory = 'memory'

/** Returns the jobs of a whole run, those of one process each in one list. */
export function allJobs(
  { seed, operations, minutes }: RunSize,
  adapters: readonly string[],
): readonly (readonly Job[])[] {
  const forMs = minutes * 60_000
  const chosen = wire.filter((adapter) => adapters.includes(adapter))
  return [
    ...chosen.map((adapter): readonly Job[] => [
      { part: 'faults', adapter, seed, count: operations },
      ...(adapter === 'aws' ? [] : [{ part: 'others', adapter, seed, count: operations / 2 } as const]),
    ]),
    ...chosen.map((adapter): readonly Job[] => [
      { part: 'kills', adapter, seed, count: Math.ceil(operations / 100) },
      { part: 'rivals', adapter, seed, count: Math.ceil(operations / 50) },
    ]),
    ...(adapters.includes(memory)
      ? [
          [{ part: 'faults', adapter: memory, seed, count: operations * 10 } as const],
          [{ part: 'others', adapter: memory, seed, count: operations * 2 } as const],
        ]
      : []),
    ...adapters.map((adapter): readonly Job[] => [{ part: 'soak', adapter, seed, count: forMs }]),
  ]
}

/** Returns the jobs of a run for continuous integration, in one process: at most 20 seconds of processor time. */
export function shortJobs(seed: number): readonly (readonly Job[])[] {
  return [
    [
      { part: 'faults', adapter: memory, seed, count: 300 },
      { part: 'others', adapter: memory, seed, count: 60 },
      ...wire.map((adapter) => ({ part: 'faults', adapter, seed, count: 8, variants: 1 }) as const),
      { part: 'kills', adapter: 'tencent', seed, count: 1 },
      { part: 'soak', adapter: memory, seed, count: 1_000 },
    ],
  ]
}
