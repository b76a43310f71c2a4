import type { ProgressEvent } from '@cloud-keypair/core'
import { memoryVariants } from '@cloud-keypair/memory'
import { describe, expect, it } from 'vitest'
import { changesOf, clouds, instancesOf, type Rollout, rolloutOf } from './rollout.js'

const now = { takeEffect: 'now' } as const
const three = [
  { id: 'i-1', keyPair: 'old' },
  { id: 'i-2', keyPair: 'old', power: 'stopped' },
  { id: 'i-3', keyPair: 'old' },
] as const

/** Returns the largest number of instances that are down at once during some work. */
async function maxDownDuring(rollout: Rollout, work: (rollout: Rollout) => Promise<void>): Promise<number> {
  const { world, clock } = rollout
  let maxDown = 0
  const watching = new AbortController()
  const watch = (async () => {
    while (!watching.signal.aborted) {
      const { instances } = await world.snapshot()
      maxDown = Math.max(maxDown, instances.filter(({ power }) => power !== 'running').length)
      await clock.sleep(1_000, watching.signal)
    }
  })()
  await work(rollout)
  watching.abort()
  await watch
  return maxDown
}

describe("an attach that takes effect 'now'", () => {
  it('changes and reboots running instances, if the cloud changes running ones', async () => {
    const { service, world } = await rolloutOf(clouds['volcengine-like'] ?? {}, three)
    const attached = await service.attach({ name: 'new' }, ['i-1', 'i-2', 'i-3'], now)
    expect(attached._unsafeUnwrap().items).toMatchObject([
      { id: 'i-1', changed: true, effect: 'now', replaced: { name: 'old' } },
      { id: 'i-2', changed: true, effect: 'at-next-start', replaced: { name: 'old' } },
      { id: 'i-3', changed: true, effect: 'now', replaced: { name: 'old' } },
    ])
    expect(await changesOf(world)).toEqual(['attach i-1', 'reboot i-1', 'attach i-3', 'reboot i-3', 'attach i-2'])
    expect(await instancesOf(world)).toEqual(['i-1 running new/new', 'i-2 stopped new/old', 'i-3 running new/new'])
  })

  it.each([
    ['ens-like, replaces', ['attach']],
    ['ens-like, refuses', ['attach', 'detach', 'attach']],
    ['ens-like, says that it refuses', ['detach', 'attach']],
  ])('stops, changes and starts running instances: %s', async (name, changes) => {
    const { service, world } = await rolloutOf(clouds[name] ?? {}, three)
    const attached = await service.attach({ name: 'new' }, ['i-1', 'i-2', 'i-3'], now)
    expect(attached._unsafeUnwrap().items).toMatchObject([
      { id: 'i-1', changed: true, effect: 'now', replaced: { name: 'old' } },
      { id: 'i-2', changed: true, effect: 'at-next-start' },
      { id: 'i-3', changed: true, effect: 'now' },
    ])
    const calls = ['i-1', 'i-3'].flatMap((id) => ['stop', ...changes, 'start'].map((call) => `${call} ${id}`))
    expect(await changesOf(world)).toEqual([...calls, ...changes.map((call) => `${call} i-2`)])
    expect(await instancesOf(world)).toEqual(['i-1 running new/new', 'i-2 stopped new/old', 'i-3 running new/new'])
  })

  it('detaches nothing for an attach that is refused for another reason', async () => {
    const { service, world } = await rolloutOf(clouds['ens-like, refuses'] ?? {}, three)
    await world.fault({ on: 'attach', kind: 'denied' })
    const error = (await service.attach({ name: 'new' }, ['i-1'], now))._unsafeUnwrapErr()
    expect(error).toMatchObject({ code: 'incomplete', outcome: 'none' })
    expect(await changesOf(world)).toEqual(['stop i-1', 'attach i-1', 'start i-1'])
    expect((await instancesOf(world))[0]).toBe('i-1 running old/old')
  })

  it('sends as many calls as the limits require, one wave at a time', async () => {
    const ids = Array.from({ length: 7 }, (_, index) => `i-${index}`)
    const traits = { power: ['stopped'], limits: { change: 4, powerChange: 2 }, powerChangeMs: 5_000 } as const
    const { service, world } = await rolloutOf(
      traits,
      ids.map((id) => ({ id })),
    )
    const attached = await service.attach({ name: 'new' }, ids, { ...now, maxUnavailable: 5 })
    expect(attached.isOk()).toBe(true)
    expect((await changesOf(world)).map((call) => call.split(' ')[0])).toEqual(
      'stop stop stop attach attach start start start stop attach start'.split(' '),
    )
  })

  it('never has more than maxUnavailable instances down', async () => {
    const ids = Array.from({ length: 7 }, (_, index) => `i-${index}`)
    const rollout = await rolloutOf(
      clouds['ecs-like'] ?? {},
      ids.map((id) => ({ id })),
    )
    const maxDown = await maxDownDuring(rollout, async ({ service }) => {
      expect((await service.attach({ name: 'new' }, ids, { ...now, maxUnavailable: 3 })).isOk()).toBe(true)
    })
    expect(maxDown).toBe(3)
  })

  it('never has more than maxUnavailable instances down, even if records are late', async () => {
    const seeds = [1, 2, 3].map((n) => ({ id: `i-${n}`, keyPair: 'old' }))
    const rollout = await rolloutOf({ ...clouds['volcengine-like'], powerChangeMs: 60_000 }, seeds)
    await rollout.world.setReadLag(10_000)
    const maxDown = await maxDownDuring(rollout, async ({ service }) => {
      const ids = seeds.map(({ id }) => id)
      const { items } = (await service.attach({ name: 'new' }, ids, { ...now, maxUnavailable: 1 }))._unsafeUnwrap()
      expect(items).toMatchObject(ids.map(() => ({ effect: 'now' })))
      expect(await instancesOf(rollout.world)).toEqual(ids.map((id) => `${id} running new/new`))
    })
    expect(maxDown).toBe(1)
  })

  it('restarts instances that have the key pair already, unless told not to', async () => {
    const seeds = [{ id: 'i-1', keyPair: 'new' }] as const
    const reboots = await rolloutOf({}, seeds)
    const again = (await reboots.service.attach({ name: 'new' }, ['i-1'], now))._unsafeUnwrap()
    expect(again.items).toMatchObject([{ changed: false, effect: 'now' }])
    expect(await changesOf(reboots.world)).toEqual(['reboot i-1'])

    const leaves = await rolloutOf({}, seeds)
    const left = await leaves.service.attach({ name: 'new' }, ['i-1'], { ...now, restartUnchanged: false })
    expect(left._unsafeUnwrap().items).toMatchObject([{ changed: false, effect: 'at-next-start' }])
    expect(await changesOf(leaves.world)).toEqual([])

    const proves = await rolloutOf({ power: ['stopped'] }, seeds)
    const proven = (await proves.service.attach({ name: 'new' }, ['i-1'], now))._unsafeUnwrap()
    expect(proven.items).toMatchObject([{ changed: false, effect: 'now' }])
    expect(await changesOf(proves.world)).toEqual([])
  })

  it('reads its key pair once', async () => {
    const { service, world } = await rolloutOf(clouds['ens-like, replaces'] ?? {}, three)
    await service.attach({ name: 'new' }, ['i-1', 'i-3'], now)
    const lookups = (await world.calls()).filter(({ call, items }) => call === 'lookup' && items.includes('new'))
    expect(lookups).toHaveLength(1)
  })

  it('waits for a record that shows the change late', async () => {
    const traits = { ...memoryVariants['nothing is kind'], power: ['stopped'] } as const
    const { service, world } = await rolloutOf(traits, three)
    const attached = await service.attach({ name: 'new' }, ['i-1', 'i-2', 'i-3'], { ...now, maxUnavailable: 9 })
    expect(attached.isOk()).toBe(true)
    expect(await instancesOf(world)).toEqual(['i-1 running new/new', 'i-2 stopped new/old', 'i-3 running new/new'])
  })

  it('stops no instance for a change that is refused anyway', async () => {
    const { service, world } = await rolloutOf(clouds['ens-like, refuses'] ?? {}, [
      ...three,
      { id: 'i-4', power: 'starting' },
    ])
    const missing = await service.attach({ name: 'nobody' }, ['i-1'], now)
    expect(missing._unsafeUnwrapErr().code).toBe('not-found')
    const options = { ...now, onlyIfVacant: true }
    const error = (await service.attach({ name: 'new' }, ['i-1', 'i-4', 'i-5'], options))._unsafeUnwrapErr()
    if (error.code !== 'incomplete') throw error
    expect(error.details.batch.failed.map((item) => item.error.code)).toEqual([
      'conflict',
      'instance-state',
      'not-found',
    ])
    expect(error.outcome).toBe('none')
    expect(await changesOf(world)).toEqual([])
  })

  it('reports progress', async () => {
    const { service } = await rolloutOf(clouds['ens-like, says that it refuses'] ?? {}, three)
    const events: ProgressEvent[] = []
    const onProgress = (event: ProgressEvent) => void events.push(event)
    await service.attach({ name: 'new' }, ['i-1', 'i-2', 'i-9'], { ...now, onProgress })
    expect(events.map(({ step, instanceIds, finished, total }) => [step, ...instanceIds, finished, total])).toEqual([
      ['finished', 'i-9', 1, 3],
      ['stopping', 'i-1', 1, 3],
      ['detaching', 'i-1', 1, 3],
      ['attaching', 'i-1', 1, 3],
      ['starting', 'i-1', 1, 3],
      ['finished', 'i-1', 2, 3],
      ['detaching', 'i-2', 2, 3],
      ['attaching', 'i-2', 2, 3],
      ['finished', 'i-2', 3, 3],
    ])
  })
})

describe("a detach that takes effect 'now'", () => {
  it.each(Object.keys(clouds))('leaves guests that accept nothing: %s', async (name) => {
    const { service, world } = await rolloutOf(clouds[name] ?? {}, three)
    const detached = await service.detach({ name: 'old' }, ['i-1', 'i-2'], now)
    expect(detached._unsafeUnwrap().items).toMatchObject([
      { id: 'i-1', changed: true, effect: 'now' },
      { id: 'i-2', changed: true, effect: 'at-next-start' },
    ])
    expect(await instancesOf(world)).toEqual(['i-1 running -/-', 'i-2 stopped -/old', 'i-3 running old/old'])
  })
})
