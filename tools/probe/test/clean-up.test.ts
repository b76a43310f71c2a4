import type { VirtualClock } from '@cloud-keypair/conformance'
import { err } from '@cloud-keypair/core'
import type { HttpTransport } from '@cloud-keypair/core/http'
import type { Fault, FaultKind } from '@cloud-keypair/simulator'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { ProbeOutcome } from '../src/probe.js'
import { possible } from './variants.js'
import {
  createMaterials,
  expectNoSecret,
  isTrue,
  type ProbedWorld,
  providers,
  runs,
  seed,
  startWorld,
  timeout,
} from './worlds.js'

const materials = createMaterials()

/** True if a call whose answer is lost is carried out. */
type CarriedOut = 'never' | 'at once' | 'later'

/** The delay, in milliseconds. */
const laterMs = 40_000

/** The call at which a probe is interrupted: so many calls after the first, or so many that change something. */
interface Moment {
  readonly among: 'all' | 'changes'
  readonly count: number
}

const moments: fc.Arbitrary<Moment> = fc.oneof(
  fc.record({ among: fc.constant('all' as const), count: fc.nat({ max: 220 }) }),
  fc.record({ among: fc.constant('changes' as const), count: fc.nat({ max: 40 }) }),
)

/** Makes a transport that interrupts its user at one call, whose answer is lost. */
function interruptingAt(
  { among, count }: Moment,
  carriedOut: CarriedOut,
  clock: VirtualClock,
  interrupt: () => void,
): (transport: HttpTransport) => HttpTransport {
  const forever = new AbortController().signal
  return (transport) => {
    let sent = 0
    return {
      close: () => transport.close(),
      send: async (request, signal) => {
        const isCounted = among === 'all' || !/Action=Describe|x-acs-action":"Describe/.test(JSON.stringify(request))
        if (!isCounted || sent++ !== count) return await transport.send(request, signal)
        if (carriedOut === 'at once') await transport.send(request, forever)
        if (carriedOut === 'later') void clock.sleep(laterMs, forever).then(() => transport.send(request, forever))
        interrupt()
        return err({ kind: 'aborted', sent: carriedOut !== 'never', message: 'The request was aborted' })
      },
    }
  }
}

async function expectNothingLeft(
  world: ProbedWorld,
  before: ReturnType<ProbedWorld['look']>,
  outcome: ProbeOutcome,
): Promise<void> {
  // An unanswered call may take effect now, after the clean-up.
  await world.clock.sleep(120_000, new AbortController().signal)

  if (outcome.kind === 'probed') expect(outcome.left).toEqual([])
  const { keyPairs, instances } = world.look()
  expect(keyPairs).toEqual(before.keyPairs)
  expect(instances).toEqual(before.instances)
  expectNoSecret(outcome, world.said)
}

const damages: readonly FaultKind[] = [
  { kind: 'throttle' },
  { kind: 'throttle', retryAfterMs: 7000 },
  { kind: 'reset', commit: true },
  { kind: 'reset', commit: false },
  { kind: 'hang', commit: true },
  { kind: 'body', transform: 'empty-503', commit: true },
  { kind: 'body', transform: 'html-502' },
  { kind: 'body', transform: 'truncate' },
  { kind: 'refuse', status: 500, code: 'InternalError' },
]

const faults = (kinds: readonly FaultKind[]): fc.Arbitrary<readonly Fault[]> =>
  fc.array(
    fc
      .tuple(fc.constantFrom(...kinds), fc.nat({ max: 180 }), fc.integer({ min: 1, max: 3 }))
      .map(([kind, skip, times]): Fault => ({ ...kind, skip, times })),
    { minLength: 1, maxLength: 6 },
  )

describe.each(providers)('on %s, whichever its variants', (provider) => {
  test(`a probe that is interrupted at any call leaves nothing behind (seed ${seed})`, { timeout }, async () => {
    await fc.assert(
      fc.asyncProperty(
        possible[provider],
        fc.boolean(),
        moments,
        fc.constantFrom<CarriedOut>('never', 'at once', 'later'),
        async ({ variants }, running, moment, carriedOut) => {
          await using world = await startWorld(provider, { variants, running }, materials)
          const before = world.look()
          const interruption = new AbortController()
          const outcome = await world.probe(
            { signal: interruption.signal },
            interruptingAt(moment, carriedOut, world.clock, () => interruption.abort()),
          )
          await expectNothingLeft(world, before, outcome)
        },
      ),
      { seed, numRuns: runs },
    )
  })

  test(`faults make no answer false, and leave nothing behind (seed ${seed})`, { timeout }, async () => {
    await fc.assert(
      fc.asyncProperty(possible[provider], fc.boolean(), faults(damages), async ({ variants }, running, broken) => {
        await using world = await startWorld(provider, { variants, running }, materials)
        const before = world.look()
        for (const fault of broken) world.simulator.fault(fault)
        const outcome = await world.probe()
        await expectNothingLeft(world, before, outcome)
        if (outcome.kind === 'refused') return
        for (const { variant, answer } of outcome.rows) {
          if (answer.kind === 'not-asked') continue
          expect(isTrue(answer, variants[variant]), `${variant} ${JSON.stringify(answer)}`).toBe(true)
        }
      }),
      { seed, numRuns: runs },
    )
  })

  test(`late calls and lagging reads leave nothing behind (seed ${seed})`, { timeout }, async () => {
    const late: readonly FaultKind[] = [
      { kind: 'late', afterMs: 20_000 },
      { kind: 'late', afterMs: 65_000 },
      { kind: 'late', afterMs: 100_000 },
    ]
    await fc.assert(
      fc.asyncProperty(possible[provider], fc.nat({ max: 15_000 }), faults(late), async ({ variants }, lag, broken) => {
        await using world = await startWorld(provider, { variants, running: true }, materials)
        const before = world.look()
        world.simulator.setReadLag(lag)
        for (const fault of broken) world.simulator.fault(fault)
        await expectNothingLeft(world, before, await world.probe())
      }),
      { seed, numRuns: runs },
    )
  })

  test('a clean-up that fails for a while succeeds in another round', async () => {
    await using world = await startWorld(provider, { variants: {}, running: true }, materials)
    const before = world.look()
    const interruption = new AbortController()
    const failing = { kind: 'refuse', action: 'DetachKeyPair', status: 500, code: 'InternalError', times: 9 } as const
    const isBound = (): boolean => world.look().instances.some((text) => text.includes('cloud-keypair-probe'))
    const outcome = await world.probe({ signal: interruption.signal }, (transport) => ({
      close: () => transport.close(),
      send: async (request, signal) => {
        const answered = await transport.send(request, signal)
        if (interruption.signal.aborted || !isBound()) return answered
        world.simulator.fault(failing)
        interruption.abort()
        return answered
      },
    }))
    expect(outcome.kind === 'probed' && outcome.interrupted).toBe(true)
    await expectNothingLeft(world, before, outcome)
    expect(world.simulator.calls.filter(({ code }) => code === 'InternalError')).toHaveLength(failing.times)
  })
})
