import type { Checkpoint, CheckpointKeyPair, KeyPair, SavePrivateKey } from '@cloud-keypair/core'
import { createKeyPairService } from '@cloud-keypair/core/driver'
import { describe, expect, test } from 'vitest'
import { beforeEachCall } from '../crash/interferences.js'
import { subjects } from '../crash/subjects.js'
import { inTestCloud, listed, referenceTo, type TestCloud } from '../crash/test-cloud.js'
import { testKeys } from '../support/test-keys.js'

const [first, second] = testKeys.keys
if (first === undefined || second === undefined) throw new Error('Two test keys are needed')
const lagMs = 5_000
const longMs = 60_000
const signal = new AbortController().signal

/** Works in a cloud whose reads show everything five seconds late, with one instance that has the key pair `old`. */
async function inLaggingCloud(
  subject: (typeof subjects)[number],
  work: (cloud: TestCloud) => Promise<void>,
  [variant = '']: readonly string[] = subject.variants,
): Promise<void> {
  await inTestCloud(subject, variant, testKeys, async (cloud) => {
    await cloud.world.seedKeyPairs([{ name: 'old' }])
    await cloud.world.seedInstances([
      { id: 'i-1', keyPair: 'old' },
      { id: 'i-2', power: 'stopped' },
    ])
    await cloud.clock.sleep(longMs, signal)
    await cloud.world.setReadLag(lagMs)
    await work(cloud)
  })
}

/** Imports a key as a process that is killed before it reads anything. */
async function importBlind({ driver }: TestCloud, name: string): Promise<CheckpointKeyPair> {
  const request = { name, publicKey: first?.publicKey.line ?? '', description: undefined, tags: {}, group: undefined }
  const imported = await driver.doImportKeyPair(request, { signal, token: 'of an earlier run', trace: () => {} })
  return recordOf({ ...imported._unsafeUnwrap(), name })
}

/** Returns the checkpoint of a rotation that was killed before it changed an instance. */
async function checkpointOf(cloud: TestCloud, keyPair: CheckpointKeyPair): Promise<Checkpoint> {
  const { provider, location } = cloud.driver
  const replaced = recordOf(await listed(cloud, 'old'))
  return { version: 1, operation: 'rotate', provider, ...location, keyPair, replaced, instances: [] }
}

function recordOf({ name, id, fingerprint }: KeyPair): CheckpointKeyPair {
  return { name, ...(id !== undefined && { id }), ...(fingerprint !== undefined && { fingerprint }) }
}

async function namesIn({ world }: TestCloud): Promise<readonly string[]> {
  await world.settle()
  return (await world.snapshot()).keyPairs.map(({ name }) => name)
}

