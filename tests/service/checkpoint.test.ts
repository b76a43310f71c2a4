import type { AttachOptions, Checkpoint, CheckpointInstance, KeyPairService } from '@cloud-keypair/core'
import { createKeyPairService, type KeyPairDriver } from '@cloud-keypair/core/driver'
import { describe, expect, it } from 'vitest'
import { changesOf, clouds, instancesOf, type Rollout, rolloutOf } from './rollout.js'

const ens = clouds['ens-like, says that it refuses'] ?? {}
const seeds = [
  { id: 'i-1', keyPair: 'old' },
  { id: 'i-2', keyPair: 'old' },
  { id: 'i-3', power: 'stopped' },
] as const
const ids = seeds.map(({ id }) => id)

interface Run extends Rollout {
  readonly saved: Checkpoint[]
  /** Attaches `new` to all, and keeps the checkpoints. */
  attach(options?: {
    readonly rejectsAt?: number
    readonly resume?: Checkpoint | undefined
    readonly ids?: readonly string[]
  }): ReturnType<KeyPairService['attach']>
}

async function runOf(traits = ens): Promise<Run> {
  const rollout = await rolloutOf(traits, seeds)
  const saved: Checkpoint[] = []
  return {
    ...rollout,
    saved,
    attach: ({ rejectsAt = Infinity, resume, ids: some = ids } = {}) => {
      let count = 0
      const onCheckpoint = async (checkpoint: Checkpoint) => {
        count += 1
        if (count === rejectsAt) throw new Error('disk full')
        saved.push(checkpoint)
      }
      return rollout.service.attach({ name: 'new' }, some, { takeEffect: 'now', onCheckpoint, resume })
    },
  }
}

/** Returns the checkpoint of a run that was killed when `i-1` was stopped and had no key any more. */
async function cutOff(): Promise<Run & { readonly checkpoint: Checkpoint }> {
  const run = await runOf()
  const context = { signal: new AbortController().signal, token: '', trace: () => {} }
  let checkpoint: Checkpoint | undefined
  const onCheckpoint = async (latest: Checkpoint) => {
    checkpoint ??= latest
    throw new Error('cut off')
  }
  await run.service.attach({ name: 'new' }, ids, { takeEffect: 'now', onCheckpoint })
  await run.driver.doStopInstances({ instanceIds: ['i-1'], force: false }, context)
  await run.world.settle()
  const { items } = (
    await run.driver.doDescribeKeyPairs(
      { kind: 'exact', keyPairs: [{ by: 'name', name: 'old' }], cursor: undefined },
      context,
    )
  )._unsafeUnwrap()
  const keyPair = { by: 'id', id: items[0]?.id ?? '' } as const
  await run.driver.doDetachKeyPair({ keyPair, instanceIds: ['i-1'] }, context)
  expect((await instancesOf(run.world))[0]).toBe('i-1 stopped -/old')
  await run.world.forgetCalls()
  if (checkpoint === undefined) throw new Error('There is no checkpoint')
  return { ...run, checkpoint }
}

