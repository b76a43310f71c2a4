import { VirtualClock } from '@cloud-keypair/conformance'
import type { Checkpoint } from '@cloud-keypair/core'
import { createKeyPairService } from '@cloud-keypair/core/driver'
import { createMemoryCloud, memoryVariants } from '@cloud-keypair/memory'
import { expect, test } from 'vitest'

const ids = ['i-1', 'i-2']
const variants = [
  ['usual', {}],
  ['stopped only', memoryVariants['stopped only']],
  ['ens-like', memoryVariants['ens-like']],
] as const

test.each(variants)('%s: a resume leaves the key pair that somebody gave to a finished instance', async (_, traits) => {
  const clock = new VirtualClock()
  const { driver, world } = createMemoryCloud({ clock, traits })
  await world.seedKeyPairs([{ name: 'old' }, { name: 'new' }, { name: 'other' }])
  await world.seedInstances(ids.map((id) => ({ id, keyPair: 'old' })))
  const keyPairs = createKeyPairService(driver, { testing: { clock } })
  let resume: Checkpoint | undefined
  const work = () =>
    keyPairs.attach({ name: 'new' }, ids, {
      takeEffect: 'now',
      ...(resume && { resume }),
      onCheckpoint: async (checkpoint) => {
        resume = structuredClone(checkpoint)
      },
    })
  expect((await work()).isOk()).toBe(true)
  const others = createKeyPairService(driver, { testing: { clock } })
  expect((await others.attach({ name: 'other' }, ['i-1'], { takeEffect: 'now' })).isOk()).toBe(true)

  // The second time, the checkpoint is that of the first resume.
  for (const time of [1, 2]) {
    const error = (await work())._unsafeUnwrapErr()
    if (error.code !== 'incomplete') throw error
    expect(error.details.batch.items, `resume ${time}`).toMatchObject([
      { id: 'i-1', status: 'failed', error: { code: 'conflict', outcome: 'none' } },
      { id: 'i-2', status: 'succeeded' },
    ])
    expect((await world.snapshot()).instances).toMatchObject([
      { id: 'i-1', power: 'running', bound: 'other' },
      { id: 'i-2', power: 'running', bound: 'new' },
    ])
  }
})
