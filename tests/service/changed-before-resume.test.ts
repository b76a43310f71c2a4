import type { Checkpoint, KeyPairError, KeyPairService, Result } from '@cloud-keypair/core'
import { createKeyPairService, type KeyPairDriver, type KeyPairHandle } from '@cloud-keypair/core/driver'
import { expect, test } from 'vitest'
import { subjects } from '../crash/subjects.js'
import { inTestCloud, listed, referenceTo, type TestCloud } from '../crash/test-cloud.js'
import { Doomed } from './doomed.js'
import { testKeys } from '../support/test-keys.js'

// A process is killed while an instance is in progress. Somebody attaches another key pair to it before the resume, which
// must not take it away from them.
const publicKey = testKeys.keys[0]?.publicKey.line ?? ''
const contextOf = (token: string) => ({ signal: new AbortController().signal, token, trace: () => {} })
const ids = ['i-1', 'i-2']

const work = {
  attach: async (cloud: TestCloud, service: KeyPairService, more: object): Promise<Result<unknown, KeyPairError>> =>
    service.attach(await referenceTo(cloud, 'new'), ids, { takeEffect: 'now', ...more }),
  rotate: async (cloud: TestCloud, service: KeyPairService, more: object): Promise<Result<unknown, KeyPairError>> =>
    service.rotate(await referenceTo(cloud, 'old'), { name: 'next', publicKey, ...more }),
}

const rows = subjects.flatMap((subject) => (['attach', 'rotate'] as const).map((operation) => ({ subject, operation })))

test.each(rows)('$subject.name: a resumed $operation leaves the key pair that somebody else attached', async (row) => {
  const { subject, operation } = row
  const [variant = ''] = subject.variants
  await inTestCloud(subject, variant, testKeys, async (cloud) => {
    const { world, driver, options } = cloud
    await world.seedKeyPairs([{ name: 'old' }, { name: 'new' }, { name: 'other' }])
    await world.seedInstances(ids.map((id) => ({ id, keyPair: 'old' })))
    const doomed = new Doomed(driver, (call) => call === 'doAttachKeyPair' || call === 'doDetachKeyPair')
    const onCheckpoint = (checkpoint: Checkpoint): Promise<void> => doomed.store(checkpoint)
    void work[operation](cloud, createKeyPairService(doomed.driver, options), { onCheckpoint })
    await doomed.death
    await world.settle()
    await bindOther(cloud, driver)
    const resumed = await work[operation](cloud, createKeyPairService(driver, options), { resume: doomed.stored })
    const error = resumed._unsafeUnwrapErr()
    if (error.code !== 'incomplete') throw error
    const [item] = error.details.batch.items
    expect(item).toMatchObject({ id: 'i-1', status: 'failed', error: { code: 'conflict' } })
    expect('leftStopped' in error.details.batch && error.details.batch.leftStopped).toEqual([])
    await world.settle()
    expect((await world.snapshot()).instances[0]).toMatchObject({ power: 'running', bound: 'other' })
  })
})

/** Gives the first instance the key pair `other`, with a restart, as another user of the cloud. */
async function bindOther(cloud: TestCloud, driver: KeyPairDriver): Promise<void> {
  const handleOf = async (name: string): Promise<KeyPairHandle> => {
    const { id } = await listed(cloud, name)
    return id !== undefined && driver.capabilities.identity.includes('id') ? { by: 'id', id } : { by: 'name', name }
  }
  const instanceIds = ['i-1']
  await driver.doDetachKeyPair({ keyPair: await handleOf('old'), instanceIds }, contextOf('first of another'))
  await cloud.world.settle()
  await driver.doAttachKeyPair({ keyPair: await handleOf('other'), instanceIds }, contextOf('second of another'))
  await cloud.world.settle()
  expect((await cloud.world.snapshot()).instances[0]).toMatchObject({ bound: 'other' })
}
