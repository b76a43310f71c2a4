import { describe, expect, it } from 'vitest'
import type { Checkpoint, CheckpointInstance, CheckpointUpdate } from '../../src/contract/checkpoint.js'
import { checkpointOf, publicKey } from '../rotation/next-key-pair.js'
import { batchOf, fates, resumeOf, shown, smallCloud } from '../small-cloud.js'

const now = { takeEffect: 'now' } as const
const deploy = { name: 'new' } as const
const old = { keyPair: shown('old') } as const
const several = { ...old, alsoBound: [shown('other')] } as const
const ids = ['i-1', 'i-2', 'i-3']

interface Saved {
  readonly checkpoint: Checkpoint
  readonly update: CheckpointUpdate
}

interface Keeper {
  readonly saved: Saved[]
  readonly onCheckpoint: (...given: [Checkpoint, CheckpointUpdate]) => Promise<void>
}

/** Makes a callback that keeps copies of what it is given. */
function keeping(): Keeper {
  const saved: Saved[] = []
  return {
    saved,
    onCheckpoint: async (checkpoint, update) => void saved.push(structuredClone({ checkpoint, update })),
  }
}

/** Makes a callback that tries to edit every object that it is given, after it kept copies of them. */
function editing(): Keeper {
  const { saved, onCheckpoint } = keeping()
  const edit = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return
    for (const inner of Object.values(value)) edit(inner)
    for (const field of Object.keys(value)) Reflect.set(value, field, 'edited')
    Reflect.set(value, 'step', 'done')
  }
  return {
    saved,
    onCheckpoint: async (checkpoint, update) => {
      await onCheckpoint(checkpoint, update)
      edit(checkpoint)
      edit(update)
    },
  }
}

describe('a callback that edits its checkpoint', () => {
  /** Runs the same work twice, with a callback that edits and one that does not. Each has its own objects. */
  const runs = async (work: (onCheckpoint: Keeper['onCheckpoint']) => Promise<unknown>): Promise<unknown[]> => {
    const results: unknown[] = []
    for (const { saved, onCheckpoint } of [keeping(), editing()]) results.push([await work(onCheckpoint), saved])
    return results
  }

  it('changes neither the later ones nor the change', async () => {
    const [expected, edited] = await runs(async (onCheckpoint) => {
      const seeds = { 'i-1': several, 'i-2': old, 'i-3': { power: 'stopped' } } as const
      const { service, sent, instances } = smallCloud(structuredClone(seeds))
      const { items } = batchOf(await service.attach(deploy, ids, { ...now, onCheckpoint }))
      return [items, sent, [...instances.values()]]
    })
    expect(edited).toEqual(expected)
  })

  it('does not change the later ones of a resume, or the checkpoint that was given', async () => {
    const was = { power: 'running', ...several, step: 'done' } as const
    const resume = resumeOf({ id: 'i-1', ...was }, { id: 'i-2', power: 'running', ...old, step: 'waiting' })
    const [expected, edited] = await runs(async (onCheckpoint) => {
      const given = structuredClone(resume)
      const { service } = smallCloud(structuredClone({ 'i-1': { keyPair: shown('new') }, 'i-2': old }))
      const { items } = batchOf(await service.attach(deploy, ['i-1', 'i-2'], { ...now, onCheckpoint, resume: given }))
      return [items, given]
    })
    expect(edited).toEqual(expected)
  })

  it('does not change the later ones of a rotation', async () => {
    const [expected, edited] = await runs(async (onCheckpoint) => {
      const { service, sent } = smallCloud(structuredClone({ 'i-1': several, 'i-2': old }))
      const rotated = await service.rotate({ name: 'old' }, { name: 'next', publicKey, onCheckpoint })
      return [batchOf(rotated).items, sent]
    })
    expect(edited).toEqual(expected)
  })
})

describe('a checkpoint', () => {
  it('has all key pairs that an instance had bound, and no field without a value', async () => {
    const { saved, onCheckpoint } = keeping()
    const { service, keyPairs } = smallCloud({ 'i-1': several, 'i-2': old })
    keyPairs.set('new', { name: 'new' })
    batchOf(await service.attach(deploy, ['i-1', 'i-2'], { ...now, onCheckpoint }))
    expect(saved.at(-1)?.checkpoint).toStrictEqual({
      ...resumeOf(),
      keyPair: { name: 'new' },
      instances: [
        { id: 'i-1', power: 'running', ...several, step: 'done' },
        { id: 'i-2', power: 'running', ...old, step: 'done' },
      ],
    })
  })

  it('with several key pairs of an instance lets a resume tell them from those of somebody else', async () => {
    const { service, sent } = smallCloud({ 'i-1': { ...several, power: 'stopped' } })
    const resume = resumeOf({ id: 'i-1', power: 'running', ...several, step: 'in-progress' })
    const batch = batchOf(await service.attach(deploy, ['i-1'], { ...now, resume }))
    expect(fates(batch)).toEqual(['i-1 changed now'])
    expect(batch.succeeded[0]?.replaced).toEqual(shown('old'))
    expect(sent).toEqual(['attach i-1', 'start i-1'])
  })

  it('of a resume says of an instance that was started since that it must run', async () => {
    const { saved, onCheckpoint } = keeping()
    const { service } = smallCloud({ 'i-1': old })
    const resume = resumeOf({ id: 'i-1', power: 'stopped', ...old, step: 'in-progress' })
    expect(fates(batchOf(await service.attach(deploy, ['i-1'], { ...now, resume, onCheckpoint })))).toEqual([
      'i-1 changed now',
    ])
    const entryOf = ({ checkpoint }: Saved): CheckpointInstance | undefined => checkpoint.instances[0]
    expect(saved.map((one) => [entryOf(one)?.power, entryOf(one)?.step])).toEqual([
      ['running', 'in-progress'],
      ['running', 'done'],
    ])
  })

  it('of a resumed rotation names each change once', async () => {
    const { saved, onCheckpoint } = keeping()
    const { service, keyPairs } = smallCloud({ 'i-1': old, 'i-2': old })
    keyPairs.set('next', { name: 'next', id: 'kp-next', publicKey })
    const was = { power: 'running', step: 'waiting' } as const
    const resume = checkpointOf([
      { id: 'i-1', ...was, ...old },
      { id: 'i-2', ...was, ...old },
    ])
    const options = { name: 'next', publicKey, onCheckpoint, resume, maxUnavailable: 2 }
    const batch = batchOf(await service.rotate({ name: 'old' }, options))
    expect(fates(batch)).toEqual(['i-1 changed now', 'i-2 changed now'])
    const changes = saved.map(({ update }) => update.changed.map(({ id, step }) => `${id} ${step}`))
    expect(changes).toEqual([
      ['i-1 waiting', 'i-2 waiting'],
      [],
      ['i-1 in-progress'],
      ['i-1 done'],
      ['i-2 in-progress'],
      ['i-2 done'],
    ])
  })
})
