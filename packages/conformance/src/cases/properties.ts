import assert from 'node:assert/strict'
import type { KeyPair } from '@cloud-keypair/core'
import fc from 'fast-check'
import { type Case, onInstances, type InstanceCaseContext } from '../case-context.js'
import { batchOf, boundIn, given, isNamed, usablePower } from '../expect.js'
import { faultKinds } from './fault-kinds.js'
import { must } from '../must.js'

/** A few instances, some of them asked for more than once, some that do not exist, and what goes wrong. */
const scenarios = fc.record({
  operation: fc.constantFrom('attach' as const, 'detach' as const),
  instances: fc.array(
    fc.record({
      bound: fc.constantFrom(null, 'deploy', 'other'),
      kind: fc.constantFrom('linux' as const, 'linux' as const, 'linux' as const, 'windows' as const),
    }),
    { minLength: 1, maxLength: 12 },
  ),
  asked: fc.array(fc.nat({ max: 13 }), { minLength: 1, maxLength: 30 }),
  faults: fc.array(
    fc.record({
      onRead: fc.boolean(),
      fault: faultKinds,
      times: fc.integer({ min: 1, max: 3 }),
      skip: fc.nat({ max: 2 }),
    }),
    { maxLength: 4 },
  ),
  refused: fc.array(fc.nat({ max: 11 }), { maxLength: 2 }),
})

type Scenario = typeof scenarios extends fc.Arbitrary<infer T> ? T : never

export const propertyCases: readonly Case[] = [
  onInstances(
    'KP-PROP-01',
    4,
    'returns each id once, in order, and makes no false claim, whatever fails',
    async (context) => {
      const keyPair = await given(context, { name: 'deploy' })
      const other = await given(context, { name: 'other' })
      let run = 0
      const holds = fc.asyncProperty(scenarios, (scenario) =>
        claimsAreTrue(context, { keyPair, other }, scenario, `r${(run += 1)}`),
      )
      await fc.assert(holds, { numRuns: context.usual ? 40 : 4, seed: context.seed })
    },
    ['unfit', 'throttled', 'denied', 'reset', 'silence', 'server-error', 'late', 'garbled', 'items'],
  ),
]

async function claimsAreTrue(
  context: InstanceCaseContext,
  { keyPair, other }: { readonly keyPair: KeyPair; readonly other: KeyPair },
  scenario: Scenario,
  prefix: string,
): Promise<void> {
  const { service, world } = context
  const { operation, instances, asked, faults, refused } = scenario
  const idOf = (index: number): string => `${prefix}-${index}`
  const power = usablePower(context)
  await world.seedInstances(
    instances.map(({ bound, kind }, index) => ({
      id: idOf(index),
      power,
      kind,
      keyPair: kind === 'windows' ? undefined : (bound ?? undefined),
    })),
  )
  for (const { onRead, fault, times, skip } of faults) {
    await world.fault({ on: onRead ? 'read-instances' : operation, ...fault, times, skip })
  }
  if (refused.length > 0) await world.fault({ on: operation, kind: 'items', ids: refused.map(idOf), as: 'strange' })
  const before = boundIn(await world.snapshot())
  const ids = asked.map(idOf)

  const result = await service[operation](keyPair, ids)
  await world.clearFaults()
  await world.settle()
  const after = boundIn(await world.snapshot())
  for (const [id, bound] of before) if (!ids.includes(id)) assert.equal(after.get(id), bound, `${id} was not named`)
  if (result.isErr() && result.error.code !== 'incomplete') {
    assert.equal(result.error.outcome, 'none')
    assert.deepEqual(after, before, 'a plain error leaves everything as it was')
    return
  }
  const batch = batchOf(result)
  assert.deepEqual(
    batch.items.map(({ id }) => id),
    ids,
  )
  assert.equal(result.isOk(), batch.succeeded.length === ids.length)
  for (const item of batch.items) {
    const was = before.get(item.id)
    const is = after.get(item.id)
    if (item.status === 'succeeded') {
      assert.equal(is === 'deploy', operation === 'attach', `${item.id} succeeded`)
      if (!item.changed) assert.equal(is, was, `${item.id} is said to be unchanged`)
      if (operation === 'attach' && item.changed && was === 'other')
        must(item.replaced !== undefined && isNamed(item.replaced, other))
    }
    if (item.status === 'failed') {
      assert.equal(item.error.outcome, 'none')
      assert.equal(is, was, `${item.id} is said to have failed`)
    }
    if (operation === 'detach' && was === 'other') assert.equal(is, 'other', 'a key that was not named stays')
  }
}