describe('a checkpoint', () => {
  it('is saved before the calls of a wave, and after', async () => {
    const { attach, saved, world } = await runOf()
    await attach()
    expect(saved.map(({ instances }) => instances.map(({ step }) => step).join(' '))).toEqual([
      'in-progress waiting waiting',
      'done waiting waiting',
      'done in-progress waiting',
      'done done waiting',
      'done done in-progress',
      'done done done',
    ])
    const [first] = saved
    const { keyPairs } = await world.snapshot()
    expect(keyPairs).toHaveLength(3)
    expect(first).toEqual({
      version: 1,
      operation: 'attach',
      provider: 'memory',
      region: 'memory',
      endpoint: 'memory:',
      keyPair: { name: 'new', id: expect.any(String), fingerprint: expect.stringMatching(/^[0-9a-f]{32}$/) },
      instances: [
        { id: 'i-1', power: 'running', keyPair: { name: 'old' }, step: 'in-progress' },
        { id: 'i-2', power: 'running', keyPair: { name: 'old' }, step: 'waiting' },
        { id: 'i-3', power: 'stopped', keyPair: null, step: 'waiting' },
      ],
    })
    expect(JSON.parse(JSON.stringify(saved))).toEqual(saved)
  })

  it('has the instances of a wave that succeeded as done if the check rejects another one', async () => {
    const { service, world } = await rolloutOf(clouds['volcengine-like'] ?? {}, seeds)
    const saved: Checkpoint[] = []
    const options = {
      takeEffect: 'now',
      maxUnavailable: 2,
      onCheckpoint: async (checkpoint: Checkpoint) => void saved.push(checkpoint),
    } as const
    const check = async (id: string): Promise<void> => {
      if (id === 'i-1') throw new Error('no login')
    }
    await service.attach({ name: 'new' }, ids, { ...options, check })
    expect(saved.at(-1)?.instances.map(({ step }) => step)).toEqual(['in-progress', 'done', 'waiting'])
    await world.forgetCalls()
    await service.attach({ name: 'new' }, ids, { ...options, resume: saved.at(-1) })
    expect(await changesOf(world)).not.toContain(expect.stringContaining('i-2'))
  })

  it.each([0, 1, 3])(
    'contains the changes since the last saved checkpoint, if checkpoint number %i was not saved',
    async (lost) => {
      const { service } = await runOf()
      const known = new Map<string, CheckpointInstance>()
      let count = 0
      const onCheckpoint: AttachOptions['onCheckpoint'] = async ({ instances }, { changed }) => {
        count += 1
        if (count === lost) throw new Error('disk full')
        for (const instance of changed) known.set(instance.id, instance)
        expect([...known.values()]).toEqual(instances)
      }
      await service.attach({ name: 'new' }, ids, { takeEffect: 'now', onCheckpoint })
      expect(known.size).toBe(lost === 1 ? 0 : ids.length)
    },
  )

  it('names only the instances of its wave as changed', async () => {
    const { service } = await runOf()
    const sizes: number[] = []
    const onCheckpoint: AttachOptions['onCheckpoint'] = async (_, { changed }) => void sizes.push(changed.length)
    await service.attach({ name: 'new' }, ids, { takeEffect: 'now', onCheckpoint })
    expect(sizes).toEqual([3, 1, 1, 1, 1, 1])
  })

  it('that is not saved is followed by no call', async () => {
    const { attach, world } = await runOf()
    const error = (await attach({ rejectsAt: 1 }))._unsafeUnwrapErr()
    if (error.code !== 'incomplete') throw error
    expect(error.outcome).toBe('none')
    expect(error.details.batch.failed.map((item) => [item.id, item.error.code])).toEqual(
      ids.map((id) => [id, 'storage']),
    )
    expect(error.message + String(error.details.batch.failed[0]?.error.message)).toContain('disk full')
    expect(await changesOf(world)).toEqual([])
  })

  it.each([2, 3])('that is not saved ends the operation (number %i)', async (rejectsAt) => {
    const { attach, world } = await runOf()
    const error = (await attach({ rejectsAt }))._unsafeUnwrapErr()
    if (error.code !== 'incomplete') throw error
    expect(error.details.batch.items.map(({ status }) => status)).toEqual(['succeeded', 'failed', 'failed'])
    expect(await instancesOf(world)).toEqual(['i-1 running new/new', 'i-2 running old/old', 'i-3 stopped -/-'])
  })

  it('whose save never resolves is waited for until the deadline', async () => {
    const { service, world, clock } = await runOf()
    const from = clock.now()
    const onCheckpoint = () => new Promise<void>(() => {})
    const options = { takeEffect: 'now', onCheckpoint, deadlineMs: 60_000 } as const
    const error = (await service.attach({ name: 'new' }, ids, options))._unsafeUnwrapErr()
    expect(error.code).toBe('incomplete')
    expect(clock.now() - from).toBe(60_000)
    expect(await changesOf(world)).toEqual([])
  })
})

