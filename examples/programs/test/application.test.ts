import { createKeyPairService } from '@cloud-keypair/core/driver'
import { createMemoryCloud } from '@cloud-keypair/memory'
import { expect, it } from 'vitest'
import { equip } from '../src/application.js'

it('names the instances that have another key pair or did not answer', async () => {
  const { driver, world } = createMemoryCloud()
  await world.seedKeyPairs([{ name: 'team' }, { name: 'other' }])
  await world.seedInstances([{ id: 'i-1' }, { id: 'i-2', keyPair: 'other' }, { id: 'i-3', kind: 'windows' }])

  const left = await equip(createKeyPairService(driver), ['i-1', 'i-2', 'i-3'])

  expect(left).toEqual(['i-2: conflict', 'i-3: instance-unsupported'])
  const { instances } = await world.snapshot()
  expect(instances[0]).toMatchObject({ id: 'i-1', bound: 'team' })
})
