import assert from 'node:assert/strict'
import type {
  Checkpoint,
  KeyPair,
  KeyPairDriver,
  RotateOptions,
  Rotation,
  RotationOptions,
  Secret,
} from '@cloud-keypair/core'
import { attaches, type Case, type InstanceStage, onInstances } from '../case.js'
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
import { holds } from '../holds.js'
import { allAre, denyRestarts, givenRunning, kept, lockedOut, mostDown, stateOf } from './power.js'

export const rotateCases: readonly Case[] = [
  onInstances(
    'KP-ROTATE-01',
    7,
    'gives every instance the new key, one alone first, locks nobody out, and removes the replaced key pair',
    async (stage) => {
      const { replaced, ids, others } = await givenUsers(stage, 4)
      const lockouts: string[] = []
      const changed: number[] = []
      const look = async (): Promise<void> => {
        lockouts.push(...lockedOut(await stage.world.snapshot(), ['old', 'next', 'other']))
      }
      const check = async (): Promise<void> => {
        changed.push((await stateOf(stage, ids)).filter((state) => state.includes(' next/')).length)
        await look()
      }
      const rotation = okOf(
        await stage.service.rotate(replaced, to(stage, { maxUnavailable: 2, check, onCheckpoint: look })),
      )
      holds(rotation.replaced !== undefined && isNamed(rotation.replaced, replaced))
      const { removed, pendingRestart, keyPair } = rotation
      assert.deepEqual(
        { removed, pendingRestart, name: keyPair.name },
        { removed: true, pendingRestart: [], name: 'next' },
      )
      assert.deepEqual(rotation.batch.items.map(({ id }) => id).toSorted(), ids)
      assert.deepEqual(lockouts, [], 'a guest that runs accepts one of the keys')
      assert.equal(changed[0], 1, 'one instance goes first, alone')
      assert.equal(changed.length, ids.length, 'each instance is checked')
      assert.equal(mostDown(await stage.world.calls()), Math.min(2, ids.length - 1))
      await stage.world.settle()
      const snapshot = await stage.world.snapshot()
      assert.deepEqual(await stateOf(stage, ids), allAre(ids, 'running next/next'))
      assert.deepEqual(await stateOf(stage, others), allAre(others, 'running other/other'))
      assert.deepEqual(named(snapshot, 'old'), [])
      assert.equal(named(snapshot, 'next')[0]?.publicKey, firstKey(stage).publicKey.line)
    },
  ),

  onInstances(
    'KP-ROTATE-02',
    7,
    'puts the replaced key back where a check rejects, and begins nothing more',
    async (stage) => {
      const { replaced, ids } = await givenUsers(stage)
      const checked: string[] = []
      const check = async (id: string): Promise<void> => {
        checked.push(id)
        throw new Error('no login')
      }
      const { items, leftStopped } = batchOf(
        (await stage.service.rotate(replaced, to(stage, { check }))).map(({ batch }) => batch),
      )
      for (const item of items) {
        holds(item.status === 'failed' && item.error.code === 'aborted' && item.error.outcome === 'none')
      }
      assert.equal(checked.length, 1)
      assert.deepEqual(leftStopped, [])
      holds(!(await mutatingCalls(stage)).some(({ forced = false }) => forced), 'nothing is forced unasked')
      assert.deepEqual(await stateOf(stage, ids), allAre(ids, 'running old/old'))
      const snapshot = await stage.world.snapshot()
      assert.equal(named(snapshot, 'old').length, 1)
      assert.equal(named(snapshot, 'next').length, 1)
    },
  ),

  onInstances(
    'KP-ROTATE-03',
    7,
    'keeps the replaced key pair while a guest goes by it, and says which',
    async (stage) => {
      const { replaced, ids } = await givenUsers(stage)
      const [stopped = ''] = await givenInstances(stage, 1, { power: 'stopped', keyPair: 'old', prefix: 'stopped' })
      const { removed, pendingRestart } = okOf(await stage.service.rotate(replaced, to(stage)))
      assert.deepEqual({ removed, pendingRestart }, { removed: false, pendingRestart: [stopped] })
      assert.deepEqual(await stateOf(stage, ids), allAre(ids, 'running next/next'))
      const snapshot = await stage.world.snapshot()
      assert.equal(boundIn(snapshot).get(stopped), 'next')
      assert.equal(named(snapshot, 'old').length, 1)
    },
  ),

  onInstances(
    'KP-ROTATE-04',
    7,
    'stops where the first instance cannot be changed, and leaves everybody the replaced key',
    async (stage) => {
      const { replaced, ids } = await givenUsers(stage)
      await stage.world.fault({ on: 'attach', kind: 'denied' })
      const { failed } = batchOf(
        (await stage.service.rotate(replaced, to(stage, { maxUnavailable: 2 }))).map(({ batch }) => batch),
      )
      assert.deepEqual(
        failed.map(({ error }) => error.code),
        ids.map((_, index) => (index === 0 ? 'permission-denied' : 'aborted')),
      )
      assert.deepEqual(await stateOf(stage, ids), allAre(ids, 'running old/old'))
      assert.equal(named(await stage.world.snapshot(), 'old').length, 1)
    },
    ['denied'],
  ),

  onInstances(
    'KP-ROTATE-05',
    4,
    'says that something was changed where the replaced key pair could not be removed',
    async (stage) => {
      const { replaced, ids } = await givenUsers(stage)
      await stage.world.fault({ on: 'delete', kind: 'denied', times: Infinity })
      const rotated = await stage.service.rotate(replaced, to(stage))
      holds(rotated.isErr() && rotated.error.code === 'permission-denied')
      assert.equal(rotated.error.outcome, 'partial')
      assert.deepEqual(await stateOf(stage, ids), allAre(ids, 'running next/next'))
      assert.equal(named(await stage.world.snapshot(), 'old').length, 1)
    },
    ['denied'],
  ),

  onInstances(
    'KP-ROTATE-06',
    7,
    'run again without a checkpoint, keeps the replaced key pair while a guest goes by it',
    async (stage) => {
      const { replaced, ids } = await givenUsers(stage)
      const [stopped = ''] = await givenInstances(stage, 1, { power: 'stopped', keyPair: 'old', prefix: 'stopped' })
      let saved: Secret | undefined
      const save = Object.assign(async (key: Secret) => void (saved = key), { load: async () => saved })
      const rotate = (): ReturnType<typeof stage.service.rotate> =>
        stage.service.rotate(replaced, { name: 'next', save, bits: 2048 })
      const mustWait = ({ removed, pendingRestart }: Rotation): void =>
        assert.deepEqual({ removed, pendingRestart }, { removed: false, pendingRestart: [stopped] })
      const first = okOf(await rotate())
      mustWait(first)
      const again = await rotate()
      if (isComparable(okOf(await stage.service.get(first.keyPair)))) mustWait(okOf(again))
      else errOf(again, 'already-exists')
      assert.deepEqual(await stateOf(stage, ids), allAre(ids, 'running next/next'))
      assert.equal(named(await stage.world.snapshot(), 'old').length, 1)
    },
  ),

  onInstances(
    'KP-ROTATE-07',
    7,
    'gives the new key also to who comes by the replaced one meanwhile, before that is removed',
    async (stage) => {
      const { replaced, ids } = await givenUsers(stage)
      let late: readonly string[] = []
      const check = async (): Promise<void> => {
        if (late.length > 0) return
        late = await givenInstances(stage, 1, { power: 'running', keyPair: 'old', prefix: 'late' })
      }
      const tags = stage.capabilities.tags === 'none' ? undefined : { team: 'a' }
      const { removed, batch } = okOf(await stage.service.rotate(replaced, to(stage, { check, tags })))
      assert.equal(removed, true)
      assert.deepEqual(named(await stage.world.snapshot(), 'next')[0]?.tags, tags ?? {})
      const all = [...ids, ...late].toSorted()
      assert.deepEqual(batch.items.map(({ id }) => id).toSorted(), all)
      assert.deepEqual(await stateOf(stage, all), allAre(all, 'running next/next'))
    },
  ),

  onInstances(
    'KP-ROTATE-08',
    7,
    'goes on from a checkpoint of its own, and from no other',
    async (stage) => {
      const { replaced, ids } = await givenUsers(stage)
      const another = await given(stage, { name: 'another' })
      let resume: Checkpoint | undefined
      const onCheckpoint = async (checkpoint: Checkpoint): Promise<void> => void (resume = kept(checkpoint))
      await denyRestarts(stage)
      const first = await stage.service.rotate(replaced, to(stage, { onCheckpoint, repairDeadlineMs: 60_000 }))
      const { leftStopped } = batchOf(first.map(({ batch }) => batch))
      assert.deepEqual(leftStopped, await stoppedOf(stage, ids))
      await stage.world.clearFaults()
      await stage.world.forgetCalls()
      errOf(await stage.service.rotate(another, to(stage, { resume })), 'conflict')
      assert.deepEqual(await mutatingCalls(stage), [])
      const { removed, batch } = okOf(await stage.service.rotate(replaced, to(stage, { resume })))
      assert.equal(removed, true)
      assert.deepEqual(batch.items.map(({ id }) => id).toSorted(), ids)
      assert.deepEqual(await stateOf(stage, ids), allAre(ids, 'running next/next'))
      assert.deepEqual(named(await stage.world.snapshot(), 'old'), [])
    },
    ['denied'],
  ),

  onInstances(
    'KP-ROTATE-09',
    6,
    'leaves the replaced key pair to who comes by it at the last moment',
    async (stage) => {
      const replaced = await given(stage, { name: 'old' })
      let late: readonly string[] = []
      const doDescribeInstances: KeyPairDriver['doDescribeInstances'] = async (request, context) => {
        const page = await stage.driver.doDescribeInstances(request, context)
        if (late.length === 0) late = await givenInstances(stage, 1, { keyPair: 'old', prefix: 'late' })
        return page
      }
      const service = stage.serviceOver({ ...stage.driver, doDescribeInstances })
      holds(attaches(service))
      const error = errOf(await service.rotate(replaced, to(stage)), 'in-use')
      assert.deepEqual([error.outcome, error.details.instanceIds], ['partial', late])
      assert.equal(named(await stage.world.snapshot(), 'old').length, 1)
    },
  ),
]

/** Those of them that are down. */
async function stoppedOf(stage: InstanceStage, ids: readonly string[]): Promise<readonly string[]> {
  const { instances } = await stage.world.snapshot()
  return instances.filter(({ id, power }) => ids.includes(id) && power === 'stopped').map(({ id }) => id)
}

interface Users {
  readonly replaced: KeyPair
  /** Those that have it. */
  readonly ids: readonly string[]
  /** Those that have another. */
  readonly others: readonly string[]
}

async function givenUsers(stage: InstanceStage, most?: number): Promise<Users> {
  await given(stage, { name: 'other' })
  const replaced = await given(stage, { name: 'old' })
  const ids = await givenRunning(stage, 'old', most)
  const others = await givenInstances(stage, 1, { power: 'running', keyPair: 'other', prefix: 'bystander' })
  return { replaced, ids, others }
}

function to(stage: InstanceStage, options: Partial<RotationOptions> = {}): RotateOptions {
  return { name: 'next', publicKey: firstKey(stage).publicKey.line, ...options }
}
