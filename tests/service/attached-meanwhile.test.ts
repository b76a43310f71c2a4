import { createKeyPairService, type KeyPairDriver } from '@cloud-keypair/core/driver'
import { expect, it } from 'vitest'
import { clouds, instancesOf, rolloutOf } from './rollout.js'

const context = { signal: new AbortController().signal, token: 'of another', trace: () => {} }

it('an instance that gets another key pair between the detach and the attach is started with it', async () => {
  const traits = clouds['ens-like, says that it refuses'] ?? {}
  const { driver, world, clock } = await rolloutOf(traits, [{ id: 'i-1', keyPair: 'old' }])
  let isTaken = false
  const disturbed: KeyPairDriver = {
    ...driver,
    doAttachKeyPair: async (request, call) => {
      if (!isTaken) {
        isTaken = true
        const keyPair = { by: 'name', name: 'other' } as const
        await driver.doAttachKeyPair({ keyPair, instanceIds: ['i-1'] }, context)
      }
      return driver.doAttachKeyPair(request, call)
    },
  }
  const service = createKeyPairService(disturbed, { testing: { clock, random: () => 0.5 } })
  const before = clock.now()
  const error = (await service.attach({ name: 'new' }, ['i-1'], { takeEffect: 'now' }))._unsafeUnwrapErr()
  if (error.code !== 'incomplete') throw error
  const { failed, leftStopped } = error.details.batch
  expect(leftStopped).toEqual([])
  expect(failed[0]?.error).toMatchObject({ code: 'conflict', outcome: 'partial' })
  expect(failed[0]?.error.hint).toContain('another key pair')
  expect(await instancesOf(world)).toEqual(['i-1 running other/other'])
  expect(clock.now() - before).toBeLessThan(120_000)
})
