import assert from 'node:assert/strict'
import type { Checkpoint } from '@cloud-keypair/core'
import { type Case, onInstances, proves } from '../case-context.js'
import { batchOf, errOf, firstKey, given, givenInstances, mutatingCalls, okOf } from '../expect.js'
import { must } from '../must.js'
import { allAre, kept, stateOf } from './power.js'

const maxAsked = 60

/** Cases of `mayCall`: a process that lost its instances changes none of them. */
export const gateCases: readonly Case[] = [
  onInstances(
    'KP-GATE-01',
    7,
    'sends no call after mayCall refused one, and a resume does the rest',
    async (context) => {
      const { service, world } = context
      await given(context, { name: 'old' })
      const keyPair = await given(context, { name: 'deploy' })
      const options = { takeEffect: 'now', maxUnavailable: 2 } as const
      for (let refused = 1; ; refused += context.usual ? 1 : 3) {
        must(refused <= maxAsked, 'the attach must succeed once mayCall refuses nothing')
        const ids = await givenInstances(context, 2, { power: 'running', keyPair: 'old', prefix: `gate-${refused}` })
        await world.forgetCalls()
        let asked = 0
        let saved = 0
        let resume: Checkpoint | undefined
        const mayCall = (): boolean => (asked += 1) < refused
        const onCheckpoint = async (checkpoint: Checkpoint): Promise<void> => {
          resume = kept(checkpoint)
          saved += 1
        }
        const batch = batchOf(await service.attach(keyPair, ids, { ...options, mayCall, onCheckpoint }))
        if (asked < refused) {
          must(asked > 0, 'an attach must ask mayCall')
          assert.equal(batch.succeeded.length, ids.length)
          break
        }
        const made = (await mutatingCalls(context)).length + saved
        const allowed = refused - 1
        assert.ok(made <= allowed, `${made} calls and checkpoints were made, and mayCall allowed ${allowed}`)
        await world.settle()
        const states = await stateOf(context, ids)
        const down = ids.filter((_, index) => states[index]?.includes(' running ') === false)
        for (const id of down) must(batch.leftStopped.includes(id), `leftStopped must name ${id}`)
        okOf(await service.attach(keyPair, ids, { ...options, ...(resume && { resume }) }))
        await world.settle()
        assert.deepEqual(await stateOf(context, ids), allAre(ids, 'running deploy/deploy'))
      }
    },
  ),

  proves('KP-GATE-02', 8, 'asks mayCall before a change, and not before a read', async (context) => {
    const { service } = context
    const keyPair = await given(context, { name: 'deploy' })
    const mayCall = (): boolean => false
    const publicKey = firstKey(context).publicKey.line
    okOf(await service.get(keyPair, { mayCall }))
    for (const error of [
      errOf(await service.import({ name: 'new', publicKey, mayCall }), 'aborted'),
      errOf(await service.delete(keyPair, { mayCall }), 'aborted'),
    ]) {
      assert.equal(error.outcome, 'none')
    }
    assert.deepEqual(await mutatingCalls(context), [])
  }),
]
