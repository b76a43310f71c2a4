import { VirtualClock } from '@cloud-keypair/conformance'
import type { KeyPairService } from '@cloud-keypair/core'
import { createKeyPairService } from '@cloud-keypair/core/driver'
import type { Fault, FaultKind, FaultyCall } from '@cloud-keypair/core/testing'
import { createMemoryCloud, type MemoryTraits, memoryVariants, type MemoryWorld } from '@cloud-keypair/memory'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { runs } from '../support/in-full.js'
import { rsaKey } from '../support/rsa-keys.js'

// Worlds in which calls go wrong by chance, on every variant of the cloud. What a failure says of its world is held
// against the world itself.

// A seed with which the worlds come to every branch, one of which is rare. `pnpm worlds` has other seeds.
const run = { numRuns: runs(400), seed: 1 }
const { publicKey } = rsaKey()

const afterwards: readonly FaultKind[] = [
  { kind: 'reset', commit: true },
  { kind: 'silence', commit: true },
  { kind: 'server-error', commit: true },
  { kind: 'garbled', how: 'html', commit: true },
  { kind: 'late', afterMs: 3_000 },
  { kind: 'late', afterMs: 30_000 },
]
const before: readonly FaultKind[] = [
  { kind: 'reset', commit: false },
  { kind: 'silence', commit: false },
  { kind: 'throttled' },
  { kind: 'denied' },
]
const ofInstances: readonly FaultKind[] = [
  { kind: 'items', ids: ['i-1'], as: 'gone' },
  { kind: 'items', ids: ['i-0'], as: 'throttled' },
  { kind: 'items', ids: ['i-2'], as: 'strange' },
  { kind: 'omits', ids: ['i-1'] },
]

function faultsOn(calls: readonly FaultyCall[], kinds: readonly FaultKind[]): fc.Arbitrary<Fault> {
  const shape = { skip: fc.nat(5), times: fc.integer({ min: 1, max: 3 }) }
  return fc
    .record({ on: fc.constantFrom(...calls), kind: fc.constantFrom(...kinds), ...shape })
    .map(({ kind, ...rest }) => ({ ...rest, ...kind }))
}

const chances = fc.infiniteStream(fc.double({ min: 0, max: 0.999, noNaN: true }))
const worlds = fc.record({
  variant: fc.constantFrom(...Object.keys(memoryVariants)),
  readLagMs: fc.constantFrom(0, 0, 500, 2500),
  chances,
})

interface Setting {
  readonly clock: VirtualClock
  readonly random: () => number
  readonly service: KeyPairService
  readonly traits: Partial<MemoryTraits>
  readonly world: MemoryWorld
}

async function settingOf(
  { variant, chances: chance, readLagMs }: typeof worlds extends fc.Arbitrary<infer World> ? World : never,
  faults: readonly Fault[],
): Promise<Setting> {
  const clock = new VirtualClock()
  const random = (): number => chance.next().value
  const traits = memoryVariants[variant] ?? {}
  const { driver, world } = createMemoryCloud({ clock, random, traits })
  for (const fault of faults) await world.fault(fault)
  await world.setReadLag(readLagMs)
  return { clock, random, service: createKeyPairService(driver, { testing: { clock, random } }), traits, world }
}

/** The branches of a property that a run came to. One that no world comes to proves nothing. */
class Branches {
  readonly #seen = new Set<string>()

  /** Notes that the run came to a branch, if it did. */
  comesTo(branch: string, isTaken: boolean): boolean {
    if (isTaken) this.#seen.add(branch)
    return isTaken
  }

