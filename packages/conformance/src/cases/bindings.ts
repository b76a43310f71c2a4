import assert from 'node:assert/strict'
import { type Case, onInstances } from '../case-context.js'
import { errOf, given, givenInstances, isNamed, mutatingCalls, okOf } from '../expect.js'
import { must } from '../must.js'

export const bindingsCases: readonly Case[] = [
  onInstances(
    'KP-BINDINGS-01',
    2,
    'tells the key pair of each instance, in order, duplicates and missing ones included',
    async (context) => {
      const deploy = await given(context, { name: 'deploy' })
      const other = await given(context, { name: 'other' })
      const [one = ''] = await givenInstances(context, 1, { keyPair: 'deploy', prefix: 'one' })
      const [two = ''] = await givenInstances(context, 1, { keyPair: 'other', prefix: 'two', power: 'stopped' })
      const [vacant = ''] = await givenInstances(context, 1, { prefix: 'vacant' })
      await context.world.forgetCalls()
      const ids = [two, 'i-missing', one, vacant, one]
      const bindings = okOf(await context.service.bindings(ids))
      assert.deepEqual(
        bindings.map(({ instanceId, status }) => [instanceId, status]),
        [
          [two, 'bound'],
          ['i-missing', 'not-found'],
          [one, 'bound'],
          [vacant, 'vacant'],
          [one, 'bound'],
        ],
      )
      const [first, , third] = bindings
      must(first?.status === 'bound' && isNamed(first.keyPair, other) && first.power === 'stopped')
      must(third?.status === 'bound' && isNamed(third.keyPair, deploy))
      assert.deepEqual(await mutatingCalls(context), [])
    },
  ),

  onInstances('KP-BINDINGS-02', 3, 'reads no more instances in a call than the cloud accepts', async (context) => {
    const { items } = context.instances.read
    const ids = await givenInstances(context, context.usual ? items + 1 : 3, {})
    await context.world.forgetCalls()
    assert.equal(okOf(await context.service.bindings(ids)).length, ids.length)
    for (const call of await context.world.calls()) must(call.items.length <= items)
    const error = errOf(await context.service.bindings(['*']), 'invalid-argument')
    assert.equal(error.outcome, 'none')
  }),
]
