import assert from 'node:assert/strict'
import type { Checkpoint, KeyPair, RotateOptions, Rotation, RotationOptions, Secret } from '@cloud-keypair/core'
import type { KeyPairDriver } from '@cloud-keypair/core/driver'
import { attaches, type Case, type InstanceCaseContext, onInstances } from '../case-context.js'
import {
  batchOf,
  boundIn,
  errOf,
  firstKey,
  given,
  givenInstances,
  isComparable,
  isNamed,
  mutatingCalls,
  named,
  okOf,
} from '../expect.js'
import { must } from '../must.js'
import { allAre, denyRestarts, givenRunning, kept, lockedOut, maxDown, stateOf } from './power.js'

export const rotateCases: readonly Case[] = [
  onInstances(
    'KP-ROTATE-01',
    7,
    'gives every instance the new key, one alone first, locks nobody out, and deletes the replaced key pair',
    async (context) => {
      const { replaced, ids, others } = await givenUsers(context, 4)
      const lockouts: string[] = []
      const changed: number[] = []
      const look = async (): Promise<void> => {
        lockouts.push(...lockedOut(await context.world.snapshot(), ['old', 'next', 'other']))
      }
      const check = async (): Promise<void> => {
        changed.push((await stateOf(context, ids)).filter((state) => state.includes(' next/')).length)
        await look()
      }
      const rotation = okOf(
        await context.service.rotate(replaced, to(context, { maxUnavailable: 2, check, onCheckpoint: look })),
      )
      must(rotation.replaced !== undefined && isNamed(rotation.replaced, replaced))
      const { removed, pendingRestart, keyPair } = rotation
      assert.deepEqual(
        { removed, pendingRestart, name: keyPair.name },
        { removed: true, pendingRestart: [], name: 'next' },
      )
      assert.deepEqual(rotation.batch.items.map(({ id }) => id).toSorted(), ids)
      assert.deepEqual(lockouts, [], 'a guest that runs accepts one of the keys')
      assert.equal(changed[0], 1, 'one instance goes first, alone')
      assert.equal(changed.length, ids.length, 'each instance is checked')
      assert.equal(maxDown(await context.world.calls()), Math.min(2, ids.length - 1))
      await context.world.settle()
      const snapshot = await context.world.snapshot()
      assert.deepEqual(await stateOf(context, ids), allAre(ids, 'running next/next'))
      assert.deepEqual(await stateOf(context, others), allAre(others, 'running other/other'))
      assert.deepEqual(named(snapshot, 'old'), [])
      assert.equal(named(snapshot, 'next')[0]?.publicKey, firstKey(context).publicKey.line)
    },
  ),

  onInstances(
    'KP-ROTATE-02',
    7,
    'rolls back the instance of a rejected check, and starts no further wave',
    async (context) => {
      const { replaced, ids } = await givenUsers(context)
      const checked: string[] = []
      const check = async (id: string): Promise<void> => {
        checked.push(id)
        throw new Error('no login')
      }
      const { items, leftStopped } = batchOf(
        (await context.service.rotate(replaced, to(context, { check }))).map(({ batch }) => batch),
      )
      // Of a detach and an attach before one start, the cloud may carry out the attach alone: the guest has both keys then.
      const calls = await mutatingCalls(context)
      const detached = new Set(calls.flatMap(({ call, items: ids }) => (call === 'detach' ? ids : [])))
      for (const item of items) {
        must(item.status === 'failed' && item.error.code === 'aborted')
        assert.equal(item.error.outcome, detached.has(item.id) ? 'partial' : 'none')
      }
      assert.equal(checked.length, 1)
      assert.deepEqual(leftStopped, [])
      must(!calls.some(({ forced = false }) => forced), 'nothing is forced unasked')
      assert.deepEqual(await stateOf(context, ids), allAre(ids, 'running old/old'))
      const snapshot = await context.world.snapshot()
      assert.equal(named(snapshot, 'old').length, 1)
      assert.equal(named(snapshot, 'next').length, 1)
    },
  ),

  onInstances(
    'KP-ROTATE-03',
    7,
    'keeps the replaced key pair while a guest accepts it, and names the instance',
    async (context) => {
      const { replaced, ids } = await givenUsers(context)
      const [stopped = ''] = await givenInstances(context, 1, { power: 'stopped', keyPair: 'old', prefix: 'stopped' })
      const { removed, pendingRestart } = okOf(await context.service.rotate(replaced, to(context)))
      assert.deepEqual({ removed, pendingRestart }, { removed: false, pendingRestart: [stopped] })
      assert.deepEqual(await stateOf(context, ids), allAre(ids, 'running next/next'))
      const snapshot = await context.world.snapshot()
      assert.equal(boundIn(snapshot).get(stopped), 'next')
      assert.equal(named(snapshot, 'old').length, 1)
    },
  ),

  onInstances(
    'KP-ROTATE-04',
    7,
    'ends if the first instance cannot be changed, and leaves the replaced key on all',
    async (context) => {
      const { replaced, ids } = await givenUsers(context)
      await context.world.fault({ on: 'attach', kind: 'denied' })
      const { failed } = batchOf(
        (await context.service.rotate(replaced, to(context, { maxUnavailable: 2 }))).map(({ batch }) => batch),
      )
      assert.deepEqual(
        failed.map(({ error }) => error.code),
        ids.map((_, index) => (index === 0 ? 'permission-denied' : 'aborted')),
      )
      assert.deepEqual(await stateOf(context, ids), allAre(ids, 'running old/old'))
      assert.equal(named(await context.world.snapshot(), 'old').length, 1)
    },
    ['denied'],
  ),

  onInstances(
    'KP-ROTATE-05',
    4,
    'is partial if the replaced key pair could not be deleted',
    async (context) => {
      const { replaced, ids } = await givenUsers(context)
      await context.world.fault({ on: 'delete', kind: 'denied', times: Infinity })
      const rotated = await context.service.rotate(replaced, to(context))
      must(rotated.isErr() && rotated.error.code === 'permission-denied')
      assert.equal(rotated.error.outcome, 'partial')
      assert.deepEqual(await stateOf(context, ids), allAre(ids, 'running next/next'))
      assert.equal(named(await context.world.snapshot(), 'old').length, 1)
    },
    ['denied'],
  ),

  onInstances(
    'KP-ROTATE-06',
    7,
    'repeated without a checkpoint, keeps the replaced key pair while a guest accepts it',
    async (context) => {
      const { replaced, ids } = await givenUsers(context)
      const [stopped = ''] = await givenInstances(context, 1, { power: 'stopped', keyPair: 'old', prefix: 'stopped' })
      let saved: Secret | undefined
      const save = Object.assign(async (key: Secret) => void (saved = key), { load: async () => saved })
      const rotate = (): ReturnType<typeof context.service.rotate> =>
        context.service.rotate(replaced, { name: 'next', save, bits: 2048 })
      const mustWait = ({ removed, pendingRestart }: Rotation): void =>
        assert.deepEqual({ removed, pendingRestart }, { removed: false, pendingRestart: [stopped] })
      const first = okOf(await rotate())
      mustWait(first)
      const again = await rotate()
      if (isComparable(okOf(await context.service.get(first.keyPair)))) mustWait(okOf(again))
      else errOf(again, 'already-exists')
      assert.deepEqual(await stateOf(context, ids), allAre(ids, 'running next/next'))
      assert.equal(named(await context.world.snapshot(), 'old').length, 1)
    },
  ),

  onInstances(
    'KP-ROTATE-07',
    7,
    'gives the new key also to instances that got the replaced one meanwhile',
    async (context) => {
      const { replaced, ids } = await givenUsers(context)
      let late: readonly string[] = []
      const check = async (): Promise<void> => {
        if (late.length > 0) return
        late = await givenInstances(context, 1, { power: 'running', keyPair: 'old', prefix: 'late' })
      }
      const tags = context.capabilities.tags === 'none' ? undefined : { team: 'a' }
      const { removed, batch } = okOf(await context.service.rotate(replaced, to(context, { check, tags })))
      assert.equal(removed, true)
      assert.deepEqual(named(await context.world.snapshot(), 'next')[0]?.tags, tags ?? {})
      const all = [...ids, ...late].toSorted()
      assert.deepEqual(batch.items.map(({ id }) => id).toSorted(), all)
      assert.deepEqual(await stateOf(context, all), allAre(all, 'running next/next'))
    },
  ),

  onInstances(
    'KP-ROTATE-08',
    7,
    'resumes its own checkpoint, and no other',
    async (context) => {
      const { replaced, ids } = await givenUsers(context)
      const another = await given(context, { name: 'another' })
      let resume: Checkpoint | undefined
      const onCheckpoint = async (checkpoint: Checkpoint): Promise<void> => void (resume = kept(checkpoint))
      await denyRestarts(context)
      const first = await context.service.rotate(replaced, to(context, { onCheckpoint, repairDeadlineMs: 60_000 }))
      const { leftStopped } = batchOf(first.map(({ batch }) => batch))
      assert.deepEqual(leftStopped, await stoppedOf(context, ids))
      await context.world.clearFaults()
      await context.world.forgetCalls()
      errOf(await context.service.rotate(another, to(context, { resume })), 'conflict')
      assert.deepEqual(await mutatingCalls(context), [])
      const { removed, batch } = okOf(await context.service.rotate(replaced, to(context, { resume })))
      assert.equal(removed, true)
      assert.deepEqual(batch.items.map(({ id }) => id).toSorted(), ids)
      assert.deepEqual(await stateOf(context, ids), allAre(ids, 'running next/next'))
      assert.deepEqual(named(await context.world.snapshot(), 'old'), [])
    },
    ['denied'],
  ),

  onInstances(
    'KP-ROTATE-09',
    6,
    'keeps the replaced key pair for an instance that gets it at the last moment',
    async (context) => {
      const replaced = await given(context, { name: 'old' })
      let late: readonly string[] = []
      const doDescribeInstances: KeyPairDriver['doDescribeInstances'] = async (request, callContext) => {
        const page = await context.driver.doDescribeInstances(request, callContext)
        if (late.length === 0) late = await givenInstances(context, 1, { keyPair: 'old', prefix: 'late' })
        return page
      }
      const service = context.serviceOver({ ...context.driver, doDescribeInstances })
      must(attaches(service))
      const error = errOf(await service.rotate(replaced, to(context)), 'in-use')
      assert.deepEqual([error.outcome, error.details.instanceIds], ['partial', late])
      assert.equal(named(await context.world.snapshot(), 'old').length, 1)
    },
  ),
]

/** Returns the instances that are stopped. */
async function stoppedOf(context: InstanceCaseContext, ids: readonly string[]): Promise<readonly string[]> {
  const { instances } = await context.world.snapshot()
  return instances.filter(({ id, power }) => ids.includes(id) && power === 'stopped').map(({ id }) => id)
}

interface Users {
  readonly replaced: KeyPair
  /** Those that have it. */
  readonly ids: readonly string[]
  /** Those that have another. */
  readonly others: readonly string[]
}

async function givenUsers(context: InstanceCaseContext, most?: number): Promise<Users> {
  await given(context, { name: 'other' })
  const replaced = await given(context, { name: 'old' })
  const ids = await givenRunning(context, 'old', most)
  const others = await givenInstances(context, 1, { power: 'running', keyPair: 'other', prefix: 'bystander' })
  return { replaced, ids, others }
}

function to(context: InstanceCaseContext, options: Partial<RotationOptions> = {}): RotateOptions {
  return { name: 'next', publicKey: firstKey(context).publicKey.line, ...options }
}
