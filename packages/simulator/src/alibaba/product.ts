import type { Action } from './action.js'
import type { Fingerprinter } from './store.js'

/** One of Alibaba Cloud's products. */
export interface Product<Variants> {
  /** `Ecs` or `Ens`. */
  readonly name: string
  readonly version: string
  /** Where it says that it is, in errors. */
  readonly hostId: string
  /** Empty where it has none. */
  readonly region: string
  readonly actions: ReadonlyMap<string, Action<Variants>>
  /** What every action of it takes. */
  readonly everyAction: readonly string[]
  readonly variants: Variants
  readonly fingerprint: Fingerprinter
  /** True if two key pairs can have one name. */
  readonly namesRepeat: boolean
  /** What a request id ends in. */
  readonly requestIdEnd: string
}
