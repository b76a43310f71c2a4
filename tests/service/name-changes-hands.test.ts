import type { Checkpoint, KeyPairError, RotationOptions } from '@cloud-keypair/core'
import { beforeAll, describe, expect, it } from 'vitest'
import { changesOf, clouds, instancesOf, type Rollout, rolloutOf } from './rollout.js'
import { rsaKey } from '../support/rsa-keys.js'

const seeds = [
  { id: 'i-1', keyPair: 'old' },
  { id: 'i-2', keyPair: 'old' },
  { id: 'i-3', keyPair: 'old', power: 'stopped' },
] as const
const unchanged = ['i-1 running old/old', 'i-2 running old/old', 'i-3 stopped old/old']
let calls = 0
const context = {
  signal: new AbortController().signal,
  trace: () => {},
  get token() {
    return `by another ${(calls += 1)}`
  },
}

let publicKey = ''
beforeAll(async () => {
  publicKey = rsaKey().publicKey.line
})

/** Deletes a key pair, and imports a stranger's key under its name. */
async function takeName({ driver, world }: Rollout, name: string): Promise<void> {
  const deleted = await driver.doDeleteKeyPairs([{ name }], context)
  expect(deleted._unsafeUnwrap()).toEqual([{ id: name, ok: true }])
  await world.seedKeyPairs([{ name }])
}

/** Rotates; at the first checkpoint that fits, somebody else takes the new name. */
async function rotateWhile(
  rollout: Rollout,
  isTime: (checkpoint: Checkpoint) => boolean,
  more: Partial<RotationOptions> = {},
): Promise<{ readonly error: KeyPairError; readonly checkpoint: Checkpoint | undefined }> {
  let checkpoint: Checkpoint | undefined
  const onCheckpoint = async (latest: Checkpoint): Promise<void> => {
    if (checkpoint === undefined && isTime(latest)) await takeName(rollout, 'next')
    if (isTime(latest)) checkpoint = latest
  }
  const rotated = await rollout.service.rotate({ name: 'old' }, { ...more, name: 'next', publicKey, onCheckpoint })
  return { error: rotated._unsafeUnwrapErr(), checkpoint }
}

const isMade = ({ keyPair }: Checkpoint): boolean => keyPair.fingerprint !== undefined
const isBegun = ({ instances }: Checkpoint): boolean => instances.some(({ step }) => step === 'in-progress')
const isBegunWith =
  (id: string) =>
  ({ instances }: Checkpoint): boolean =>
    instances.some((one) => one.id === id && one.step === 'in-progress')

const keyPairNames = async ({ world }: Rollout): Promise<readonly string[]> =>
  (await world.snapshot()).keyPairs.map(({ name }) => name)

