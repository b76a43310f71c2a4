import {
  generateKeyPair,
  type GeneratedKeyPairMaterial,
  type Checkpoint,
  type ProgressEvent,
  type Rotation,
  type RotateOptions,
  type RotationOptions,
  type Secret,
} from '@cloud-keypair/core'
import type { Fault, SeedInstance } from '@cloud-keypair/core/testing'
import { memoryVariants } from '@cloud-keypair/memory'
import { beforeAll, describe, expect, it } from 'vitest'
import { changesOf, clouds, instancesOf, type Rollout, rolloutOf } from './rollout.js'
import { rsaKey } from '../support/rsa-keys.js'

const seeds = [
  { id: 'i-1', keyPair: 'old' },
  { id: 'i-2', keyPair: 'old' },
  { id: 'i-3', keyPair: 'old' },
  { id: 'i-4', keyPair: 'other' },
] as const

let publicKey = ''
let otherKey = ''
let material: GeneratedKeyPairMaterial | undefined
beforeAll(async () => {
  material = rsaKey()
  publicKey = material.publicKey.line
  otherKey = rsaKey(1).publicKey.line
})
const to = (options: Partial<RotationOptions> = {}): RotateOptions => ({ name: 'next', publicKey, ...options })
const namesOf = (snapshot: { readonly keyPairs: readonly { readonly name: string }[] }) =>
  snapshot.keyPairs.map(({ name }) => name)

