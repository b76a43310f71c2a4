import { type Harness, type Subject, VirtualClock } from '@cloud-keypair/conformance'
import { describe, expect, test } from 'vitest'
import { alibabaEcsSubject } from './ecs-subject.js'
import { alibabaEnsSubject } from './ens-subject.js'

async function harnessOf(subject: Subject, variant: string): Promise<Harness> {
  const clock = new VirtualClock()
  const generateInCloud = (): never => {
    throw new Error('Nothing is generated in the cloud')
  }
  const harness = await subject.harness({ variant, clock, service: { clock, random: () => 0.5 }, generateInCloud })
  await harness.world.seedKeyPairs([{ name: 'deploy' }, { name: 'other' }])
  await harness.world.seedInstances([
    ...['i-1', 'i-2'].map((id) => ({ id, power: 'stopped', keyPair: 'deploy' }) as const),
    { id: 'i-other', power: 'stopped', keyPair: 'other' },
  ])
  return harness
}

const worlds = [alibabaEcsSubject, alibabaEnsSubject].flatMap((subject) =>
  subject.variants.map((variant) => [subject.name, variant, subject] as const),
)

describe.each(worlds)('a key pair in use on %s, %s', (_cloud, variant, subject) => {
  test('is detached from all and deleted, or, of another, deleted all the same where the cloud lets', async () => {
    await using harness = await harnessOf(subject, variant)
    const { service, world } = harness
    const { capabilities } = service
    const deleted = (await service.delete({ name: 'deploy' }, { ifInUse: 'detach' }))._unsafeUnwrap()
    expect(deleted.detached?.map(({ id }) => id)).toEqual(['i-1', 'i-2'])
    const { keyPairs, instances } = await world.snapshot()
    expect(keyPairs.map(({ name }) => name)).toEqual(['other'])
    expect(instances.map(({ bound }) => bound)).toEqual([null, null, 'other'])

    const anyway = await service.delete({ name: 'other' }, { ifInUse: 'delete-anyway' })
    expect(anyway.isErr() && anyway.error.code).toBe(capabilities.delete.refusesInUse && 'unsupported')
    expect((await world.snapshot()).keyPairs).toHaveLength(capabilities.delete.refusesInUse ? 1 : 0)
    if (anyway.isOk()) expect((await service.delete({ name: 'other' }))._unsafeUnwrap().changed).toBe(false)
  })
})
