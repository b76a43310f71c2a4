import type { Action } from './action.js'
import type { Fingerprinter } from './store.js'

/** One of Alibaba Cloud's products. */
export interface Product<Variants> {
  /** `Ecs` or `Ens`. */
  readonly name: string
  readonly version: string
  /** The host that its errors name. */
  readonly hostId: string
  /** Empty for a product without regions. */
  readonly region: string
  readonly actions: ReadonlyMap<string, Action<Variants>>
  /** The parameters that each of its actions takes. */
  readonly everyAction: readonly string[]
  readonly variants: Variants
  readonly fingerprint: Fingerprinter
  /** True if two key pairs can have one name. */
  readonly namesRepeat: boolean
  /** The end of each request id. */
  readonly requestIdEnd: string
}
