import type { SimulatorClock } from './clock.js'
import type { GeneratedKeyPair } from './public-key.js'
import type { Random } from './random.js'

/** The options of every simulator. */
export interface SimulatorOptions<Account, Variants> {
  /** Default 0: any free port. */
  readonly port?: number | undefined
  /** Default: the time of this machine. */
  readonly clock?: SimulatorClock | undefined
  /** Milliseconds since the epoch, for the time of a signature or the life of a token. Default `Date.now`. */
  readonly wallClock?: (() => number) | undefined
  /** For ids, tokens and orders. By default the same numbers in each run. */
  readonly random?: Random | undefined
  /** Generates a key pair that is asked for without a public key. Default: RSA of 2048 bits, which is slow. */
  readonly generateKeyPair?: (() => Promise<GeneratedKeyPair>) | undefined
  /** Default: one demo account. */
  readonly accounts?: readonly Account[] | undefined
  readonly variants?: Partial<Variants> | undefined
}