describe.each(Object.keys(clouds))('a rotation, %s', (cloud) => {
  const traits = clouds[cloud] ?? {}

  it('attaches the new key pair everywhere, and deletes the replaced one', async () => {
    const { service, world } = await rolloutOf(traits, seeds)
    const checked: string[] = []
    const options = to({ maxUnavailable: 2, check: async (id) => void checked.push(id) })
    const rotation: Rotation = (await service.rotate({ name: 'old' }, options))._unsafeUnwrap()
    expect(rotation).toMatchObject({
      keyPair: { name: 'next' },
      replaced: { name: 'old' },
      removed: true,
      pendingRestart: [],
      notLookedAt: ['launch templates', 'scaling groups'],
    })
    expect(rotation.batch.items.map(({ id }) => id).sort()).toEqual(['i-1', 'i-2', 'i-3'])
    expect(await instancesOf(world)).toEqual([
      'i-1 running next/next',
      'i-2 running next/next',
      'i-3 running next/next',
      'i-4 running other/other',
    ])
    expect(namesOf(await world.snapshot())).toEqual(['new', 'next', 'other'])
    expect(checked).toEqual(['i-1', 'i-2', 'i-3'])
    const restarts = (await changesOf(world)).filter((call) => /^(start|reboot)/.test(call))
    // The first alone, whatever may be down at once.
    expect(restarts[0]?.split(' ').slice(1)).toEqual(['i-1'])
  })

  it('keeps the replaced key pair while an instance waits for its start, and deletes it in a later run', async () => {
    const stopped = [...seeds.slice(0, 2), { id: 'i-3', keyPair: 'old', power: 'stopped' }] as const
    const { service, world, driver } = await rolloutOf(traits, stopped)
    let checkpoint: Checkpoint | undefined
    const onCheckpoint = async (latest: Checkpoint) => void (checkpoint = latest)
    const first = (await service.rotate({ name: 'old' }, to({ onCheckpoint })))._unsafeUnwrap()
    expect(first).toMatchObject({ removed: false, pendingRestart: ['i-3'] })
    expect(namesOf(await world.snapshot())).toContain('old')

    const context = { signal: new AbortController().signal, token: 'mine', trace: () => {} }
    await driver.doStartInstances({ instanceIds: ['i-3'], force: false }, context)
    await world.settle()
    await world.forgetCalls()
    const second = (await service.rotate({ name: 'old' }, to({ resume: checkpoint })))._unsafeUnwrap()
    expect(second).toMatchObject({ removed: true, pendingRestart: [] })
    expect(second.batch.items).toHaveLength(3)
    expect(await changesOf(world)).toEqual([expect.stringMatching(/^delete /)])
  })

  it('rolls back an instance whose check rejects, and ends', async () => {
    const { service, world } = await rolloutOf(traits, seeds)
    const check = async () => {
      throw new Error('no login')
    }
    const error = (await service.rotate({ name: 'old' }, to({ check })))._unsafeUnwrapErr()
    if (error.code !== 'incomplete') throw error
    const detaches = (await changesOf(world)).some((change) => change.startsWith('detach'))
    expect(error.details.batch.failed.map((item) => [item.error.code, item.error.outcome])).toEqual([
      ['aborted', detaches ? 'partial' : 'none'],
      ['aborted', 'none'],
      ['aborted', 'none'],
    ])
    expect(error.details.batch.failed[0]?.error.message).toContain('no login')
    expect(error.details.batch.failed[0]?.error.hint).toContain('attached to the instance again')
    expect((await instancesOf(world)).slice(0, 3)).toEqual([
      'i-1 running old/old',
      'i-2 running old/old',
      'i-3 running old/old',
    ])
    expect(namesOf(await world.snapshot())).toEqual(['new', 'next', 'old', 'other'])
  })

  // A cloud that refuses an attach over another key pair takes two changes, and may carry out only one of them.
  it('says none of a rolled back instance only if its guest accepts what it accepted before', async () => {
    const { service, world } = await rolloutOf({ ...traits, secondChange: 'first-lost' }, seeds)
    const check = async () => {
      throw new Error('no login')
    }
    const error = (await service.rotate({ name: 'old' }, to({ check })))._unsafeUnwrapErr()
    if (error.code !== 'incomplete') throw error
    const [item] = error.details.batch.failed
    const [instance] = await instancesOf(world)
    expect(item?.error.outcome).toBe(instance === 'i-1 running old/old' ? 'none' : 'partial')
    expect(item?.error.hint?.includes('accept the new key too')).toBe(item?.error.outcome === 'partial')
  })

  it('names the instances that could not be rolled back, and those left stopped', async () => {
    const { service, world } = await rolloutOf(traits, seeds)
    const check = async () => {
      for (const on of ['start', 'reboot'] as const) await world.fault({ on, kind: 'denied', times: Infinity })
      throw new Error('no login')
    }
    const error = (await service.rotate({ name: 'old' }, to({ check })))._unsafeUnwrapErr()
    if (error.code !== 'incomplete') throw error
    const { failed, leftStopped } = error.details.batch
    expect(failed.map((item) => item.error.outcome)).toEqual(['partial', 'none', 'none'])
    expect(failed[0]?.error.hint).toContain('could not be attached again')
    const stopped = (await instancesOf(world)).filter((state) => state.includes(' stopped '))
    expect(leftStopped).toEqual(stopped.map((state) => state.split(' ')[0]))
  })

  it('does not take a check that is cut off by the deadline of its wave for an approval', async () => {
    const { service, world } = await rolloutOf(traits, seeds)
    const check = (_id: string, signal: AbortSignal) =>
      new Promise<void>((_resolve, reject) => {
        signal.addEventListener('abort', () => reject(new Error('no login')))
      })
    const error = (await service.rotate({ name: 'old' }, to({ check, waveDeadlineMs: 300_000 })))._unsafeUnwrapErr()
    if (error.code !== 'incomplete') throw error
    const detaches = (await changesOf(world)).some((change) => change.startsWith('detach'))
    expect(error.details.batch.failed.map((item) => [item.error.code, item.error.outcome])).toEqual([
      ['timeout', detaches ? 'partial' : 'none'],
      ['timeout', 'none'],
      ['timeout', 'none'],
    ])
    expect((await instancesOf(world)).slice(0, 3)).toEqual([
      'i-1 running old/old',
      'i-2 running old/old',
      'i-3 running old/old',
    ])
    expect(namesOf(await world.snapshot())).toContain('old')
  })

  it('ends if the first instance fails', async () => {
    const { service, world } = await rolloutOf(traits, seeds)
    await world.fault({ on: 'attach', kind: 'denied' })
    const error = (await service.rotate({ name: 'old' }, to({ maxUnavailable: 3 })))._unsafeUnwrapErr()
    if (error.code !== 'incomplete') throw error
    expect(error.details.batch.failed.map((item) => item.error.code)).toEqual([
      'permission-denied',
      'aborted',
      'aborted',
    ])
    expect((await instancesOf(world))[0]).toBe('i-1 running old/old')
    expect(namesOf(await world.snapshot())).toContain('old')
  })

  it('includes instances that get the replaced key pair meanwhile', async () => {
    const rollout = await rolloutOf(traits, seeds)
    const { service, world } = rollout
    let isFirst = true
    const check = async () => {
      if (isFirst) await world.seedInstances([{ id: 'i-5', keyPair: 'old' }])
      isFirst = false
    }
    const rotation = (await service.rotate({ name: 'old' }, to({ check })))._unsafeUnwrap()
    expect(rotation.batch.items.map(({ id }) => id)).toContain('i-5')
    expect(rotation.removed).toBe(true)
    expect((await instancesOf(world)).at(-1)).toBe('i-5 running next/next')
  })
})

