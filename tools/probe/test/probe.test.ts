import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { reportOf } from '../src/report.js'
import { possible } from './variants.js'
import { createMaterials, expectNoSecret, isTrue, providers, runs, seed, startWorld, timeout } from './worlds.js'

const materials = createMaterials()

describe.each(providers)('of %s, whichever its variants', (provider) => {
  test(`every answer is true, and nothing is left behind (seed ${seed})`, { timeout }, async () => {
    await fc.assert(
      fc.asyncProperty(possible[provider], fc.boolean(), async ({ variants, undecidable }, running) => {
        await using world = await startWorld(provider, { variants, running }, materials)
        const before = world.look()
        const outcome = await world.probe()
        if (outcome.kind !== 'probed') return expect.unreachable(outcome.why)
        for (const { variant, answer } of outcome.rows) {
          if (answer.kind === 'not-asked') continue
          expect(isTrue(answer, variants[variant]), `${variant} ${JSON.stringify(answer)}`).toBe(true)
        }
        const undecided = outcome.rows.filter(({ answer }) => answer.kind === 'not-asked' || answer.kind === 'among')
        expect(undecided.map(({ variant }) => variant).toSorted()).toEqual(undecidable.toSorted())
        expect(outcome.rows.map(({ variant }) => variant).toSorted()).toEqual(Object.keys(variants).toSorted())
        expect(outcome.left).toEqual([])
        expect(world.look()).toEqual(before)
        expectNoSecret(outcome, world.said, reportOf(outcome, world.cloud.vendorApi(outcome.region)))
      }),
      { seed, numRuns: runs },
    )
  })

  test('without a login, questions about the guest are not asked', async () => {
    await using world = await startWorld(provider, { variants: {}, running: true }, materials)
    const outcome = await world.probe({ login: undefined })
    if (outcome.kind !== 'probed') return expect.unreachable(outcome.why)
    const { answer } = outcome.rows.find(({ variant }) => variant === 'secondChange') ?? {}
    expect(answer).toEqual({ kind: 'not-asked', why: 'needs --login' })
  })

  test.each([0, 1, 2])(
    'a refusal that is cut short is no answer, and the call is repeated (number %i)',
    async (cut) => {
      await using world = await startWorld(provider, { variants: {}, running: true }, materials)
      let refusals = 0
      const outcome = await world.probe({}, (transport) => ({
        close: () => transport.close(),
        send: async (request, signal) =>
          (await transport.send(request, signal)).map((response) => {
            const isRefusal = response.status >= 400 && response.text.startsWith('{')
            return isRefusal && refusals++ === cut ? { ...response, text: response.text.slice(0, 20) } : response
          }),
      }))
      if (outcome.kind !== 'probed') return expect.unreachable(outcome.why)
      for (const { variant, assumed, answer } of outcome.rows) {
        expect(answer.kind === 'not-asked' || isTrue(answer, assumed), `${variant} ${JSON.stringify(answer)}`).toBe(
          true,
        )
      }
      expect(refusals).toBeGreaterThan(cut)
    },
  )

  test('a failed login is no answer, and everything is cleaned up', async () => {
    await using world = await startWorld(provider, { variants: {}, running: true }, materials)
    const before = world.look()
    const outcome = await world.probe({ login: () => Promise.reject(new TypeError('canary-key-pair')) })
    if (outcome.kind !== 'probed') return expect.unreachable(outcome.why)
    const { answer } = outcome.rows.find(({ variant }) => variant === 'secondChange') ?? {}
    expect(answer).toEqual({ kind: 'not-asked', why: 'it failed (TypeError)' })
    expect(outcome.left).toEqual([])
    expect(world.look().keyPairs).toEqual(before.keyPairs)
    expect(world.look().instances).toEqual(before.instances)
    expectNoSecret(outcome)
  })

  test.each([
    ['runs Windows', { osType: 'Windows' } as const],
    ['has a key pair', { keyPair: 'canary-key-pair' } as const],
    ['is in a transient state', { changing: true } as const],
    ['is not there', { absent: true } as const],
  ])('an instance that %s is refused, and nothing is changed', async (_, instance) => {
    await using world = await startWorld(provider, { variants: {}, running: true, instance }, materials)
    const before = world.look()
    const outcome = await world.probe()
    expect(outcome.kind).toBe('refused')
    expect(world.simulator.calls.filter(({ mutating }) => mutating)).toEqual([])
    expect(world.look()).toEqual(before)
  })
})
