import { VirtualClock } from '@cloud-keypair/conformance'
import { collect } from '@cloud-keypair/core'
import { describe, expect, test } from 'vitest'
import { volcengineSubject } from './subject.js'

const idsOf = (prefix: string, count: number): string[] =>
  Array.from({ length: count }, (_, index) => `${prefix}-${String(index).padStart(4, '0')}`)

describe.each(volcengineSubject.variants)('usages, %s', (variant) => {
  test.each([0, 1, 100, 101, 250])(
    'of %i instances are read with the key pair and one page for each 100 filtered instances',
    async (count) => {
      const clock = new VirtualClock()
      const generateInCloud = (): never => {
        throw new Error('Nothing is generated in the cloud')
      }
      const options = { variant, clock, service: { testing: { clock, random: () => 0.5 } }, generateInCloud }
      await using harness = await volcengineSubject.harness(options)
      const { service, world } = harness
      await world.seedKeyPairs([{ name: 'deploy' }, { name: 'deploy-2' }])
      const ids = idsOf('i', count)
      await world.seedInstances(
        ids.map((id, index) => ({ id, power: index % 2 === 0 ? 'running' : 'stopped', keyPair: 'deploy' }) as const),
      )
      await world.seedInstances(idsOf('other', 30).map((id) => ({ id, keyPair: 'deploy-2' })))
      const usages = (await collect(service.usages({ name: 'deploy' }), { max: 1000 }))._unsafeUnwrap()
      const found = usages.toSorted((one, other) => (one.instanceId < other.instanceId ? -1 : 1))
      expect(found).toEqual(
        ids.map((instanceId, index) => {
          return { instanceId, power: index % 2 === 0 ? 'running' : 'stopped', matchedBy: 'id' }
        }),
      )
      // A fuzzy filter by name also returns the instances of the other key pair.
      const filtered = variant.includes('instances by a fuzzy name') ? count + 30 : count
      expect((await world.calls()).length).toBeLessThanOrEqual(Math.max(1, Math.ceil(filtered / 100)) + 1)
    },
  )
})