describe('a resume', () => {
  it('starts the instances that the earlier run stopped', async () => {
    const { attach, world, checkpoint } = await cutOff()
    const items = (await attach({ resume: checkpoint }))._unsafeUnwrap().items
    expect(items).toMatchObject([
      { changed: true, effect: 'now', replaced: { name: 'old' } },
      { changed: true, effect: 'now' },
      { changed: true, effect: 'at-next-start' },
    ])
    expect(await instancesOf(world)).toEqual(['i-1 running new/new', 'i-2 running new/new', 'i-3 stopped new/-'])
    expect((await changesOf(world)).slice(0, 2)).toEqual(['attach i-1', 'start i-1'])
  })

  it('attaches the earlier key again if the new one is refused', async () => {
    const { attach, world, checkpoint } = await cutOff()
    await world.fault({ on: 'attach', kind: 'items', ids: ['i-1'], as: 'strange' })
    const error = (await attach({ resume: checkpoint }))._unsafeUnwrapErr()
    expect(error.code).toBe('incomplete')
    expect((await instancesOf(world))[0]).toBe('i-1 running old/old')
  })

  it('repairs even if its own checkpoint is not saved', async () => {
    const { attach, world, checkpoint } = await cutOff()
    const error = (await attach({ resume: checkpoint, rejectsAt: 1 }))._unsafeUnwrapErr()
    if (error.code !== 'incomplete') throw error
    expect(error.details.batch.failed.map((item) => item.error.code)).toEqual(['storage', 'storage', 'storage'])
    expect(await instancesOf(world)).toEqual(['i-1 running old/old', 'i-2 running old/old', 'i-3 stopped -/-'])
  })

  it('lists instances that it could not read as left stopped', async () => {
    const { attach, world, checkpoint } = await cutOff()
    await world.fault({ on: 'read-instances', kind: 'denied', skip: 1 })
    const error = (await attach({ resume: checkpoint }))._unsafeUnwrapErr()
    if (error.code !== 'incomplete') throw error
    expect(error.details.batch.leftStopped).toEqual(['i-1'])
    expect(error.details.batch.items.map(({ status }) => status)).toEqual(['failed', 'failed', 'failed'])
  })

  it('lists instances that may be stopped if it is aborted early', async () => {
    const { driver, clock, checkpoint } = await cutOff()
    const abort = new AbortController()
    const doDescribeInstances: KeyPairDriver['doDescribeInstances'] = async (request, context) => {
      const page = await driver.doDescribeInstances(request, context)
      abort.abort()
      return page
    }
    const service = createKeyPairService({ ...driver, doDescribeInstances }, { testing: { clock, random: () => 0.5 } })
    const options = { takeEffect: 'now', resume: checkpoint, signal: abort.signal } as const
    const error = (await service.attach({ name: 'new' }, ids, options))._unsafeUnwrapErr()
    if (error.code !== 'incomplete') throw error
    expect(error.details.batch.leftStopped).toEqual(['i-1'])
  })

  it.each([0, 1])('lists a stopped instance that is missing after %i reads, and still saves it', async (reads) => {
    const { driver, clock, checkpoint } = await cutOff()
    let count = 0
    const doDescribeInstances: KeyPairDriver['doDescribeInstances'] = async (request, context) => {
      const page = await driver.doDescribeInstances(request, context)
      count += 1
      if (count <= reads) return page
      return page.map(({ items, ...rest }) => ({ ...rest, items: items.filter(({ id }) => id !== 'i-1') }))
    }
    const service = createKeyPairService({ ...driver, doDescribeInstances }, { testing: { clock, random: () => 0.5 } })
    const saved: Checkpoint[] = []
    const onCheckpoint = async (latest: Checkpoint) => void saved.push(latest)
    const options = { takeEffect: 'now', resume: checkpoint, maxUnavailable: 2, onCheckpoint } as const
    const error = (await service.attach({ name: 'new' }, ids, options))._unsafeUnwrapErr()
    if (error.code !== 'incomplete') throw error
    expect(error.details.batch.failed.map((item) => [item.id, item.error.code])).toEqual([['i-1', 'not-found']])
    expect(error.details.batch.leftStopped).toEqual(['i-1'])
    expect(saved.at(-1)?.instances.find(({ id }) => id === 'i-1')).toEqual(checkpoint.instances[0])
  })

  it('claims no skipped restart, and makes it with restartUnchanged', async () => {
    const { service, world } = await rolloutOf(clouds['ecs-like'] ?? {}, [{ id: 'i-1', keyPair: 'old' }])
    await service.attach({ name: 'new' }, ['i-1'])
    let resume: Checkpoint | undefined
    const onCheckpoint = async (latest: Checkpoint) => void (resume = latest)
    const attach = async (options: { readonly restartUnchanged?: boolean }) =>
      (
        await service.attach({ name: 'new' }, ['i-1'], { takeEffect: 'now', onCheckpoint, resume, ...options })
      )._unsafeUnwrap().items
    const left = [{ changed: false, effect: 'at-next-start' }]
    expect(await attach({ restartUnchanged: false })).toMatchObject(left)
    expect(await attach({ restartUnchanged: false })).toMatchObject(left)
    expect(await instancesOf(world)).toEqual(['i-1 running new/old'])
    expect(await attach({})).toMatchObject([{ changed: false, effect: 'now' }])
    expect(await instancesOf(world)).toEqual(['i-1 running new/new'])
  })

  it('leaves done instances alone', async () => {
    const { attach, world, saved } = await runOf()
    await attach()
    await world.forgetCalls()
    const again = (await attach({ resume: saved.at(-1) }))._unsafeUnwrap().items
    expect(again).toMatchObject([
      { changed: true, effect: 'now', replaced: { name: 'old' } },
      { changed: true, effect: 'now', replaced: { name: 'old' } },
      { changed: true, effect: 'at-next-start' },
    ])
    expect(await changesOf(world)).toEqual([])
  })

  it.each([
    ['operation', { operation: 'detach' }],
    ['provider', { provider: 'volcengine' }],
    ['region', { region: 'cn-beijing' }],
    ['endpoint', { endpoint: 'https://elsewhere.example' }],
    ['key pair', { keyPair: { name: 'other' } }],
    ['key pair', { keyPair: { name: 'new', id: 'kp-2', fingerprint: '00:'.repeat(15) + '00' } }],
  ])('refuses a checkpoint of another %s, and changes nothing', async (what, other) => {
    const { attach, world, checkpoint } = await cutOff()
    const resume: Checkpoint = JSON.parse(JSON.stringify({ ...checkpoint, ...other }))
    const error = (await attach({ resume }))._unsafeUnwrapErr()
    expect(error).toMatchObject({ code: 'conflict', outcome: 'none' })
    expect(error.message).toContain(what)
    expect(await changesOf(world)).toEqual([])
  })

  // The key pairs of two accounts have other keys, whatever their names; nothing else of a checkpoint tells the account.
  it.each(Object.keys(clouds))('refuses the checkpoint of another account, %s', async (cloud) => {
    const ours = await runOf(clouds[cloud])
    await ours.attach({ rejectsAt: 2 })
    const [resume] = ours.saved
    expect(resume?.instances).toContainEqual(expect.objectContaining({ id: 'i-1', step: 'in-progress' }))
    const { attach, saved, world } = await runOf(clouds[cloud])
    const error = (await attach({ resume }))._unsafeUnwrapErr()
    expect(error).toMatchObject({ code: 'conflict', outcome: 'none' })
    expect(error.message).toContain('key pair')
    expect(saved).toEqual([])
    expect(await changesOf(world)).toEqual([])
  })

  it('refuses a checkpoint with an instance in progress that is not given', async () => {
    const { attach, world, checkpoint } = await cutOff()
    expect((await attach({ resume: checkpoint, ids: ['i-2'] }))._unsafeUnwrapErr().code).toBe('conflict')
    expect(await changesOf(world)).toEqual([])
  })

  const first = { id: 'i-1', power: 'running', keyPair: { name: 'old' }, step: 'in-progress' }
  it.each([
    ['nothing in it', () => ({})],
    ['an unknown version', (whole) => ({ ...whole, version: 2 })],
    ['no version', ({ version: _, ...rest }) => rest],
    ['an unknown operation', (whole) => ({ ...whole, operation: 'delete' })],
    ['no region', ({ region: _, ...rest }) => rest],
    ['a key pair without a name', (whole) => ({ ...whole, keyPair: { id: 'kp-1' } })],
    ['a fingerprint that is no text', (whole) => ({ ...whole, keyPair: { ...whole.keyPair, fingerprint: 7 } })],
    ['a rotation without the replaced key pair', (whole) => ({ ...whole, operation: 'rotate' })],
    ['no instances', ({ instances: _, ...rest }) => rest],
    ['instances that are no list', (whole) => ({ ...whole, instances: {} })],
    ['an entry that is null', (whole) => ({ ...whole, instances: [...whole.instances, null] })],
    ['a hole', (whole) => ({ ...whole, instances: Array(2) })],
    ['two entries for an id', (whole) => ({ ...whole, instances: [first, { ...first, step: 'done' }] })],
    ['an entry without an id', (whole) => ({ ...whole, instances: [{ ...first, id: undefined }] })],
    ['an id that is empty', (whole) => ({ ...whole, instances: [{ ...first, id: '' }] })],
    ['an unknown step', (whole) => ({ ...whole, instances: [{ ...first, step: 'begun' }] })],
    ['no step', (whole) => ({ ...whole, instances: [{ ...first, step: undefined }] })],
    ['an unknown power', (whole) => ({ ...whole, instances: [{ ...first, power: 'starting' }] })],
    ['no power', (whole) => ({ ...whole, instances: [{ ...first, power: undefined }] })],
    ['no key pair of an instance', (whole) => ({ ...whole, instances: [{ ...first, keyPair: undefined }] })],
    ['a key pair of an instance without a name', (whole) => ({ ...whole, instances: [{ ...first, keyPair: {} }] })],
    [
      'a getter that throws',
      (whole) => Object.defineProperty({ ...whole }, 'version', { get: () => expect.fail('no') }),
    ],
  ] satisfies readonly (readonly [string, (whole: Checkpoint) => object])[])(
    'refuses a checkpoint with %s, before any request',
    async (_, change) => {
      const { service, world, checkpoint } = await cutOff()
      const options = { takeEffect: 'now' }
      Object.assign(options, { resume: change(checkpoint) })
      const call = (): ReturnType<KeyPairService['attach']> =>
        Reflect.apply(service.attach, undefined, [{ name: 'new' }, ids, options])
      const error = (await call())._unsafeUnwrapErr()
      expect(error).toMatchObject({ code: 'invalid-argument', outcome: 'none' })
      expect(await world.calls()).toEqual([])
      const rotated = await Reflect.apply(service.rotate, undefined, [
        { name: 'old' },
        { name: 'next', save: async () => {}, resume: change(checkpoint) },
      ])
      expect(rotated._unsafeUnwrapErr()).toMatchObject({ code: 'invalid-argument', outcome: 'none' })
      expect(await world.calls()).toEqual([])
    },
  )

  it('ignores later changes of the given object', async () => {
    const { attach, world, checkpoint } = await cutOff()
    const resume: Checkpoint = JSON.parse(JSON.stringify(checkpoint))
    const attached = attach({ resume })
    Reflect.set(resume.instances, 0, null)
    expect((await attached).isOk()).toBe(true)
    expect((await instancesOf(world))[0]).toBe('i-1 running new/new')
  })

  it('throws a TypeError for a value that is no checkpoint', async () => {
    const { service } = await runOf()
    for (const text of ['null', '7', '"text"', 'true']) {
      const resume = JSON.parse(text)
      expect(() => service.attach({ name: 'new' }, ids, { takeEffect: 'now', resume })).toThrow(TypeError)
    }
    expect(() => service.attach({ name: 'new' }, ids, { onCheckpoint: async () => {} })).toThrow(TypeError)
  })
})
