import { type Subject, VirtualClock } from '@cloud-keypair/conformance'
import { collect } from '@cloud-keypair/core'
import { describe, expect, test } from 'vitest'
import { alibabaEcsSubject } from './ecs-subject.js'
import { alibabaEnsSubject } from './ens-subject.js'

const worlds = [alibabaEcsSubject, alibabaEnsSubject].flatMap((subject) =>
  subject.variants.map((variant) => [subject.name, variant, subject] as const),
)
const idsOf = (prefix: string, count: number): string[] =>
  Array.from({ length: count }, (_, index) => `${prefix}-${String(index).padStart(4, '0')}`)

async function harnessOf(subject: Subject, variant: string): ReturnType<Subject['harness']> {
  const clock = new VirtualClock()
  const generateInCloud = (): never => {
    throw new Error('Nothing is generated in the cloud')
  }
  return subject.harness({ variant, clock, service: { testing: { clock, random: () => 0.5 } }, generateInCloud })
}

describe.each(worlds)('usages on %s, %s', (cloud, variant, subject) => {
  test.each([0, 1, 100, 101, 250])(
    'of %i instances are read with the key pair and one page for each 100 filtered instances',
    async (count) => {
      await using harness = await harnessOf(subject, variant)
      const { service, world } = harness
      await world.seedKeyPairs([{ name: 'deploy' }, { name: 'other' }])
      const ids = idsOf('i', count)
      await world.seedInstances(
        ids.map((id, index) => ({ id, power: index % 2 === 0 ? 'running' : 'stopped', keyPair: 'deploy' }) as const),
      )
      await world.seedInstances(idsOf('other', 30).map((id) => ({ id, keyPair: 'other' })))
      const usages = (await collect(service.usages({ name: 'deploy' }), { max: 1000 }))._unsafeUnwrap()
      const found = usages.toSorted((one, other) => (one.instanceId < other.instanceId ? -1 : 1))
      expect(found).toEqual(
        ids.map((instanceId, index) => {
          return { instanceId, power: index % 2 === 0 ? 'running' : 'stopped', matchedBy: 'name' }
        }),
      )
      // ECS filters by the name of the key pair, ENS by nothing.
      const filtered = cloud === 'alibaba-ecs' ? count : count + 30
      expect((await world.calls()).length).toBeLessThanOrEqual(Math.max(1, Math.ceil(filtered / 100)) + 1)
    },
  )
})
