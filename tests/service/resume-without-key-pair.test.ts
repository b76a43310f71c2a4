import type { Checkpoint, KeyPairError } from '@cloud-keypair/core'
import { type MemoryTraits, memoryVariants } from '@cloud-keypair/memory'
import { describe, expect, it } from 'vitest'
import { changesOf, clouds, instancesOf, type Rollout, rolloutOf } from './rollout.js'

const now = { takeEffect: 'now' } as const
const seeds = [
  { id: 'i-1', keyPair: 'old' },
  { id: 'i-2', keyPair: 'old' },
] as const
const ids = seeds.map(({ id }) => id)

/** Makes a cloud in which a killed run stopped `i-1`, and returns its checkpoint. */
async function cutOff(
  traits: Partial<MemoryTraits> = {},
  operation: 'attach' | 'detach' = 'attach',
): Promise<Rollout & { readonly checkpoint: Checkpoint }> {
  const rollout = await rolloutOf(traits, seeds)
  let checkpoint: Checkpoint | undefined
  const onCheckpoint = async (latest: Checkpoint): Promise<void> => {
    checkpoint ??= latest
    throw new Error('cut off')
  }
  const name = operation === 'attach' ? 'new' : 'old'
  await rollout.service[operation]({ name }, ids, { ...now, onCheckpoint })
  const context = { signal: new AbortController().signal, token: '', trace: () => {} }
  await rollout.driver.doStopInstances({ instanceIds: ['i-1'], force: false }, context)
  await rollout.world.settle()
  if (checkpoint === undefined) throw new Error('There is no checkpoint')
  return { ...rollout, checkpoint }
}

const codesOf = (error: KeyPairError): readonly string[] =>
  error.code === 'incomplete' ? error.details.batch.failed.map((item) => `${item.id} ${item.error.code}`) : []

describe.each(Object.keys(clouds))('a resume whose key pair was deleted, %s', (cloud) => {
  it('starts the stopped instances', async () => {
    const { service, world, checkpoint } = await cutOff(clouds[cloud])
    await service.delete({ name: 'new' })
    await world.forgetCalls()
    const error = (await service.attach({ name: 'new' }, ids, { ...now, resume: checkpoint }))._unsafeUnwrapErr()
    expect(error).toMatchObject({ code: 'incomplete' })
    expect(error.code === 'incomplete' && error.details.batch.leftStopped).toEqual([])
    expect(codesOf(error)).toEqual(['i-1 not-found', 'i-2 not-found'])
    expect(await changesOf(world)).toEqual(['start i-1'])
    expect(await instancesOf(world)).toEqual(['i-1 running old/old', 'i-2 running old/old'])
  })
})

it('a resumed detach starts the stopped instances too, also if the key pair cannot be read', async () => {
  const { service, world, checkpoint } = await cutOff(clouds['ens-like, replaces'], 'detach')
  await world.fault({ on: 'lookup', kind: 'denied' })
  const error = (await service.detach({ name: 'old' }, ids, { ...now, resume: checkpoint }))._unsafeUnwrapErr()
  expect(codesOf(error)).toEqual(['i-1 permission-denied', 'i-2 permission-denied'])
  expect(await instancesOf(world)).toEqual(['i-1 running old/old', 'i-2 running old/old'])
})

it('a resume starts the stopped instances if namesakes cannot be read', async () => {
  const { service, world, checkpoint } = await cutOff(memoryVariants['names repeat, instances name no id'])
  await world.fault({ on: 'lookup', kind: 'denied', skip: 1 })
  const { id = '' } = checkpoint.keyPair
  const error = (await service.attach({ id }, ids, { ...now, resume: checkpoint }))._unsafeUnwrapErr()
  expect(codesOf(error)).toEqual(['i-1 permission-denied', 'i-2 permission-denied'])
  expect(await instancesOf(world)).toEqual(['i-1 running old/old', 'i-2 running old/old'])
})

it('a resume changes nothing for a checkpoint of another key pair, of more instances, or without progress', async () => {
  const { service, world, checkpoint } = await cutOff(clouds['ens-like, replaces'])
  await world.forgetCalls()
  const other = await service.attach({ name: 'gone' }, ids, { ...now, resume: checkpoint })
  expect(other._unsafeUnwrapErr().code).toBe('conflict')
  const fewer = await service.attach({ name: 'gone' }, ['i-2'], {
    ...now,
    resume: { ...checkpoint, keyPair: { name: 'gone' } },
  })
  expect(fewer._unsafeUnwrapErr().code).toBe('conflict')
  const waiting = checkpoint.instances.map((instance) => ({ ...instance, step: 'waiting' as const }))
  const none = await service.attach({ name: 'gone' }, ids, { ...now, resume: { ...checkpoint, instances: waiting } })
  expect(none._unsafeUnwrapErr()).toMatchObject({ code: 'not-found', outcome: 'none' })
  expect(await changesOf(world)).toEqual([])
})

it.each(['attach', 'detach'] as const)(
  'a resumed %s of no instances does not say Ok over a stopped one',
  async (call) => {
    const { service, world, checkpoint } = await cutOff(clouds['ens-like, replaces'], call)
    const name = call === 'attach' ? 'new' : 'old'
    const error = (await service[call]({ name }, [], { ...now, resume: checkpoint }))._unsafeUnwrapErr()
    expect(error).toMatchObject({ code: 'conflict', outcome: 'none' })
    expect(error.message).toContain('i-1')
    expect((await instancesOf(world))[0]).toContain(' stopped ')
  },
)
