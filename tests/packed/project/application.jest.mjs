import { createKeyPairService } from '@cloud-keypair/core/driver'
import { createMemoryCloud } from '@cloud-keypair/memory'

test('an instance that runs Windows is refused, and the other one gets the key pair', async () => {
  const { driver, world } = createMemoryCloud()
  await world.seedKeyPairs([{ name: 'deploy' }])
  await world.seedInstances([{ id: 'i-1' }, { id: 'i-2', kind: 'windows' }])

  const attached = await createKeyPairService(driver).attach({ name: 'deploy' }, ['i-1', 'i-2'])

  expect(attached.isErr() && attached.error.code).toBe('incomplete')
  const { instances } = await world.snapshot()
  expect(instances.map(({ id, bound }) => [id, bound])).toEqual([
    ['i-1', 'deploy'],
    ['i-2', null],
  ])
})
