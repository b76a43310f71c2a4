import { VirtualClock } from '@cloud-keypair/conformance'
import { expect, test } from 'vitest'
import { volcengineSubject } from './subject.js'
import { rsaKey } from '../../../tests/support/rsa-keys.js'

const { publicKey } = rsaKey()

test.each(volcengineSubject.variants)(
  'an audit reads each list once, and finds unused key pairs and repeated keys: %s',
  async (variant) => {
    const clock = new VirtualClock()
    const generateInCloud = (): never => {
      throw new Error('Nothing is generated in the cloud')
    }
    const options = { variant, clock, service: { testing: { clock, random: () => 0.5 } }, generateInCloud }
    await using harness = await volcengineSubject.harness(options)
    const { service, world } = harness
    const same = { publicKey: publicKey.line }
    await world.seedKeyPairs([
      { name: 'used' },
      { name: 'idle' },
      { name: 'twin-1', ...same },
      { name: 'twin-2', ...same },
    ])
    const names = ['used', 'twin-1', 'twin-2']
    await world.seedInstances(
      Array.from({ length: 150 }, (_, index) => ({ id: `i-${index}`, keyPair: names[index % 4] })),
    )
    await world.forgetCalls()
    const report = (await service.audit())._unsafeUnwrap()
    const [unused, sameKey, ...rest] = report.findings
    expect(unused).toMatchObject({ kind: 'unused', keyPair: { name: 'idle' } })
    const opaque = variant.includes('opaque fingerprints')
    expect(sameKey?.kind).toBe(opaque ? undefined : 'same-key')
    expect(rest).toEqual([])
    expect(report.unknown.map(({ check }) => check)).toEqual(opaque ? ['same-key', 'weak-key'] : ['weak-key'])
    expect([report.keyPairs, report.instances]).toEqual([4, 113])
    const calls = (await world.calls()).map(({ call }) => call)
    expect(calls).toEqual(['list-instances', 'list-instances', 'list'])
  },
)