describe.each(subjects)('$name, with lists that lag', (subject) => {
  test('finds a key pair that the same service let the cloud generate', async () => {
    await inLaggingCloud(subject, async ({ driver, options }) => {
      const service = createKeyPairService(driver, options)
      const { privateKey, ...made } = (await service.createInCloud({ name: 'made' }))._unsafeUnwrap()
      expect((await service.get(made))._unsafeUnwrap()).toMatchObject({ name: 'made' })
      expect(privateKey.reveal()).toContain('PRIVATE KEY')
    })
  })

  test('attaches a key pair that the same service let the cloud generate', async () => {
    await inLaggingCloud(subject, async ({ driver, options, world }) => {
      const service = createKeyPairService(driver, options)
      const made = (await service.createInCloud({ name: 'made' }))._unsafeUnwrap()
      expect((await service.attach(made, ['i-2'])).isOk()).toBe(true)
      await world.settle()
      expect((await world.snapshot()).instances).toMatchObject([{ bound: 'old' }, { bound: 'made' }])
    })
  })

  test('deletes a key pair that the same service let the cloud generate', async () => {
    await inLaggingCloud(subject, async (cloud) => {
      const service = createKeyPairService(cloud.driver, cloud.options)
      const made = (await service.createInCloud({ name: 'made' }))._unsafeUnwrap()
      expect((await service.delete(made))._unsafeUnwrap().changed).toBe(true)
      expect(await namesIn(cloud)).toEqual(['old'])
    })
  })

  test('waits for no key pair that somebody else deleted after it was listed', async () => {
    await inLaggingCloud(subject, async ({ driver, options, clock }) => {
      const service = createKeyPairService(driver, options)
      const made = (await service.createInCloud({ name: 'made' }))._unsafeUnwrap()
      const there = (await service.get(made))._unsafeUnwrap()
      await driver.doDeleteKeyPairs([there], { signal, token: 'of somebody else', trace: () => {} })
      await clock.sleep(lagMs, signal)
      const from = clock.now()
      expect((await service.get(made))._unsafeUnwrapErr().code).toBe('not-found')
      expect(clock.now()).toBe(from)
    })
  })

  test('takes up the saved key of a create that was killed after its import', async () => {
    await inLaggingCloud(subject, async (cloud) => {
      await importBlind(cloud, 'made')
      const save: SavePrivateKey = Object.assign(async () => {}, { load: async () => first.privateKey })
      const created = await createKeyPairService(cloud.driver, cloud.options).create({ name: 'made', save })
      expect(created._unsafeUnwrap()).toMatchObject({ name: 'made', verified: true })
      expect(await namesIn(cloud)).toEqual(['made', 'old'])
    })
  })

  test.each(['its name', 'its whole record'])('resumes a rotation whose checkpoint has %s', async (what) => {
    await inLaggingCloud(subject, async (cloud) => {
      const { driver, options } = cloud
      const next = await importBlind(cloud, 'next')
      const resume = await checkpointOf(cloud, what === 'its name' ? { name: 'next' } : next)
      const given = { name: 'next', publicKey: first.publicKey.line, resume }
      const replaced = await referenceTo(cloud, 'old')
      const rotated = await createKeyPairService(driver, options).rotate(replaced, given)
      expect(rotated._unsafeUnwrap().removed).toBe(true)
      expect(await namesIn(cloud)).toEqual(['next'])
    })
  })

  test('leaves a key pair alone that somebody else imported under the name of the checkpoint', async () => {
    await inLaggingCloud(subject, async (cloud) => {
      const { world, clock, driver, options } = cloud
      await world.seedKeyPairs([{ name: 'next', publicKey: second.publicKey.line }])
      await clock.sleep(longMs, signal)
      const resume = await checkpointOf(cloud, { name: 'next' })
      const given = { name: 'next', publicKey: first.publicKey.line, resume }
      const rotated = await createKeyPairService(driver, options).rotate(await referenceTo(cloud, 'old'), given)
      expect(rotated._unsafeUnwrapErr()).toMatchObject({ code: 'already-exists', outcome: 'none' })
      expect(await namesIn(cloud)).toEqual(['next', 'old'])
    })
  })
})

// If names repeat, a look finds the deleted key pair for as long as it is listed, and refuses the import.
const withUniqueNames = subjects.filter(({ name }) => name !== 'alibaba-ens')

test.each(withUniqueNames)(
  '$name does not take the record of a deleted key pair for that of the next of its name',
  async (subject) => {
    await inLaggingCloud(subject, async ({ driver, options }) => {
      const service = createKeyPairService(driver, options)
      const one = (await service.import({ name: 'again', publicKey: first.publicKey.line }))._unsafeUnwrap()
      expect((await service.delete(one)).isOk()).toBe(true)
      const other = await service.import({ name: 'again', publicKey: second.publicKey.line })
      expect(other._unsafeUnwrap()).toMatchObject({ publicKey: second.publicKey.line })
    })
  },
)

const silent = [...subjects.map(({ name, variants: [usual = ''] }) => [name, usual]), ['memory', 'deletes silently']]

test.each(silent)(
  '%s, %s: a delete that the caller ends at any call is none only if the key pair stays',
  async (name, variant = '') => {
    const subject = subjects.find((one) => one.name === name)
    if (subject === undefined) throw new Error(`There is no ${name}`)
    for (let at = 0; at < 8; at += 1) {
      await inLaggingCloud(
        subject,
        async (cloud) => {
          await cloud.world.seedKeyPairs([{ name: 'unused' }])
          await cloud.clock.sleep(longMs, signal)
          const keyPair = await referenceTo(cloud, 'unused')
          const caller = new AbortController()
          let calls = 0
          const driver = beforeEachCall(cloud.driver, async () => {
            if (calls === at) caller.abort()
            calls += 1
          })
          const deleted = await createKeyPairService(driver, cloud.options).delete(keyPair, { signal: caller.signal })
          const isGone = !(await namesIn(cloud)).includes('unused')
          expect({ at, isGone, isNone: deleted.isErr() && deleted.error.outcome === 'none' }).not.toEqual({
            at,
            isGone: true,
            isNone: true,
          })
        },
        [variant],
      )
    }
  },
)
