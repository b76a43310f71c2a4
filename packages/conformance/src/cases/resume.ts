import assert from 'node:assert/strict'
import type { Checkpoint, KeyPair } from '@cloud-keypair/core'
import { type Case, type InstanceCaseContext, onInstances } from '../case-context.js'
import { batchOf, contextOf, errOf, given, givenInstances, mutatingCalls, okOf } from '../expect.js'
import { must } from '../must.js'
import { allAre, kept, stateOf } from './power.js'

const now = { takeEffect: 'now' } as const

/** Cases of a resume: it does not trust, skip or forget parts of the checkpoint. */
export const resumeCases: readonly Case[] = [
  onInstances('KP-RESUME-01', 7, 'changes a done instance again if it lost its key pair since', async (context) => {
    const { service } = context
    const keyPair = await given(context, { name: 'deploy' })
    const ids = await givenInstances(context, 2, { power: 'running' })
    let resume: Checkpoint | undefined
    const onCheckpoint = async (checkpoint: Checkpoint): Promise<void> => void (resume = kept(checkpoint))
    okOf(await service.attach(keyPair, ids, { ...now, onCheckpoint }))
    okOf(await service.detach(keyPair, ids.slice(0, 1), now))
    const { succeeded } = okOf(await service.attach(keyPair, ids, { ...now, resume }))
    assert.deepEqual(
      succeeded.map(({ id }) => id),
      ids,
    )
    await context.world.settle()
    assert.deepEqual(await stateOf(context, ids), allAre(ids, 'running deploy/deploy'))
  }),

  onInstances('KP-RESUME-02', 7, 'resumes with a stopped instance that somebody started meanwhile', async (context) => {
    const keyPair = await given(context, { name: 'deploy' })
    const ids = await givenInstances(context, 1, { power: 'stopped' })
    const resume = await diedAtOnce(context, keyPair, ids)
    okOf(await context.driver.doStartInstances({ instanceIds: ids, force: false }, contextOf(context, 'by-somebody')))
    await context.world.settle()
    okOf(await context.service.attach(keyPair, ids, { ...now, resume }))
    await context.world.settle()
    assert.deepEqual(await stateOf(context, ids), allAre(ids, 'running deploy/deploy'))
  }),

  onInstances(
    'KP-RESUME-03',
    7,
    'waits for a stop of the earlier run that takes effect late',
    async (context) => {
      const keyPair = await given(context, { name: 'deploy' })
      const ids = await givenInstances(context, 1, { power: 'running' })
      const resume = await diedAtOnce(context, keyPair, ids)
      await context.world.fault({ on: 'stop', kind: 'late', afterMs: 45_000 })
      const abort = new AbortController()
      const lastCall = context.driver.doStopInstances(
        { instanceIds: ids, force: false },
        contextOf(context, 'of-the-run-before', abort.signal),
      )
      okOf(await context.service.attach(keyPair, ids, { ...now, resume }))
      abort.abort()
      await lastCall
      await context.world.settle()
      assert.deepEqual(await stateOf(context, ids), allAre(ids, 'running deploy/deploy'))
    },
    ['late'],
  ),

  onInstances(
    'KP-RESUME-04',
    7,
    'makes up for a restart that is due, also if unchanged instances are not restarted',
    async (context) => {
      const keyPair = await given(context, { name: 'deploy' })
      const ids = await givenInstances(context, 1, { power: 'running' })
      const resume = await diedAtOnce(context, keyPair, ids)
      const request = { instanceIds: ids, force: false }
      if (!context.instances.power.includes('running')) {
        okOf(await context.driver.doStopInstances(request, contextOf(context, 'of-the-run-before')))
        await context.world.settle()
      }
      okOf(await context.service.attach(keyPair, ids))
      const { succeeded } = okOf(
        await context.service.attach(keyPair, ids, { ...now, resume, restartUnchanged: false }),
      )
      assert.deepEqual(
        succeeded.map(({ changed, effect }) => [changed, effect]),
        [[true, 'now']],
      )
      await context.world.settle()
      assert.deepEqual(await stateOf(context, ids), allAre(ids, 'running deploy/deploy'))
    },
  ),

  onInstances(
    'KP-RESUME-05',
    7,
    'refuses a checkpoint that does not distinguish its key pair from a namesake',
    async (context) => {
      const keyPair = await given(context, { name: 'deploy' })
      const ids = await givenInstances(context, 1, { power: 'running' })
      const { keyPair: _, ...rest } = await diedAtOnce(context, keyPair, ids)
      const resume = { ...rest, keyPair: { name: 'deploy' } }
      assert.equal(errOf(await context.service.attach(keyPair, ids, { ...now, resume }), 'conflict').outcome, 'none')
      assert.deepEqual(await mutatingCalls(context), [])
    },
  ),

  onInstances(
    'KP-RESUME-06',
    7,
    'changes one instance alone first if the earlier run finished none',
    async (context) => {
      const replaced = await given(context, { name: 'old' })
      const ids = await givenInstances(context, 3, { power: 'running', keyPair: 'old' })
      const { publicKey } = context.keys[0] ?? {}
      must(publicKey !== undefined)
      const options = { name: 'next', publicKey: publicKey.line, maxUnavailable: 2 }
      let resume: Checkpoint | undefined
      const onCheckpoint = dyingAtOnce((checkpoint) => (resume = checkpoint))
      batchOf((await context.service.rotate(replaced, { ...options, onCheckpoint })).map(({ batch }) => batch))
      must(resume !== undefined, 'there must be a checkpoint')
      const begun = resume.instances.filter(({ step }) => step === 'in-progress').map(({ id }) => id)
      const checked: string[] = []
      const check = async (id: string): Promise<void> => {
        checked.push(id)
        if (!begun.includes(id)) throw new Error('no login')
      }
      batchOf((await context.service.rotate(replaced, { ...options, check, resume })).map(({ batch }) => batch))
      assert.equal(checked.filter((id) => !begun.includes(id)).length, 1, 'the first goes alone, and ends the work')
      const rest = ids.filter((id) => !begun.includes(id))
      assert.deepEqual(await stateOf(context, rest), allAre(rest, 'running old/old'))
    },
  ),
]

/** Returns the checkpoint of a run that was killed after it saved its next step, before it sent the step. */
async function diedAtOnce(context: InstanceCaseContext, keyPair: KeyPair, ids: readonly string[]): Promise<Checkpoint> {
  let last: Checkpoint | undefined
  const onCheckpoint = dyingAtOnce((checkpoint) => (last = checkpoint))
  batchOf(await context.service.attach(keyPair, ids, { ...now, maxUnavailable: ids.length, onCheckpoint }))
  must(last !== undefined, 'there must be a checkpoint')
  await context.world.forgetCalls()
  return last
}

/** Keeps the first checkpoint with an instance in progress. No later one can be saved. */
function dyingAtOnce(keep: (checkpoint: Checkpoint) => void): (checkpoint: Checkpoint) => Promise<void> {
  return async (checkpoint) => {
    if (!checkpoint.instances.some(({ step }) => step === 'in-progress')) return
    keep(kept(checkpoint))
    throw new Error('the process dies')
  }
}