describe('a rotation to a name that comes to mean another key', () => {
  it('changes no instance if the name changes hands before the first wave', async () => {
    const rollout = await rolloutOf(clouds['ecs-like'] ?? {}, seeds)
    const { error } = await rotateWhile(rollout, isMade)
    expect(error).toMatchObject({ code: 'conflict', outcome: 'partial' })
    expect(await instancesOf(rollout.world)).toEqual(unchanged)
    expect(await changesOf(rollout.world)).toEqual(['import', 'delete next'])
    expect(await keyPairNames(rollout)).toContain('old')
  })

  it.each([
    ['the first wave', 'i-1', ['failed conflict none', 'failed conflict none', 'failed conflict none']],
    ['the last wave', 'i-3', ['failed conflict none', 'failed conflict none', 'failed conflict none']],
  ])('rolls back every instance if the name changes hands in %s', async (_, id, items) => {
    // Nothing is bound to the name while it is taken.
    const world = id === 'i-1' ? seeds : seeds.filter((seed) => seed.id === id)
    const rollout = await rolloutOf(clouds['ecs-like'] ?? {}, world)
    const { error } = await rotateWhile(rollout, isBegunWith(id))
    if (error.code !== 'incomplete') throw error
    const said = error.details.batch.items.map((item) =>
      item.status === 'succeeded' ? item.status : `${item.status} ${item.error.code} ${item.error.outcome}`,
    )
    expect(said).toEqual(items.slice(0, world.length))
    expect(error.hint).not.toContain('The new key pair exists')
    expect('leftStopped' in error.details.batch && error.details.batch.leftStopped).toEqual([])
    expect(await instancesOf(rollout.world)).toEqual(
      unchanged.filter((text) => world.some((one) => text.startsWith(one.id))),
    )
    expect(await keyPairNames(rollout)).toContain('old')
    // Only the wave in which the name was taken was begun: before each wave the key is compared.
    const calls = await changesOf(rollout.world)
    expect(calls.filter((call) => /^(?:attach|reboot) /.test(call) && !call.endsWith(id))).toEqual([])
  })

  it('keeps the replaced key pair if the name changes hands and no instance has it', async () => {
    const rollout = await rolloutOf(clouds['ecs-like'] ?? {}, [])
    const { error } = await rotateWhile(rollout, isMade)
    expect(error).toMatchObject({ code: 'conflict', outcome: 'partial' })
    expect(await keyPairNames(rollout)).toContain('old')
  })

  it('reports that the replaced key pair changed hands too', async () => {
    const rollout = await rolloutOf({ ...clouds['ecs-like'], deleteAfterDetach: 'at-once' }, seeds.slice(0, 1))
    const restart = async (): Promise<void> => {
      await rollout.driver.doDetachKeyPair({ keyPair: { by: 'name', name: 'next' }, instanceIds: ['i-1'] }, context)
      await takeName(rollout, 'next')
      await takeName(rollout, 'old')
      await rollout.driver.doAttachKeyPair({ keyPair: { by: 'name', name: 'next' }, instanceIds: ['i-1'] }, context)
    }
    const { error } = await rotateWhile(rollout, () => false, { check: restart })
    if (error.code !== 'incomplete') throw error
    expect(error.details.batch.failed[0]?.error).toMatchObject({ code: 'conflict', outcome: 'partial' })
    expect(error.details.batch.failed[0]?.error.hint).toContain('could not be attached again')
    expect(await instancesOf(rollout.world)).toEqual(['i-1 running next/next'])
  })

  it('leaves a key pair that got the name of the replaced one', async () => {
    const rollout = await rolloutOf({ ...clouds['ecs-like'], deleteAfterDetach: 'at-once' }, seeds.slice(0, 1))
    const check = () => takeName(rollout, 'old')
    const { error } = await rotateWhile(rollout, () => false, { check })
    expect(error).toMatchObject({ code: 'conflict', outcome: 'partial' })
    expect(await keyPairNames(rollout)).toContain('old')
    expect(await instancesOf(rollout.world)).toEqual(['i-1 running next/next'])
  })
})

describe('a rotation that is resumed after its name changed hands', () => {
  it.each([
    ['before its first wave', isMade, 'conflict', 'none'],
    ['in its first wave', isBegun, 'incomplete', 'partial'],
  ] as const)('leaves no guest with the key of a stranger: %s', async (_, isTime, code, outcome) => {
    const rollout = await rolloutOf(clouds['ecs-like'] ?? {}, seeds)
    let checkpoint: Checkpoint | undefined
    const onCheckpoint = async (latest: Checkpoint): Promise<void> => {
      if (checkpoint !== undefined) return new Promise(() => {})
      if (!isTime(latest)) return
      checkpoint = latest
      throw new Error('cut off')
    }
    await rollout.service.rotate({ name: 'old' }, { name: 'next', publicKey, onCheckpoint, deadlineMs: 60_000 })
    await takeName(rollout, 'next')
    // The calls of the killed run are carried out.
    if (isBegun(checkpoint ?? expect.fail())) {
      const keyPair = { by: 'name', name: 'next' } as const
      await rollout.driver.doAttachKeyPair({ keyPair, instanceIds: ['i-1'] }, context)
      await rollout.driver.doRebootInstances({ instanceIds: ['i-1'], force: false }, context)
      await rollout.world.settle()
      expect((await instancesOf(rollout.world))[0]).toBe('i-1 running next/next')
    }
    const options = { name: 'next', publicKey, resume: checkpoint }
    const error = (await rollout.service.rotate({ name: 'old' }, options))._unsafeUnwrapErr()
    expect(error).toMatchObject({ code, outcome })
    expect(await instancesOf(rollout.world)).toEqual(unchanged)
    expect(await keyPairNames(rollout)).toContain('old')
  })

  it('starts the instances that the earlier run stopped, with the replaced key pair', async () => {
    const rollout = await rolloutOf({ ...clouds['ecs-like'], power: ['stopped'] }, seeds)
    let checkpoint: Checkpoint | undefined
    const onCheckpoint = async (latest: Checkpoint): Promise<void> => {
      if (checkpoint !== undefined || !isBegun(latest)) return
      checkpoint = latest
      throw new Error('cut off')
    }
    await rollout.service.rotate({ name: 'old' }, { name: 'next', publicKey, onCheckpoint })
    await takeName(rollout, 'next')
    await rollout.driver.doStopInstances({ instanceIds: ['i-1'], force: false }, context)
    await rollout.world.settle()
    const keyPair = { by: 'name', name: 'next' } as const
    await rollout.driver.doAttachKeyPair({ keyPair, instanceIds: ['i-1'] }, context)
    expect((await instancesOf(rollout.world))[0]).toBe('i-1 stopped next/old')
    const options = { name: 'next', publicKey, resume: checkpoint }
    const error = (await rollout.service.rotate({ name: 'old' }, options))._unsafeUnwrapErr()
    if (error.code !== 'incomplete') throw error
    expect('leftStopped' in error.details.batch && error.details.batch.leftStopped).toEqual([])
    expect(await instancesOf(rollout.world)).toEqual(unchanged)
  })
})