describe('a rotation', () => {
  it('generates the new key and saves it first', async () => {
    // Work in real time takes no time on a clock that jumps.
    const generated = async () => material ?? generateKeyPair()
    const { service, world } = await rolloutOf({}, seeds, { testing: { generateKeyPair: generated } })
    const saved: Secret[] = []
    const save = async (key: Secret) => void saved.push(key)
    const rotation = (await service.rotate({ name: 'old' }, { name: 'next', save, bits: 2048 }))._unsafeUnwrap()
    expect(saved).toHaveLength(1)
    expect(rotation.keyPair.publicKey).toMatch(/^ssh-rsa /)
    expect(JSON.stringify(rotation)).not.toContain('PRIVATE')
    expect(namesOf(await world.snapshot())).toEqual(['new', 'next', 'other'])
  })

  it('of an unused key pair deletes it', async () => {
    const { service, world } = await rolloutOf({}, [])
    expect((await service.rotate({ name: 'old' }, to()))._unsafeUnwrap()).toMatchObject({ removed: true })
    expect(namesOf(await world.snapshot())).toEqual(['new', 'next', 'other'])
  })

  it('waits for a cloud that refuses the delete for a while, and keeps a key pair that it cannot delete', async () => {
    const { service, world } = await rolloutOf(memoryVariants['in use for a while'] ?? {}, seeds)
    expect((await service.rotate({ name: 'old' }, to()))._unsafeUnwrap().removed).toBe(true)
    const other = await rolloutOf({}, seeds)
    await other.world.fault({ on: 'delete', kind: 'denied', times: Infinity })
    const error = (await other.service.rotate({ name: 'old' }, to()))._unsafeUnwrapErr()
    expect(error).toMatchObject({ code: 'permission-denied', outcome: 'partial' })
    expect((await instancesOf(other.world))[0]).toBe('i-1 running next/next')
    expect(namesOf(await world.snapshot())).toEqual(['new', 'next', 'other'])
  })

  it.each(['given', 'saved'] as const)(
    'creates one new key pair although names repeat and lists lag, also if resumed at once: its key is %s',
    async (kind) => {
      const { service, world } = await rolloutOf(memoryVariants['names repeat'] ?? {}, seeds)
      const checkpoints: Checkpoint[] = []
      const onCheckpoint = async (latest: Checkpoint) => {
        if (checkpoints.push(latest) === 2) throw new Error('cut off')
      }
      const load = async () => material?.privateKey
      const source = kind === 'given' ? { publicKey } : { save: Object.assign(async () => {}, { load }) }
      const cut = await service.rotate({ name: 'old' }, { name: 'next', ...source, onCheckpoint })
      expect(cut._unsafeUnwrapErr()).toMatchObject({ code: 'storage', outcome: 'partial' })
      await world.setReadLag(20_000)
      const [resume] = checkpoints
      const rotated = await service.rotate({ name: 'old' }, { name: 'next', ...source, resume })
      expect(namesOf(await world.snapshot()).filter((name) => name === 'next')).toEqual(['next'])
      expect(rotated.isOk()).toBe(true)
    },
  )

  it.each(['id', 'fingerprint'] as const)(
    'recognises its new key pair by the answer of the import without %s, if the list is late',
    async (field) => {
      const generateKeyPair = async () => material ?? Promise.reject(new Error('no material'))
      const { service, world } = await rolloutOf(memoryVariants['names repeat'] ?? {}, seeds, {
        testing: { generateKeyPair },
      })
      const checkpoints: Checkpoint[] = []
      const onCheckpoint = async (latest: Checkpoint) => {
        if (checkpoints.push(latest) === 2) throw new Error('cut off')
      }
      const save = async (): Promise<void> => {}
      await service.rotate({ name: 'old' }, { name: 'next', save, onCheckpoint })
      const resume: Checkpoint = JSON.parse(JSON.stringify(checkpoints[1]))
      Reflect.deleteProperty(resume.keyPair, field)
      expect((await service.rotate({ name: 'old' }, { name: 'next', save, resume })).isOk()).toBe(true)
      expect(namesOf(await world.snapshot()).filter((name) => name === 'next')).toEqual(['next'])
    },
  )

  it('never has outcome none after the new key pair was created', async () => {
    const unread = await rolloutOf({}, seeds)
    await unread.world.fault({ on: 'read-instances', kind: 'denied' })
    const denied = (await unread.service.rotate({ name: 'old' }, to()))._unsafeUnwrapErr()
    expect(denied).toMatchObject({ code: 'permission-denied', outcome: 'partial', retry: 'after-check' })
    expect(denied.hint).toContain('The new key pair exists')
    const rejected = await rolloutOf({}, seeds)
    const check = () => Promise.reject(new Error('no login'))
    const error = (await rejected.service.rotate({ name: 'old' }, to({ check })))._unsafeUnwrapErr()
    expect(error).toMatchObject({ code: 'incomplete', outcome: 'partial' })
    for (const { world } of [unread, rejected]) expect(namesOf(await world.snapshot())).toContain('next')
  })

  it('refuses a taken name, its own name, and a missing key pair', async () => {
    const { service, world } = await rolloutOf({}, seeds)
    const code = async (replaced: string, name: string) =>
      (await service.rotate({ name: replaced }, to({ name })))._unsafeUnwrapErr().code
    expect(await code('old', 'other')).toBe('already-exists')
    expect(await code('old', 'old')).toBe('invalid-argument')
    expect(await code('nobody', 'next')).toBe('not-found')
    expect(await changesOf(world)).toEqual(['import'])
  })

  it('leaves an instance that somebody gave another key pair', async () => {
    const { service, world, driver } = await rolloutOf(clouds['ecs-like'] ?? {}, seeds)
    const context = { signal: new AbortController().signal, token: 'mine', trace: () => {} }
    const check = async () => {
      const keyPair = { by: 'name', name: 'other' } as const
      await driver.doAttachKeyPair({ keyPair, instanceIds: ['i-3'] }, context)
    }
    const error = (await service.rotate({ name: 'old' }, to({ check })))._unsafeUnwrapErr()
    if (error.code !== 'incomplete') throw error
    expect(error.details.batch.failed.map(({ id, error: { code } }) => [id, code])).toEqual([['i-3', 'conflict']])
    expect((await instancesOf(world))[2]).toBe('i-3 running other/old')
  })

  it('does not roll back an instance that somebody changed before its check rejected', async () => {
    const { service, world, driver } = await rolloutOf(clouds['ecs-like'] ?? {}, seeds)
    const context = { signal: new AbortController().signal, token: 'mine', trace: () => {} }
    const check = async () => {
      const keyPair = { by: 'name', name: 'other' } as const
      await driver.doAttachKeyPair({ keyPair, instanceIds: ['i-1'] }, context)
      throw new Error('no login')
    }
    const error = (await service.rotate({ name: 'old' }, to({ check })))._unsafeUnwrapErr()
    if (error.code !== 'incomplete') throw error
    expect(error.details.batch.failed[0]?.error).toMatchObject({ code: 'aborted', outcome: 'partial' })
    expect(error.details.batch.failed[0]?.error.hint).toContain('could not be attached again')
    expect((await instancesOf(world))[0]).toBe('i-1 running other/next')
  })

  it.each([
    ['provider', { provider: 'volcengine' }],
    ['operation', { operation: 'attach' }],
    ['key pair', { keyPair: { name: 'another' } }],
    ['key pair', { replaced: { name: 'other' } }],
  ])('refuses a checkpoint of another %s, and changes nothing', async (_, other) => {
    const { service, world } = await rolloutOf({}, seeds)
    let checkpoint: Checkpoint | undefined
    const onCheckpoint = async (latest: Checkpoint) => {
      checkpoint = latest
      throw new Error('cut off')
    }
    const cut = await service.rotate({ name: 'old' }, to({ onCheckpoint }))
    expect(cut._unsafeUnwrapErr().code).toBe('storage')
    expect(await changesOf(world)).toEqual([])
    const resume: Checkpoint = JSON.parse(JSON.stringify({ ...checkpoint, ...other }))
    expect((await service.rotate({ name: 'old' }, to({ resume })))._unsafeUnwrapErr().code).toBe('conflict')
    expect(await changesOf(world)).toEqual([])
    const whole = await service.rotate({ name: 'old' }, to({ resume: checkpoint }))
    expect(whole.isOk()).toBe(true)
  })

  it('refuses to resume with another key', async () => {
    const { service, world } = await rolloutOf({}, seeds)
    let checkpoint: Checkpoint | undefined
    const onCheckpoint = async (latest: Checkpoint) => {
      if (checkpoint?.keyPair.id !== undefined) throw new Error('cut off')
      checkpoint = latest
    }
    await service.rotate({ name: 'old' }, to({ onCheckpoint }))
    await world.forgetCalls()
    const options = { name: 'next', publicKey: otherKey, resume: checkpoint }
    const error = (await service.rotate({ name: 'old' }, options))._unsafeUnwrapErr()
    expect(error).toMatchObject({ code: 'conflict', outcome: 'none' })
    expect(error.message).toContain('another key')
    expect(await changesOf(world)).toEqual([])
  })

  it('that is resumed after the replaced key pair was deleted skips no instance', async () => {
    const { service } = await rolloutOf(clouds['ens-like, replaces'] ?? {}, seeds)
    let checkpoint: Checkpoint | undefined
    const onCheckpoint = async (latest: Checkpoint) => {
      if (checkpoint?.instances.some(({ step }) => step === 'done')) throw new Error('cut off')
      checkpoint = latest
    }
    await service.rotate({ name: 'old' }, to({ onCheckpoint }))
    await service.delete({ name: 'old' }, { ifInUse: 'delete-anyway' })
    const error = (await service.rotate({ name: 'old' }, to({ resume: checkpoint })))._unsafeUnwrapErr()
    if (error.code !== 'incomplete') throw error
    const { items, failed } = error.details.batch
    expect(items.map(({ id, status }) => `${id} ${status}`)).toEqual(['i-1 succeeded', 'i-2 failed', 'i-3 failed'])
    expect(failed.map((item) => [item.error.code, item.error.outcome])).toEqual(Array(2).fill(['conflict', 'none']))
    expect(failed[0]?.error.message).toContain('the replaced key pair no longer exists')
  })

  it('has a deadline for each wave, and none for all', async () => {
    const ids = Array.from({ length: 12 }, (_, index) => `i-${index}`)
    const { service, clock } = await rolloutOf(
      { powerChangeMs: 400_000 },
      ids.map((id) => ({ id, keyPair: 'old' })),
    )
    const from = clock.now()
    expect((await service.rotate({ name: 'old' }, to()))._unsafeUnwrap().removed).toBe(true)
    expect(clock.now() - from).toBeGreaterThan(12 * 400_000)
    const short = await rolloutOf({ powerChangeMs: 400_000 }, seeds)
    const error = (await short.service.rotate({ name: 'old' }, to({ waveDeadlineMs: 60_000 })))._unsafeUnwrapErr()
    if (error.code !== 'incomplete') throw error
    expect(error.details.batch.failed.map((item) => item.error.code)).toEqual(['timeout', 'aborted', 'aborted'])
  })

  it('rolls back an instance whose approval comes too late', async () => {
    const { service, world } = await rolloutOf({}, [seeds[0]])
    const check = (_id: string, signal: AbortSignal) =>
      new Promise<void>((resolve) => {
        signal.addEventListener('abort', () => setImmediate(resolve))
      })
    const error = (await service.rotate({ name: 'old' }, to({ check, waveDeadlineMs: 300_000 })))._unsafeUnwrapErr()
    if (error.code !== 'incomplete') throw error
    expect(error.details.batch.failed[0]?.error).toMatchObject({ outcome: 'none' })
    expect(error.details.batch.failed[0]?.error.hint).toContain('attached to the instance again')
    expect(await instancesOf(world)).toEqual(['i-1 running old/old'])
  })

  it('throws a TypeError for mistakes of the programmer', async () => {
    const { service } = await rolloutOf({}, seeds)
    const wrong: RotateOptions = JSON.parse('{"name":"next"}')
    expect(() => service.rotate({ name: 'old' }, wrong)).toThrow(TypeError)
  })
})

