import assert from 'node:assert/strict'
import { collect, type KeyPair, type KeyPairReference } from '@cloud-keypair/core'
import type { FaultyCall } from '@cloud-keypair/core/testing'
import fc from 'fast-check'
import { attaches, type Case, proves, type CaseContext } from '../case-context.js'
import { given, givenInstances, named, okOf } from '../expect.js'
import { faultKinds } from './fault-kinds.js'
import { must } from '../must.js'
import { isChangeable } from '../changeable.js'

const ifInUse = fc.constantFrom('refuse' as const, 'detach' as const, 'delete-anyway' as const)

/** One step of a random run. Numbers choose among what there is. */
const steps = fc.oneof(
  fc.record({ do: fc.constant('import' as const), name: fc.nat(4), key: fc.nat(3) }),
  fc.record({ do: fc.constant('create' as const), name: fc.nat(4) }),
  fc.record({ do: fc.constant('create-in-cloud' as const), name: fc.nat(4) }),
  fc.record({ do: fc.constant('ensure' as const), name: fc.nat(4), key: fc.nat(3), tag: fc.constantFrom('x', null) }),
  fc.record({ do: fc.constant('delete' as const), which: fc.nat(9), key: fc.option(fc.nat(3)), ifInUse }),
  fc.record({ do: fc.constant('delete-many' as const), which: fc.array(fc.nat(9), { maxLength: 4 }), ifInUse }),
  fc.record({ do: fc.constant('audit' as const) }),
  fc.record({ do: fc.constant('update' as const), which: fc.nat(9), value: fc.constantFrom('', 'x', null) }),
  fc.record({
    do: fc.constantFrom('attach' as const, 'detach' as const),
    which: fc.nat(9),
    to: fc.array(fc.nat(6), { maxLength: 6 }),
  }),
  fc.record({ do: fc.constant('look' as const), which: fc.nat(9) }),
)

type Step = typeof steps extends fc.Arbitrary<infer T> ? T : never

const faulty: readonly FaultyCall[] = [
  'import',
  'create',
  'update',
  'delete',
  'attach',
  'detach',
  'lookup',
  'list',
  'read-instances',
  'list-instances',
]

const strikes = fc.record({
  on: fc.constantFrom(...faulty),
  fault: faultKinds,
  times: fc.integer({ min: 1, max: 3 }),
  skip: fc.nat({ max: 1 }),
})

/**
 * Random runs of operations. The reference model is what stands behind every case: each answer is taken at its word, and
 * the world has to be one of those that the answers allow. Here nothing else is asserted but that reads tell the truth.
 */
export const modelCases: readonly Case[] = [
  proves(
    'KP-MODEL-01',
    4,
    'random operations in a row do what their answers say, and reads are true',
    async (context) => {
      const runs = fc.array(steps, { minLength: 1, maxLength: 12 })
      let run = 0
      const holds = fc.asyncProperty(runs, async (taken) => {
        const fixture = await sceneOf(context, `m${(run += 1)}`)
        for (const step of taken) {
          await take(fixture, step)
          await context.world.settle()
        }
        await readsTellTheTruth(fixture)
      })
      await fc.assert(holds, { numRuns: context.usual ? 12 : 1, seed: context.seed })
    },
  ),

  proves(
    'KP-MODEL-02',
    4,
    'random operations and faults change only what their answers say',
    async (context) => {
      const runs = fc.array(fc.record({ step: steps, strike: fc.option(strikes) }), { minLength: 1, maxLength: 8 })
      let run = 0
      const holds = fc.asyncProperty(runs, async (taken) => {
        const fixture = await sceneOf(context, `f${(run += 1)}`)
        for (const { step, strike } of taken) {
          if (strike !== null)
            await context.world.fault({ on: strike.on, times: strike.times, skip: strike.skip, ...strike.fault })
          await take(fixture, step)
          await context.world.clearFaults()
          await context.world.settle()
        }
      })
      await fc.assert(holds, { numRuns: context.usual ? 20 : 2, seed: context.seed })
    },
    ['throttled', 'denied', 'reset', 'silence', 'server-error', 'late', 'garbled'],
  ),
]

/** A corner of the world that is a run's own, by a prefix. */
interface Fixture {
  readonly context: CaseContext
  readonly prefix: string
  readonly instanceIds: readonly string[]
}

