import type { Checkpoint, KeyPair } from '@cloud-keypair/core'
import { createKeyPairService } from '@cloud-keypair/core/driver'
import { expect, test } from 'vitest'
import { subjects } from '../crash/subjects.js'
import { beforeEachCall } from '../crash/interferences.js'
import { inTestCloud, listed, referenceTo } from '../crash/test-cloud.js'
import { testKeys } from '../support/test-keys.js'

const ids = ['i-0001', 'i-0002']
const context = { signal: new AbortController().signal, trace: () => {} }

test.each(subjects)('$name: a rotation attaches no key that a stranger puts under its name', async (subject) => {
  const [variant = ''] = subject.variants
  await inTestCloud(subject, variant, testKeys, async (cloud) => {
    const { world, driver, options } = cloud
    await world.seedKeyPairs([{ name: 'old' }])
    await world.seedInstances(ids.map((id) => ({ id, keyPair: 'old' })))
    const replaced = await referenceTo(cloud, 'old')
    const service = createKeyPairService(driver, options)
    let isTaken = false
    const onCheckpoint = async ({ instances }: Checkpoint): Promise<void> => {
      if (isTaken || !instances.some(({ step }) => step === 'in-progress')) return
      isTaken = true
      const ours = await listed(cloud, 'next')
      const deleted = await driver.doDeleteKeyPairs([ours], { ...context, token: 'by another' })
      expect(deleted._unsafeUnwrap()).toEqual([{ id: ours.id ?? ours.name, ok: true }])
      await world.seedKeyPairs([{ name: 'next' }])
    }
    const publicKey = testKeys.keys[0]?.publicKey.line ?? ''
    const error = (await service.rotate(replaced, { name: 'next', publicKey, onCheckpoint }))._unsafeUnwrapErr()
    if (error.code !== 'incomplete') throw error
    const codes = new Set(error.details.batch.failed.map((item) => item.error.code))
    if (driver.capabilities.identity.includes('id')) expect(codes).not.toContain('conflict')
    else expect([...codes]).toEqual(['conflict'])
    const sent = (await world.calls()).filter(({ call }) => call === 'attach').flatMap(({ items }) => items)
    if (!driver.capabilities.identity.includes('id')) expect(new Set(sent)).toEqual(new Set([ids[0]]))
    await world.settle()
    const { instances, keyPairs } = await world.snapshot()
    expect(instances).toMatchObject(ids.map((id) => ({ id, power: 'running', bound: 'old', authorized: ['old'] })))
    expect(keyPairs.map(({ name }) => name)).toEqual(['next', 'old'])
  })
})

// Nobody can compute such a fingerprint. It is compared with the one that the cloud answered to the import.
const opaque = subjects.flatMap((subject) =>
  subject.variants.filter((variant) => variant.includes('opaque')).map((variant) => ({ subject, variant })),
)

test.each(opaque)(
  "$subject.name, $variant: an import returns no key pair of a stranger's that takes its name before it is read",
  async ({ subject, variant }) => {
    await inTestCloud(subject, variant, testKeys, async (cloud) => {
      const { world, driver, options } = cloud
      let isImported = false
      let ours: KeyPair | undefined
      const before = async (call: string): Promise<void> => {
        if (call === 'doDescribeKeyPairs' && isImported) {
          isImported = false
          ours = await listed(cloud, 'next')
          const deleted = await driver.doDeleteKeyPairs([ours], { ...context, token: 'by another' })
          expect(deleted._unsafeUnwrap()).toMatchObject([{ ok: true }])
          await world.seedKeyPairs([{ name: 'next' }])
        }
        if (call === 'doImportKeyPair') isImported = true
      }
      const service = createKeyPairService(beforeEachCall(driver, before), options)
      const publicKey = testKeys.keys[0]?.publicKey.line ?? ''
      const imported = await service.import({ name: 'next', publicKey })
      expect(ours).toBeDefined()
      // A cloud that answers an import with an id is asked for this id, and for no name.
      if (imported.isOk()) expect(imported.value.id).toBe(ours?.id)
      else expect(imported.error).toMatchObject({ code: 'conflict', outcome: 'partial' })
    })
  },
)