describe('a rotation that is repeated without its checkpoint', () => {
  const again = async (world: readonly SeedInstance[], fault?: Fault) => {
    const generated = async () => material ?? generateKeyPair()
    const rollout = await rolloutOf({}, world, { testing: { generateKeyPair: generated } })
    let kept: Secret | undefined
    const save = Object.assign(async (key: Secret) => void (kept = key), { load: async () => kept })
    const rotate = () => rollout.service.rotate({ name: 'old' }, { name: 'next', save, bits: 2048 })
    if (fault !== undefined) await rollout.world.fault(fault)
    const first = await rotate()
    return { ...rollout, first, rotate }
  }

  it('restarts instances whose guests may not have the new key yet, before the delete of the replaced one', async () => {
    const { first, rotate, world } = await again(seeds, { on: 'reboot', kind: 'denied', skip: 1 })
    expect(first.isErr()).toBe(true)
    expect((await instancesOf(world))[1]).toBe('i-2 running next/old')
    expect((await rotate())._unsafeUnwrap()).toMatchObject({ removed: true, pendingRestart: [] })
    expect((await instancesOf(world)).slice(0, 3)).toEqual(seeds.slice(0, 3).map(({ id }) => `${id} running next/next`))
  })

  it('keeps the replaced key pair for instances that get the new one at the next start', async () => {
    const stopped = { id: 'i-2', keyPair: 'old', power: 'stopped' } as const
    const { first, rotate, world } = await again([seeds[0], stopped])
    const waiting = { removed: false, pendingRestart: ['i-2'] }
    expect(first._unsafeUnwrap()).toMatchObject(waiting)
    expect((await rotate())._unsafeUnwrap()).toMatchObject(waiting)
    expect(await instancesOf(world)).toEqual(['i-1 running next/next', 'i-2 stopped next/old'])
    expect(namesOf(await world.snapshot())).toContain('old')
  })
})

describe('the progress of a rotation', () => {
  const countsOf = async (check: RotationOptions['check'], world: Rollout) => {
    const counts: string[] = []
    const onProgress = ({ step, finished, total }: ProgressEvent) => void counts.push(`${step} ${finished}/${total}`)
    await world.service.rotate({ name: 'old' }, to({ check, onProgress }))
    return counts
  }

  it('continues its count after a rollback', async () => {
    const rollout = await rolloutOf(clouds['volcengine-like'] ?? {}, seeds)
    const counts = await countsOf(() => Promise.reject(new Error('no login')), rollout)
    expect(counts.slice(-3)).toEqual(['attaching 3/3', 'rebooting 3/3', 'finished 3/3'])
  })

  it('continues its count if more instances get the replaced key pair', async () => {
    const rollout = await rolloutOf(clouds['volcengine-like'] ?? {}, seeds.slice(0, 1))
    const check = async (id: string) => {
      if (id === 'i-1') await rollout.world.seedInstances([{ id: 'i-9', keyPair: 'old' }])
    }
    const counts = await countsOf(check, rollout)
    expect(counts.filter((count) => count.startsWith('finished'))).toEqual(['finished 1/1', 'finished 2/2'])
  })
})
