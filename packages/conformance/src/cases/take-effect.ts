import assert from 'node:assert/strict'
import type { ChangeOptions, Checkpoint, InstanceItem } from '@cloud-keypair/core'
import { type Case, onInstances, type CaseContext } from '../case-context.js'
import { batchOf, errOf, given, givenInstances, isNamed, mutatingCalls, okOf } from '../expect.js'
import { must } from '../must.js'
import { allAre, denyRestarts, givenRunning, kept, lockedOut, maxDown, stateOf, stopsForRestart } from './power.js'

const now = { takeEffect: 'now' } as const

/** Returns options with a shorter time for repeated starts in worlds other than the usual one. */
function givingUp({ usual }: CaseContext): typeof now & Pick<ChangeOptions, 'repairDeadlineMs'> {
  return usual ? now : { ...now, repairDeadlineMs: 60_000 }
}

/** Returns `ok` for each item, or the code and the outcome of its error. */
function fatesOf(items: readonly InstanceItem[]): readonly unknown[] {
  return items.map((item) => (item.status === 'succeeded' ? 'ok' : [item.error.code, item.error.outcome]))
}

export const takeEffectCases: readonly Case[] = [
  onInstances(
    'KP-NOW-01',
    7,
    'puts a key into effect on running instances, and leaves stopped ones stopped',
    async (context) => {
      await given(context, { name: 'old' })
      const keyPair = await given(context, { name: 'deploy' })
      const running = await givenRunning(context, 'old')
      const stopped = await givenInstances(context, 2, { power: 'stopped', prefix: 'stopped' })
      const batch = okOf(await context.service.attach(keyPair, [...stopped, ...running], now))
      assert.deepEqual(
        batch.succeeded.map(({ id, changed, effect }) => [id, changed, effect]),
        [...stopped.map((id) => [id, true, 'at-next-start']), ...running.map((id) => [id, true, 'now'])],
      )
      assert.deepEqual(batch.leftStopped, [])
      await context.world.settle()
      assert.deepEqual(await stateOf(context, running), allAre(running, 'running deploy/deploy'))
      assert.deepEqual(await stateOf(context, stopped), allAre(stopped, 'stopped deploy/-'))
      const detached = okOf(await context.service.detach(keyPair, running.slice(0, 1), now))
      assert.equal(detached.succeeded[0]?.effect, 'now')
      await context.world.settle()
      assert.deepEqual(await stateOf(context, running.slice(0, 1)), allAre(running.slice(0, 1), 'running -/-'))
    },
  ),

  onInstances('KP-NOW-02', 7, 'never has more than maxUnavailable instances down at once', async (context) => {
    await given(context, { name: 'old' })
    const keyPair = await given(context, { name: 'deploy' })
    const ids = await givenInstances(context, context.usual ? 5 : 3, { power: 'running', keyPair: 'old' })
    const down: string[] = []
    const check = async (): Promise<void> => {
      for (const state of await stateOf(context, ids)) if (!state.includes(' running ')) down.push(state)
    }
    okOf(await context.service.attach(keyPair, ids, { ...now, maxUnavailable: 2, check }))
    assert.equal(maxDown(await context.world.calls()), 2)
    assert.deepEqual(down, [], 'a wave has come back before its instances are checked')
  }),

  onInstances(
    'KP-NOW-03',
    7,
    'leaves an instance running with its earlier key if the attach is refused',
    async (context) => {
      await given(context, { name: 'old' })
      const keyPair = await given(context, { name: 'deploy' })
      const ids = await givenInstances(context, 2, { power: 'running', keyPair: 'old' })
      await context.world.fault({ on: 'attach', kind: 'denied' })
      const { items, leftStopped } = batchOf(await context.service.attach(keyPair, ids, now))
      assert.deepEqual(fatesOf(items), [['permission-denied', 'none'], 'ok'])
      assert.deepEqual(leftStopped, [])
      const [first = '', second = ''] = ids
      assert.deepEqual(await stateOf(context, ids), [`${first} running old/old`, `${second} running deploy/deploy`])
    },
    ['denied'],
  ),

  onInstances(
    'KP-NOW-04',
    7,
    'lists exactly the instances that the cloud would not start again',
    async (context) => {
      await given(context, { name: 'old' })
      const keyPair = await given(context, { name: 'deploy' })
      const ids = await givenInstances(context, 2, { power: 'running', keyPair: 'old' })
      await denyRestarts(context)
      const { items, leftStopped } = batchOf(await context.service.attach(keyPair, ids, givingUp(context)))
      must(items.every(({ status }) => status === 'failed'))
      const stopped = (await stateOf(context, ids)).filter((state) => state.includes(' stopped '))
      assert.deepEqual(
        leftStopped,
        stopped.map((state) => state.split(' ')[0]),
      )
      // With maxUnavailable instances down, the second is not started.
      if (stopsForRestart(context)) assert.deepEqual(leftStopped, ids.slice(0, 1))
    },
    ['denied'],
  ),

  onInstances('KP-NOW-05', 8, 'starts again the instances that it stopped, even if aborted', async (context) => {
    await given(context, { name: 'old' })
    const keyPair = await given(context, { name: 'deploy' })
    const ids = await givenInstances(context, 3, { power: 'running', keyPair: 'old' })
    const abort = new AbortController()
    const steps = new Set<string>()
    const onProgress = ({ step }: { readonly step: string }): void => {
      if (steps.add(step).size === 2) abort.abort()
    }
    const options = { ...now, maxUnavailable: 2, onProgress, signal: abort.signal }
    const { items, leftStopped } = batchOf(await context.service.attach(keyPair, ids, options))
    assert.deepEqual(leftStopped, [])
    const last = items.at(-1)
    must(last?.status === 'failed' && last.error.code === 'aborted' && last.error.outcome === 'none')
    await context.world.settle()
    const snapshot = await context.world.snapshot()
    must(
      snapshot.instances.every(({ power }) => power === 'running'),
      'instances that ran must run again',
    )
    assert.deepEqual(lockedOut(snapshot, ['old', 'deploy']), [])
    assert.deepEqual(await stateOf(context, ids.slice(2)), allAre(ids.slice(2), 'running old/old'))
  }),

  onInstances('KP-NOW-06', 7, 'a rejected check ends the operation, and no further wave starts', async (context) => {
    await given(context, { name: 'old' })
    const keyPair = await given(context, { name: 'deploy' })
    const ids = await givenInstances(context, 2, { power: 'running', keyPair: 'old' })
    const check = async (): Promise<void> => {
      throw new Error('no login')
    }
    const { items } = batchOf(await context.service.attach(keyPair, ids, { ...now, check }))
    assert.deepEqual(fatesOf(items), [
      ['aborted', 'partial'],
      ['aborted', 'none'],
    ])
    const [first = '', second = ''] = ids
    assert.deepEqual(await stateOf(context, ids), [`${first} running deploy/deploy`, `${second} running old/old`])
  }),

  onInstances('KP-NOW-07', 7, 'saves a checkpoint before the calls that it announces', async (context) => {
    const old = await given(context, { name: 'old' })
    const keyPair = await given(context, { name: 'deploy' })
    const ids = await givenRunning(context, 'old')
    const begun = new Set<string>()
    const checkpoints: Checkpoint[] = []
    const mustBeTold = async (): Promise<void> => {
      for (const { items } of await mutatingCalls(context)) {
        for (const id of items) must(begun.has(id), `${id} is changed before any checkpoint tells of it`)
      }
    }
    const onCheckpoint = async (checkpoint: Checkpoint): Promise<void> => {
      await mustBeTold()
      await context.clock.sleep(1_000, new AbortController().signal)
      await mustBeTold()
      for (const { id, step } of checkpoint.instances) if (step !== 'waiting') begun.add(id)
      checkpoints.push(kept(checkpoint))
    }
    okOf(await context.service.attach(keyPair, ids, { ...now, onCheckpoint }))
    const [first] = checkpoints
    must(first !== undefined, 'there must be a checkpoint')
    must(isNamed(first.keyPair, keyPair))
    assert.equal(first.instances.length, ids.length)
    for (const { power, keyPair: bound } of first.instances) {
      assert.equal(power, 'running')
      must(bound !== null && isNamed(bound, old), 'a checkpoint says what was bound before')
    }
    must(checkpoints.at(-1)?.instances.every(({ step }) => step === 'done') ?? false)
    const text = JSON.stringify(checkpoints)
    for (const { token } of await context.world.calls()) {
      must(token === undefined || token === '' || !text.includes(JSON.stringify(token)), 'a token is in a checkpoint')
    }
  }),

  onInstances(
    'KP-NOW-08',
    7,
    'resumes a checkpoint: starts the stopped instances, and changes the others',
    async (context) => {
      await given(context, { name: 'old' })
      const keyPair = await given(context, { name: 'deploy' })
      const ids = await givenInstances(context, 2, { power: 'running', keyPair: 'old' })
      let resume: Checkpoint | undefined
      const onCheckpoint = async (checkpoint: Checkpoint): Promise<void> => void (resume = kept(checkpoint))
      await denyRestarts(context)
      batchOf(await context.service.attach(keyPair, ids, { ...givingUp(context), onCheckpoint }))
      await context.world.clearFaults()
      const { succeeded } = okOf(await context.service.attach(keyPair, ids, { ...now, onCheckpoint, resume }))
      for (const { changed, effect } of succeeded) assert.deepEqual([changed, effect], [true, 'now'])
      assert.deepEqual(await stateOf(context, ids), allAre(ids, 'running deploy/deploy'))
      must(resume?.instances.every(({ step }) => step === 'done'))
    },
    ['denied'],
  ),

  onInstances('KP-NOW-11', 7, 'stops by force only if asked to', async (context) => {
    const keyPair = await given(context, { name: 'deploy' })
    const ids = await givenInstances(context, 2, { power: 'running' })
    for (const [index, force] of [false, true].entries()) {
      await context.world.forgetCalls()
      okOf(await context.service.attach(keyPair, ids.slice(index, index + 1), { ...now, force }))
      const downs = (await mutatingCalls(context)).filter(({ call }) => call === 'stop' || call === 'reboot')
      assert.deepEqual(
        downs.map(({ forced = false }) => forced),
        [force],
      )
    }
  }),

  onInstances(
    'KP-NOW-09',
    7,
    'refuses a checkpoint of another key pair, location or operation, and changes nothing',
    async (context) => {
      const other = await given(context, { name: 'other' })
      const keyPair = await given(context, { name: 'deploy' })
      const ids = await givenInstances(context, 1, { power: 'running' })
      let resume: Checkpoint | undefined
      const onCheckpoint = async (checkpoint: Checkpoint): Promise<void> => void (resume = kept(checkpoint))
      okOf(await context.service.attach(keyPair, ids, { ...now, onCheckpoint }))
      await context.world.forgetCalls()
      must(resume !== undefined, 'there must be a checkpoint')
      const elsewhere = { ...resume, region: `${resume.region}-2` }
      for (const refused of [
        await context.service.attach(other, ids, { ...now, resume }),
        await context.service.attach(keyPair, ids, { ...now, resume: elsewhere }),
        await context.service.detach(keyPair, ids, { ...now, resume }),
      ]) {
        assert.equal(errOf(refused, 'conflict').outcome, 'none')
      }
      assert.deepEqual(await mutatingCalls(context), [])
    },
  ),

  onInstances('KP-NOW-10', 7, 'a check that is cut off approves nothing, and a resume repeats it', async (context) => {
    await given(context, { name: 'old' })
    const keyPair = await given(context, { name: 'deploy' })
    const ids = await givenInstances(context, 2, { power: 'running', keyPair: 'old' })
    const abort = new AbortController()
    let told: AbortSignal | undefined
    const hangs = (_id: string, signal: AbortSignal): Promise<void> => {
      told = signal
      abort.abort()
      return new Promise(() => {})
    }
    let resume: Checkpoint | undefined
    const onCheckpoint = async (checkpoint: Checkpoint): Promise<void> => void (resume = kept(checkpoint))
    const cutOff = { ...now, onCheckpoint, check: hangs, signal: abort.signal }
    const { items } = batchOf(await context.service.attach(keyPair, ids, cutOff))
    assert.deepEqual(fatesOf(items), [
      ['aborted', 'partial'],
      ['aborted', 'none'],
    ])
    must(told?.aborted, 'a check is told that it is cut off')
    const [first = '', second = ''] = ids
    assert.deepEqual(await stateOf(context, ids), [`${first} running deploy/deploy`, `${second} running old/old`])
    const checked: string[] = []
    const check = async (id: string): Promise<void> => void checked.push(id)
    okOf(await context.service.attach(keyPair, ids, { ...now, check, resume }))
    assert.deepEqual(checked, ids)
    assert.deepEqual(await stateOf(context, ids), allAre(ids, 'running deploy/deploy'))
  }),

  onInstances(
    'KP-NOW-12',
    7,
    'a second change of the same instances waits for the end of the first',
    async (context) => {
      const { service, world } = context
      const keyPair = await given(context, { name: 'deploy' })
      const ids = await givenInstances(context, 2, { power: 'running' })
      let detached: ReturnType<typeof service.detach> | undefined
      const onProgress = (): void => void (detached ??= service.detach(keyPair, ids, now))
      await world.fault({ on: 'attach', kind: 'slow', overMs: 5_000 })
      okOf(await service.attach(keyPair, ids, { ...now, maxUnavailable: 2, onProgress }))
      must(detached !== undefined, 'there must be progress')
      for (const item of batchOf(await detached).items) {
        // Seen on its way down or up, it is refused, and not waited for.
        if (item.status === 'succeeded') must(item.changed, 'it sees what the first did')
        else assert.deepEqual(fatesOf([item]), [['instance-state', 'none']])
      }
      const order = (await mutatingCalls(context)).map(({ call }) => call)
      const restarted = order.findIndex((call) => call === 'reboot' || call === 'start')
      must(!order.slice(0, restarted).includes('detach'), 'nothing is detached before the restart')
      await world.settle()
      const others = await givenInstances(context, 2, { prefix: 'other' })
      await world.forgetCalls()
      const both = [service.attach(keyPair, others), service.attach(keyPair, others)]
      for (const one of both) okOf(await one)
      const calls = (await world.calls()).map(({ call }) => call)
      must(calls.lastIndexOf('read-instances') > calls.indexOf('attach'), 'it looks after the first is done')
    },
    ['slow'],
  ),

  onInstances(
    'KP-NOW-13',
    7,
    'a resume does not restart done instances again, and skips no instance in progress',
    async (context) => {
      await given(context, { name: 'old' })
      const keyPair = await given(context, { name: 'deploy' })
      const ids = await givenInstances(context, 2, { power: 'running', keyPair: 'old' })
      const [first = '', second = ''] = ids
      let resume: Checkpoint | undefined
      const onCheckpoint = async (checkpoint: Checkpoint): Promise<void> => void (resume = kept(checkpoint))
      const check = async (id: string): Promise<void> => {
        if (id === second) throw new Error('no login')
      }
      batchOf(await context.service.attach(keyPair, ids, { ...now, onCheckpoint, check }))
      await context.world.forgetCalls()
      errOf(await context.service.attach(keyPair, [first], { ...now, resume }), 'conflict')
      assert.deepEqual(await mutatingCalls(context), [], 'the second may be down, and is not among them')
      const { succeeded } = okOf(await context.service.attach(keyPair, ids, { ...now, resume }))
      for (const { changed, effect } of succeeded) assert.deepEqual([changed, effect], [true, 'now'])
      must(!(await mutatingCalls(context)).some(({ items }) => items.includes(first)), 'the first is done')
      assert.deepEqual(await stateOf(context, ids), allAre(ids, 'running deploy/deploy'))
    },
  ),

  onInstances('KP-NOW-14', 7, 'makes no change whose checkpoint could not be saved', async (context) => {
    await given(context, { name: 'old' })
    const keyPair = await given(context, { name: 'deploy' })
    const ids = await givenInstances(context, 2, { power: 'running', keyPair: 'old' })
    const onCheckpoint = async (): Promise<void> => {
      throw new Error('no space left')
    }
    const { items } = batchOf(await context.service.attach(keyPair, ids, { ...now, onCheckpoint }))
    assert.deepEqual(
      fatesOf(items),
      ids.map(() => ['storage', 'none']),
    )
    assert.deepEqual(await mutatingCalls(context), [])
  }),

  onInstances(
    'KP-NOW-15',
    7,
    'replaces another key pair on each of several instances at once, and names it',
    async (context) => {
      const keyPairsBefore = [await given(context, { name: 'old' }), await given(context, { name: 'older' })] as const
      const keyPair = await given(context, { name: 'deploy' })
      const [first = ''] = await givenInstances(context, 1, { power: 'running', keyPair: 'old', prefix: 'old' })
      const [second = ''] = await givenInstances(context, 1, { power: 'running', keyPair: 'older', prefix: 'older' })
      const ids = [first, second]
      const { succeeded } = okOf(await context.service.attach(keyPair, ids, { ...now, maxUnavailable: 2 }))
      for (const [index, before] of keyPairsBefore.entries()) {
        const replaced = succeeded[index]?.replaced
        must(replaced !== undefined && isNamed(replaced, before))
      }
      assert.deepEqual(await stateOf(context, ids), allAre(ids, 'running deploy/deploy'))
    },
  ),

  onInstances(
    'KP-NOW-16',
    7,
    'a guest keeps its key if an attach of its own key pair fails',
    async (context) => {
      const keyPair = await given(context, { name: 'deploy' })
      const ids = await givenInstances(context, 1, { power: 'running', keyPair: 'deploy' })
      await context.world.setReadLag(500)
      // The first may be refused for what is bound, and be made again after a detach.
      await context.world.fault({ on: 'attach', kind: 'denied', skip: 1 })
      await context.service.attach(keyPair, ids, now)
      await context.world.settle()
      assert.deepEqual(await stateOf(context, ids), allAre(ids, 'running deploy/deploy'))
    },
    ['denied', 'read-lag'],
  ),

  onInstances(
    'KP-NOW-17',
    4,
    'an unanswered stop or reboot does not have outcome none',
    async (context) => {
      const keyPair = await given(context, { name: 'deploy' })
      const ids = await givenInstances(context, 1, { power: 'running' })
      for (const on of ['stop', 'reboot'] as const)
        await context.world.fault({ on, kind: 'silence', commit: false, times: Infinity })
      const options = { ...givingUp(context), deadlineMs: 120_000 }
      const [item] = batchOf(await context.service.attach(keyPair, ids, options)).items
      must(item !== undefined && item.status !== 'succeeded')
      if (stopsForRestart(context)) assert.deepEqual([item.status, item.error.outcome], ['unknown', 'unknown'])
      else assert.notEqual(item.error.outcome, 'none')
    },
    ['silence'],
  ),

  onInstances(
    'KP-NOW-18',
    12,
    'reports a start without stock as `capacity`, not as a time-out',
    async (context) => {
      const keyPair = await given(context, { name: 'deploy' })
      const ids = await givenInstances(context, 1, { power: 'running' })
      await context.world.fault({ on: 'start', kind: 'no-stock', times: Infinity })
      const result = await context.service.attach(keyPair, ids, givingUp(context))
      if (!stopsForRestart(context)) return void okOf(result)
      const { items, leftStopped } = batchOf(result)
      assert.deepEqual([fatesOf(items), leftStopped], [[['capacity', 'partial']], ids])
    },
    ['no-stock'],
  ),
]
