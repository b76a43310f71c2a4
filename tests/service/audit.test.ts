import type { AuditFinding } from '@cloud-keypair/core'
import { describe, expect, test } from 'vitest'
import { settingOf, variantNames } from './variant.js'
import { rsaKey } from '../support/rsa-keys.js'

const { publicKey } = rsaKey()

const kinds = (findings: readonly AuditFinding[]) => findings.map(({ kind }) => kind)

describe.each(variantNames)('an audit, on a cloud of the variant "%s"', (variant) => {
  test('finds unused key pairs and repeated keys, and lists what the cloud does not tell', async () => {
    const { service, world, traits, mutations } = settingOf(variant)
    const { publicKey: tellsKeys = true, fingerprint = 'md5' } = traits
    await world.seedKeyPairs([
      { name: 'used' },
      { name: 'idle' },
      { name: 'twin_1', publicKey: publicKey.line },
      { name: 'twin_2', publicKey: publicKey.line },
    ])
    await world.seedInstances([
      ...['used', 'twin_1', 'twin_2'].map((keyPair, index) => ({ id: `i-${index}`, keyPair })),
      { id: 'i-vacant' },
    ])
    const report = (await service.audit())._unsafeUnwrap()
    expect([report.keyPairs, report.instances]).toEqual([4, 3])
    const comparable = tellsKeys || fingerprint !== 'opaque'
    expect(kinds(report.findings)).toEqual(comparable ? ['unused', 'same-key'] : ['unused'])
    for (const finding of report.findings) {
      if (finding.kind === 'unused') expect(finding.keyPair.name).toBe('idle')
      if (finding.kind === 'same-key') expect(finding.keyPairs.map(({ name }) => name)).toEqual(['twin_1', 'twin_2'])
    }
    expect(report.unknown.map(({ check, keyPairs }) => [check, keyPairs.length])).toEqual([
      ...(comparable ? [] : [['same-key', 4]]),
      ...(tellsKeys ? [] : [['weak-key', 4]]),
    ])
    expect(await mutations()).toEqual([])
  })

  test('finds the name of a deleted key pair too', async () => {
    const { service, world, driver } = settingOf(variant)
    await world.seedKeyPairs([{ name: 'gone' }])
    await world.seedInstances([{ id: 'i-1', keyPair: 'gone' }])
    const deleted = await service.delete({ name: 'gone' }, { ifInUse: 'delete-anyway' })
    if (driver.capabilities.delete.refusesInUse !== false && deleted.isErr()) {
      expect(kinds((await service.audit())._unsafeUnwrap().findings)).toEqual([])
      return
    }
    expect(deleted.isOk()).toBe(true)
    const { findings } = (await service.audit())._unsafeUnwrap()
    expect(findings).toEqual([{ kind: 'dangling-name', name: 'gone', instanceIds: ['i-1'], more: false }])
  })
})
