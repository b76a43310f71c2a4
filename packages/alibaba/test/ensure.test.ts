import { type Harness, type Subject, VirtualClock } from '@cloud-keypair/conformance'
import { generateKeyPair, md5Fingerprint } from '@cloud-keypair/core'
import { describe, expect, test } from 'vitest'
import { alibabaEcsSubject } from './ecs-subject.js'
import { alibabaEnsSubject } from './ens-subject.js'

const keys = await Promise.all([generateKeyPair({ bits: 2048 }), generateKeyPair({ bits: 2048 })])
const [key, otherKey] = keys.map(({ publicKey }) => publicKey)
if (key === undefined || otherKey === undefined) throw new Error('There are two keys')
const deploy = { name: 'deploy', publicKey: key.line }

function harnessOf(subject: Subject, variant: string): Promise<Harness> {
  const clock = new VirtualClock()
  const generateInCloud = (): never => {
    throw new Error('Nothing is generated in the cloud')
  }
  return subject.harness({ variant, clock, service: { clock, random: () => 0.5 }, generateInCloud })
}

const worlds = [alibabaEcsSubject, alibabaEnsSubject].flatMap((subject) =>
  subject.variants.map((variant) => [subject.name, variant, subject] as const),
)

describe.each(worlds)('ensure on %s, %s', (_cloud, variant, subject) => {
  test('ten callers at once all get the same key pair, and none imports a second one where names are unique', async () => {
    await using harness = await harnessOf(subject, variant)
    const { service, world, facts } = harness
    // Half of them import a moment later than the others.
    await world.fault({ on: 'import', kind: 'throttled', times: 5 })
    const all = await Promise.all(Array.from({ length: 10 }, () => service.ensure(deploy)))
    const ensured = all.map((one) => one._unsafeUnwrap())
    const { keyPairs } = await world.snapshot()
    expect(new Set(ensured.map(({ id }) => id)).size).toBe(1)
    expect(keyPairs.length === 1 || facts.namesRepeat).toBe(true)

    await world.settle()
    await world.forgetCalls()
    const again = (await service.ensure(deploy))._unsafeUnwrap()
    expect([again.id, again.changed, again.duplicates.length]).toEqual([ensured[0]?.id, false, keyPairs.length - 1])
    expect((await world.calls()).map(({ mutating }) => mutating)).not.toContain(true)
  })

  test('another key under the name is a conflict wherever it can be told, and nothing is changed', async () => {
    await using harness = await harnessOf(subject, variant)
    const { service, world } = harness
    await world.seedKeyPairs([{ name: 'deploy', publicKey: otherKey.line }])
    const before = await world.snapshot()
    const ensured = await service.ensure({ ...deploy, requireVerified: true })
    const error = ensured._unsafeUnwrapErr()
    expect(['conflict', 'unsupported']).toContain(error.code)
    expect(error.outcome).toBe('none')
    if (error.code === 'conflict') {
      expect(error.details).toEqual({ expected: md5Fingerprint(key), actual: md5Fingerprint(otherKey) })
    } else {
      expect((await service.ensure(deploy))._unsafeUnwrap().verified).toBe(false)
    }
    expect(await world.snapshot()).toEqual(before)
  })
})
