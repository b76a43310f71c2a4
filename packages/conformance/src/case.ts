import type { GeneratedKeyPairMaterial } from '@cloud-keypair/core'
import type { Harness } from './harness.js'
import type { VirtualClock } from './virtual-clock.js'

/** What a case works with. */
export interface Stage extends Harness {
  readonly clock: VirtualClock
  /** Distinct RSA keys. The same ones in the same order are what `create` "generates". */
  readonly keys: readonly GeneratedKeyPairMaterial[]
  /** Whether this is the adapter's usual world; what only takes long is done there in full, and less of it elsewhere. */
  readonly usual: boolean
  /** Chance, repeatable by the seed that the report names. */
  readonly seed: number
}

/** What a case proved: the behaviour, or that what the cloud lacks is `unsupported` without a request. */
export type Verdict = 'passed' | 'verified-unsupported'

/** One statement about every adapter. */
export interface Case {
  /** Stable: reports and documents refer to it. */
  readonly id: string
  readonly title: string
  run(stage: Stage): Promise<Verdict>
}

/** A case that proves the behaviour itself. */
export function proves(id: string, title: string, run: (stage: Stage) => Promise<void>): Case {
  return {
    id,
    title,
    run: async (stage) => {
      await run(stage)
      return 'passed'
    },
  }
}