async function sceneOf(context: CaseContext, prefix: string): Promise<Fixture> {
  await given(context, { name: `${prefix}x0` })
  const bound = await givenInstances(context, 3, { prefix: `${prefix}-bound`, keyPair: `${prefix}x0` })
  const vacant = await givenInstances(context, 3, { prefix: `${prefix}-vacant` })
  return { context, prefix, instanceIds: [...bound, ...vacant, `${prefix}-missing`] }
}

async function take({ context, prefix, instanceIds }: Fixture, step: Step): Promise<void> {
  const { service, capabilities, keys } = context
  const lineOf = (key: number): string => {
    const found = keys[key % keys.length]
    must(found !== undefined)
    return found.publicKey.line
  }
  switch (step.do) {
    case 'import':
      return void (await service.import({ name: `${prefix}x${step.name}`, publicKey: lineOf(step.key) }))
    case 'ensure': {
      const tags = capabilities.tags === 'any-time' ? { a: step.tag } : undefined
      return void (await service.ensure({ name: `${prefix}x${step.name}`, publicKey: lineOf(step.key), tags }))
    }
    case 'audit':
      return void (await service.audit())
    case 'create':
      return void (await service.create({ name: `${prefix}x${step.name}`, save: async () => {} }))
    case 'create-in-cloud':
      return void (await service.createInCloud({ name: `${prefix}x${step.name}` }))
    case 'delete': {
      const keyPair = await one(context, prefix, step.which)
      const publicKey = step.key === null ? undefined : lineOf(step.key)
      return void (await service.delete(keyPair, { publicKey, ifInUse: step.ifInUse }))
    }
    case 'delete-many': {
      const keyPairs: KeyPairReference[] = []
      for (const which of step.which) keyPairs.push(await one(context, prefix, which))
      return void (await service.deleteMany(keyPairs, { ifInUse: step.ifInUse }))
    }
    case 'update': {
      const keyPair = await one(context, prefix, step.which)
      const change = isChangeable(capabilities.tags) ? { tags: { a: step.value } } : { description: step.value ?? '' }
      return void (await service.update(keyPair, change))
    }
    case 'attach':
    case 'detach': {
      const ids = step.to.flatMap((index) => instanceIds.slice(index, index + 1))
      const keyPair = await one(context, prefix, step.which)
      return attaches(service) ? void (await service[step.do](keyPair, ids)) : undefined
    }
    case 'look':
      return void (await service.get(await one(context, prefix, step.which)))
  }
}

/** Returns one of the key pairs of the run, or the first of them, which may be deleted by now. */
async function one(context: CaseContext, prefix: string, which: number): Promise<KeyPairReference> {
  const all = (await collect(context.service.list({ namePattern: `${prefix}x*` }), { max: 100 })).unwrapOr([])
  const name = `${prefix}x${which % 5}`
  return (
    all[which % Math.max(all.length, 1)] ??
    (context.capabilities.identity.includes('name') ? { name } : { id: 'kp-gone' })
  )
}

async function readsTellTheTruth({ context, prefix }: Fixture): Promise<void> {
  const { service, world } = context
  const snapshot = await world.snapshot()
  const listed = okOf(await collect(service.list({ namePattern: `${prefix}x*` }), { max: 100 }))
  const there = snapshot.keyPairs.filter(({ name }) => name.startsWith(`${prefix}x`))
  assert.deepEqual(listed.map(nameOf).toSorted(), there.map(nameOf).toSorted(), 'a list gives just what is there')
  for (const keyPair of listed) {
    const found = okOf(await service.get(keyPair))
    assert.deepEqual([found.name, found.id], [keyPair.name, keyPair.id])
    const namesakes = named(snapshot, keyPair.name)
    if (found.publicKey !== undefined) must(namesakes.some(({ publicKey }) => publicKey === found.publicKey))
    if (namesakes.length > 1) continue
    const usages = okOf(await collect(service.usages(keyPair), { max: 100 }))
    const users = snapshot.instances.filter(({ bound }) => bound === keyPair.name).map(({ id }) => id)
    const told = usages.map(({ instanceId }) => instanceId)
    must(
      told.every((id) => users.includes(id)),
      'usages are users',
    )
    if (mayDangleUnseen(context)) continue
    assert.deepEqual(told.toSorted(), users.toSorted(), 'usages are all of them')
  }
}

/** True if an instance may show the name of an earlier key pair, and the cloud know by its id that it is another. */
function mayDangleUnseen({ capabilities: { delete: deletes, instances } }: CaseContext): boolean {
  return deletes.refusesInUse !== true && (instances === false || instances.showsKeyPairId)
}

function nameOf({ name }: Pick<KeyPair, 'name'>): string {
  return name
}
