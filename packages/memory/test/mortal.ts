import type { VirtualClock } from '@cloud-keypair/conformance'
import type { Clock, KeyPairDriver } from '@cloud-keypair/core'

/** A process that dies at its n-th await: from then on nothing of it reaches the cloud, and all of it hangs. */
export interface Mortal {
  readonly driver: KeyPairDriver
  readonly clock: Clock
  /** The awaits so far. */
  awaits(): number
  /** Resolves at its death. */
  readonly death: Promise<undefined>
  /** A function of the caller's: it may die before it, and after it. */
  does<Args extends readonly unknown[], T>(work: (...args: Args) => Promise<T>): (...args: Args) => Promise<T>
}

const calls = [
  'doDescribeKeyPairs',
  'doImportKeyPair',
  'doDeleteKeyPairs',
  'doDescribeInstances',
  'doAttachKeyPair',
  'doDetachKeyPair',
  'doStopInstances',
  'doStartInstances',
  'doRebootInstances',
] as const

export function mortalOver(driver: KeyPairDriver, clock: VirtualClock, diesAt: number): Mortal {
  let awaits = 0
  let isDead = false
  let die = (): void => {}
  const death = new Promise<undefined>((resolve) => {
    die = () => {
      isDead = true
      resolve(undefined)
    }
  })
  const survive = async (): Promise<void> => {
    awaits += 1
    if (awaits === diesAt) die()
    if (isDead) await new Promise(() => {})
  }
  const does: Mortal['does'] =
    (work) =>
    async (...args) => {
      await survive()
      const done = await work(...args)
      await survive()
      return done
    }
  const entries = calls.map((name) => {
    const call: (...args: never[]) => Promise<unknown> = driver[name]
    return [name, does((...args: never[]) => call.apply(driver, args))]
  })
  return {
    driver: { ...driver, ...Object.fromEntries(entries) },
    clock: {
      now: () => clock.now(),
      sleep: async (ms, signal) => {
        await clock.sleep(ms, signal)
        if (isDead) await new Promise(() => {})
      },
    },
    awaits: () => awaits,
    death,
    does,
  }
}
