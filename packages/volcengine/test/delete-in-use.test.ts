import { VirtualClock } from '@cloud-keypair/conformance'
import { expect, test } from 'vitest'
import { volcengineSubject } from './subject.js'

test.each(volcengineSubject.variants)(
  'a key pair in use is detached from all and deleted, and is never deleted anyway: %s',
  async (variant) => {
    const clock = new VirtualClock()
    const generateInCloud = (): never => {
      throw new Error('Nothing is generated in the cloud')
    }
    const options = { variant, clock, service: { clock, random: () => 0.5 }, generateInCloud }
    await using harness = await volcengineSubject.harness(options)
    const { service, world } = harness
    await world.seedKeyPairs([{ name: 'deploy' }, { name: 'deploy-2' }])
    await world.seedInstances([
      ...['i-1', 'i-2'].map((id) => ({ id, keyPair: 'deploy' })),
      { id: 'i-other', keyPair: 'deploy-2' },
    ])
    const anyway = await service.delete({ name: 'deploy' }, { ifInUse: 'delete-anyway' })
    expect(anyway._unsafeUnwrapErr().code).toBe('unsupported')
    expect(await world.calls()).toEqual([])

    const deleted = (await service.delete({ name: 'deploy' }, { ifInUse: 'detach' }))._unsafeUnwrap()
    expect(deleted.detached?.map(({ id }) => id)).toEqual(['i-1', 'i-2'])
    const { keyPairs, instances } = await world.snapshot()
    expect(keyPairs.map(({ name }) => name)).toEqual(['deploy-2'])
    expect(instances.map(({ bound }) => bound)).toEqual([null, null, 'deploy-2'])
  },
)
