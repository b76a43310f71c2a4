import { VirtualClock } from '@cloud-keypair/conformance'
import { createKeyPairService } from '@cloud-keypair/core/driver'
import { createMemoryCloud, memoryVariants } from '@cloud-keypair/memory'
import { afterEach, expect, test, vi } from 'vitest'

const ids = ['i-1']

async function service() {
  const clock = new VirtualClock()
  const { driver, world } = createMemoryCloud({ clock, traits: memoryVariants['stopped only'] })
  await world.seedKeyPairs([{ name: 'new' }])
  await world.seedInstances(ids.map((id) => ({ id })))
  return { keyPairs: createKeyPairService(driver, { testing: { clock } }), world }
}

afterEach(() => vi.restoreAllMocks())

test('an instance whose start mayCall refuses is aborted, and named', async () => {
  const { keyPairs } = await service()
  let asked = 0
  const refused = await keyPairs.attach({ name: 'new' }, ids, { takeEffect: 'now', mayCall: () => (asked += 1) < 3 })
  const error = refused._unsafeUnwrapErr()
  if (error.code !== 'incomplete') throw error
  expect(error.details.batch.items).toMatchObject([
    { status: 'failed', error: { code: 'aborted', outcome: 'partial' } },
  ])
  expect('leftStopped' in error.details.batch && error.details.batch.leftStopped).toEqual(ids)
})

test('a mayCall that rejects refuses, and its rejection is a warning', async () => {
  const { keyPairs, world } = await service()
  const warned = vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined)
  const mayCall = async (): Promise<never> => {
    throw new Error('not a boolean')
  }
  const attached: unknown = await Reflect.apply(keyPairs.attach, keyPairs, [{ name: 'new' }, ids, { mayCall }])
  expect(attached).toMatchObject({ error: { code: expect.stringMatching(/aborted|incomplete/) } })
  expect((await world.snapshot()).instances).toMatchObject([{ bound: null }])
  expect(warned.mock.calls.map(([text]) => text)).toEqual([expect.stringContaining('mayCall failed: not a boolean')])
})