  all(): readonly string[] {
    return [...this.#seen].toSorted()
  }
}

const isLate = (faults: readonly Fault[]): boolean => faults.some(({ kind }) => kind === 'late')

test('concurrent callers of ensure all get the same key pair, with any faults', async () => {
  const faults = fc.array(fc.oneof(faultsOn(['import'], [...afterwards, ...before]), faultsOn(['lookup'], before)), {
    maxLength: 4,
  })
  const callers = fc.integer({ min: 1, max: 6 })
  const branches = new Branches()
  const property = fc.asyncProperty(worlds, faults, callers, async (its, failing, count) => {
    const { clock, random, service, traits, world } = await settingOf(its, failing)
    const wanted = { name: 'deploy', publicKey: publicKey.line }
    const ensure = async (index: number) => {
      await clock.sleep(Math.floor(index * random() * 700), new AbortController().signal)
      return service.ensure(wanted)
    }
    const all = await Promise.all(Array.from({ length: count }, (_, index) => ensure(index)))
    await world.clearFaults()
    await world.settle()
    const there = (await world.snapshot()).keyPairs.length
    const unique = traits.uniqueNames !== false
    const ids = new Set(all.flatMap((one) => (one.isOk() ? [one.value.id] : [])))
    // One that is imported long after it was asked for may be older by its date than those who looked could know.
    if (branches.comesTo('not late', !isLate(failing))) expect(ids.size).toBeLessThanOrEqual(1)
    expect(there).toBeLessThanOrEqual(unique ? 1 : count)
    expect(there).toBeGreaterThanOrEqual(ids.size)
    const [only] = all
    const isNone = count === 1 && only?.isErr() === true && only.error.outcome === 'none'
    if (branches.comesTo('one that failed without effect', isNone)) expect(there).toBe(0)

    const again = (await service.ensure(wanted))._unsafeUnwrap()
    expect(again.verified || traits.fingerprint === 'opaque').toBe(true)
    if (branches.comesTo('found again', !isLate(failing) && ids.size > 0)) expect([...ids]).toEqual([again.id])
    if (branches.comesTo('one', count === 1)) expect((await world.snapshot()).keyPairs).toHaveLength(1)
  })
  await fc.assert(property, run)
  expect(branches.all()).toEqual(['found again', 'not late', 'one', 'one that failed without effect'])
})

test('a delete tells the truth, with any faults, and changes nothing else', async () => {
  const changes = faultsOn(['delete', 'detach'], [...afterwards, ...before, ...ofInstances])
  const reads = faultsOn(['lookup', 'list-instances', 'read-instances'], before)
  const faults = fc.array(fc.oneof(changes, reads), { maxLength: 3 })
  const policy = fc.constantFrom('refuse', 'detach', 'detach', 'delete-anyway')
  const branches = new Branches()
  const property = fc.asyncProperty(
    worlds,
    faults,
    policy,
    fc.boolean(),
    fc.nat(3),
    async (its, failing, ifInUse, isByKey, users) => {
      const { service, traits, world } = await settingOf(its, failing)
      const power = traits.power?.includes('running') === false ? 'stopped' : 'running'
      await world.seedKeyPairs([{ name: 'deploy', publicKey: publicKey.line }, { name: 'other' }])
      const ids = Array.from({ length: users }, (_, index) => `i-${index}`)
      await world.seedInstances(ids.map((id) => ({ id, power, keyPair: 'deploy' })))
      await world.seedInstances([{ id: 'i-other', power, keyPair: 'other' }])
      const keyPair = traits.identity?.includes('id') === false ? { name: 'deploy' } : { id: 'kp-1' }
      const result = await service.delete(keyPair, { ifInUse, ...(isByKey && { publicKey: publicKey.line }) })
      await world.clearFaults()
      const goneAtOnce = !(await world.snapshot()).keyPairs.some(({ name }) => name === 'deploy')
      await world.settle()
      const { keyPairs, instances } = await world.snapshot()
      const gone = !keyPairs.some(({ name }) => name === 'deploy')
      const bound = instances.filter((instance) => instance.bound === 'deploy').length

      expect(keyPairs.some(({ name }) => name === 'other')).toBe(true)
      expect(instances.find(({ id }) => id === 'i-other')?.bound).toBe('other')
      if (branches.comesTo('nothing is detached', ifInUse !== 'detach')) expect(bound).toBe(users)
      if (result.isOk()) {
        expect([goneAtOnce, result.value.changed]).toEqual([true, true])
        if (branches.comesTo('detached and deleted', ifInUse === 'detach')) expect(bound).toBe(0)
        if (branches.comesTo('deleted without a user', ifInUse === 'refuse')) expect(users).toBe(0)
      } else if (!isLate(failing)) {
        const { code, outcome } = result.error
        const isThere = outcome !== 'unknown' || code === 'incomplete'
        if (branches.comesTo('not deleted', isThere)) expect(gone).toBe(false)
        if (branches.comesTo('failed without effect', outcome === 'none')) expect(bound).toBe(users)
      }
    },
  )
  await fc.assert(property, run)
  expect(branches.all()).toEqual([
    'deleted without a user',
    'detached and deleted',
    'failed without effect',
    'not deleted',
    'nothing is detached',
  ])
})
