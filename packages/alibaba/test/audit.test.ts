import { type Subject, VirtualClock } from '@cloud-keypair/conformance'
import { describe, expect, test } from 'vitest'
import { alibabaEcsSubject } from './ecs-subject.js'
import { alibabaEnsSubject } from './ens-subject.js'
import { rsaKey } from '../../../tests/support/rsa-keys.js'

const { publicKey } = rsaKey()
const worlds = [alibabaEcsSubject, alibabaEnsSubject].flatMap((subject) =>
  subject.variants.map((variant) => [subject.name, variant, subject] as const),
)

async function harnessOf(subject: Subject, variant: string): ReturnType<Subject['harness']> {
  const clock = new VirtualClock()
  const generateInCloud = (): never => {
    throw new Error('Nothing is generated in the cloud')
  }
  return subject.harness({ variant, clock, service: { testing: { clock, random: () => 0.5 } }, generateInCloud })
}

describe.each(worlds)('an audit of %s, %s', (cloud, variant, subject) => {
  test('reads each list once, and finds unused key pairs, dangling names and repeated keys', async () => {
    await using harness = await harnessOf(subject, variant)
    const { service, world } = harness
    const { capabilities } = service
    const same = { publicKey: publicKey.line }
    await world.seedKeyPairs([
      { name: 'used' },
      { name: 'idle' },
      { name: 'twin-1', ...same },
      { name: 'twin-2', ...same },
    ])
    const names = ['used', 'twin-1', 'twin-2']
    await world.seedInstances(
      Array.from({ length: 150 }, (_, index) => {
        const keyPair = names[index % 4]
        return { id: `i-${index}`, power: 'stopped', ...(keyPair !== undefined && { keyPair }) } as const
      }),
    )
    const ens = cloud === 'alibaba-ens'
    if (ens) expect((await service.delete({ name: 'used' }, { ifInUse: 'delete-anyway' })).isOk()).toBe(true)
    await world.forgetCalls()
    const report = (await service.audit())._unsafeUnwrap()
    const found = report.findings.flatMap((finding) => {
      switch (finding.kind) {
        case 'unused':
          return [`unused ${finding.keyPair.name}`]
        case 'dangling-name':
          return [`dangling ${finding.name} on ${finding.instanceIds.length}`]
        default:
          return [finding.kind]
      }
    })
    const unknown = report.unknown.map(({ check }) => check)
    const comparable = !unknown.includes('same-key')
    expect(found).toEqual(['unused idle', ...(ens ? ['dangling used on 38'] : []), ...(comparable ? ['same-key'] : [])])
    expect(comparable || variant.includes('ingerprint')).toBe(true)
    expect(unknown.includes('weak-key')).toBe(!capabilities.publicKey)
    expect(report.instances).toBe(113)
    const calls = (await world.calls()).map(({ call }) => call)
    expect(calls).toEqual(['list-instances', 'list-instances', 'list'])
  })
})