describe("an attach that takes effect 'now'", () => {
  it('starts no further wave once the name means another key', async () => {
    const rollout = await rolloutOf({ ...clouds['ecs-like'], deleteAfterDetach: 'at-once' }, seeds)
    const check = async (): Promise<void> => {
      await rollout.driver.doDetachKeyPair({ keyPair: { by: 'name', name: 'new' }, instanceIds: ['i-1'] }, context)
      await takeName(rollout, 'new')
    }
    const options = { takeEffect: 'now', check } as const
    const error = (await rollout.service.attach({ name: 'new' }, ['i-1', 'i-2'], options))._unsafeUnwrapErr()
    if (error.code !== 'incomplete') throw error
    expect(error.details.batch.failed.map((item) => [item.id, item.error.code])).toEqual([['i-2', 'conflict']])
    expect((await instancesOf(rollout.world))[1]).toBe('i-2 running old/old')
  })

  it('uses the id of the first read, if the cloud resolves ids', async () => {
    const rollout = await rolloutOf(clouds['volcengine-like'] ?? {}, seeds)
    const check = async (): Promise<void> => {
      const [found] = (
        await rollout.driver.doDescribeKeyPairs(
          { kind: 'exact', keyPairs: [{ by: 'name', name: 'new' }], cursor: undefined },
          context,
        )
      )._unsafeUnwrap().items
      const id = found?.id ?? ''
      await rollout.driver.doDetachKeyPair({ keyPair: { by: 'id', id }, instanceIds: ['i-1'] }, context)
      await rollout.driver.doDeleteKeyPairs([{ name: 'new', id }], context)
      await rollout.world.seedKeyPairs([{ name: 'new' }])
    }
    const options = { takeEffect: 'now', check } as const
    const error = (await rollout.service.attach({ name: 'new' }, ['i-1', 'i-2'], options))._unsafeUnwrapErr()
    if (error.code !== 'incomplete') throw error
    expect(error.details.batch.failed.map((item) => [item.id, item.error.code])).toEqual([['i-2', 'not-found']])
    expect((await instancesOf(rollout.world))[1]).toBe('i-2 running old/old')
  })
})

describe('a rotation to a key pair that somebody deletes, on a cloud that goes by id', () => {
  // A cloud that refuses an attach over another key pair keeps the name of the deleted one: no instance gets the other back.
  it.each([
    ['volcengine-like', 'old'],
    ['ens-like, replaces', 'old'],
    ['ens-like, refuses', 'next'],
  ])('keeps the replaced key pair, and says conflict: %s', async (cloud, bound) => {
    const rollout = await rolloutOf({ ...clouds[cloud], refusesInUse: false }, seeds)
    const { driver, service, world } = rollout
    let isDeleted = false
    const onCheckpoint = async ({ keyPair, instances }: Checkpoint): Promise<void> => {
      if (isDeleted || instances.length === 0 || instances.some(({ step }) => step !== 'done')) return
      isDeleted = true
      expect((await driver.doDeleteKeyPairs([keyPair], context)).isOk()).toBe(true)
    }
    const error = (await service.rotate({ name: 'old' }, { name: 'next', publicKey, onCheckpoint }))._unsafeUnwrapErr()
    if (error.code !== 'incomplete') throw error
    expect(error.details.batch.failed.map((item) => item.error.code)).toEqual(['conflict', 'conflict', 'conflict'])
    await world.settle()
    expect(await keyPairNames(rollout)).toEqual(['new', 'old', 'other'])
    const instances = await instancesOf(world)
    expect(instances.map((text) => text.split(' ')[1])).toEqual(['running', 'running', 'stopped'])
    expect(instances.every((text) => text.includes(` ${bound}/`))).toBe(true)
  })
})
