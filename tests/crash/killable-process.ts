import type { VirtualClock } from '@cloud-keypair/conformance'
import type { Clock } from '@cloud-keypair/core'
import type { CallContext, KeyPairDriver } from '@cloud-keypair/core/driver'
import { overriding } from '@cloud-keypair/conformance/internals'

/** A process that dies at its n-th await: from then on nothing of it reaches the cloud, and all of it hangs. */
export interface KillableProcess {
  readonly driver: KeyPairDriver
  readonly clock: Clock
  /** Returns the number of awaits so far. */
  awaits(): number
  /**
   * Returns the first await of each moment so far. Between two awaits of one moment nothing changed and no time passed, so
   * that a death at either leaves the same world behind.
   */
  moments(): readonly number[]
  /** Resolves at its death. */
  readonly death: Promise<undefined>
  /** Wraps a function that may change something: the process may be killed before and after it. */
  does<Args extends readonly unknown[], T>(work: (...args: Args) => Promise<T>): (...args: Args) => Promise<T>
  /** Wraps a function that only reads. */
  looks<Args extends readonly unknown[], T>(work: (...args: Args) => Promise<T>): (...args: Args) => Promise<T>
  /** Cuts its open requests. */
  bury(): void
}

export function killableOver(driver: KeyPairDriver, clock: VirtualClock, diesAt: number): KillableProcess {
  let awaits = 0
  let isDead = false
  let changes = 0
  let moment = ''
  const moments: number[] = []
  let die = (): void => {}
  const ending = new AbortController()
  const death = new Promise<undefined>((resolve) => {
    die = () => {
      isDead = true
      resolve(undefined)
    }
  })
  const survive = async (): Promise<void> => {
    awaits += 1
    const now = `${changes} ${clock.now()}`
    if (now !== moment) moments.push(awaits)
    moment = now
    if (awaits === diesAt) die()
    if (isDead) await new Promise(() => {})
  }
  const looks: KillableProcess['looks'] =
    (work) =>
    async (...args) => {
      await survive()
      try {
        return await work(...args)
      } finally {
        await survive()
      }
    }
  const does: KillableProcess['does'] = (work) =>
    looks(async (...args) => {
      changes += 1
      try {
        return await work(...args)
      } finally {
        changes += 1
      }
    })
  const reads =
    <Request, T>(send: (request: Request, context: CallContext) => Promise<T>, mortally = looks) =>
    (request: Request, context: CallContext): Promise<T> => {
      const signal = AbortSignal.any([context.signal, ending.signal])
      return mortally(() => send.call(driver, request, { ...context, signal }))()
    }
  const sends = <Request, T>(send: (request: Request, context: CallContext) => Promise<T>): typeof send =>
    reads(send, does)
  return {
    driver: overriding<KeyPairDriver>(driver, {
      doDescribeKeyPairs: reads(driver.doDescribeKeyPairs),
      doImportKeyPair: sends(driver.doImportKeyPair),
      doCreateKeyPair: sends(driver.doCreateKeyPair),
      doUpdateKeyPair: sends(driver.doUpdateKeyPair),
      doDeleteKeyPairs: sends(driver.doDeleteKeyPairs),
      doDescribeInstances: reads(driver.doDescribeInstances),
      doAttachKeyPair: sends(driver.doAttachKeyPair),
      doDetachKeyPair: sends(driver.doDetachKeyPair),
      doStopInstances: sends(driver.doStopInstances),
      doStartInstances: sends(driver.doStartInstances),
      doRebootInstances: sends(driver.doRebootInstances),
    }),
    clock: {
      now: () => clock.now(),
      sleep: async (ms, signal) => {
        await clock.sleep(ms, signal)
        if (isDead) await new Promise(() => {})
      },
    },
    awaits: () => awaits,
    moments: () => moments,
    death,
    does,
    looks,
    bury: () => ending.abort(),
  }
}
