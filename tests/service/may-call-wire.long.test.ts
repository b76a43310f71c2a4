import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import type { Checkpoint, InstanceBatch, KeyPairError, Result } from '@cloud-keypair/core'
import { createKeyPairService } from '@cloud-keypair/core/driver'
import { expect, test } from 'vitest'
import { subjects } from '../crash/subjects.js'
import { inTestCloud, referenceTo, type TestCloud } from '../crash/test-cloud.js'
import { inFull } from '../support/in-full.js'
import { testKeys } from '../support/test-keys.js'

const publicKey = testKeys.keys[0]?.publicKey.line ?? ''
const ids = ['i-0001', 'i-0002']

function batchOf(error: KeyPairError<InstanceBatch>): InstanceBatch | undefined {
  return error.code === 'incomplete' ? error.details.batch : undefined
}

function isChange(event: unknown): boolean {
  return typeof event === 'object' && event !== null && 'mutating' in event && event.mutating === true
}

async function isDown({ world }: TestCloud): Promise<readonly string[]> {
  const { instances } = await world.snapshot()
  return instances.filter(({ power }) => power !== 'running').map(({ id }) => id)
}

/** Rotates until mayCall is asked for the given time, then resumes without it. Returns true if it was asked so often. */
async function rotatesRefusedAt(cloud: TestCloud, refused: number): Promise<boolean> {
  const { world, driver, options } = cloud
  await world.seedKeyPairs([{ name: 'old' }])
  await world.seedInstances(ids.map((id) => ({ id, keyPair: 'old' })))
  const replaced = await referenceTo(cloud, 'old')
  await world.forgetCalls()
  let asked = 0
  let resume: Checkpoint | undefined
  const mayCall = (): boolean => (asked += 1) < refused
  let saved = 0
  const onCheckpoint = async (checkpoint: Checkpoint): Promise<void> => {
    resume = structuredClone(checkpoint)
    saved += 1
  }
  const first = await createKeyPairService(driver, options).rotate(replaced, {
    name: 'next',
    publicKey,
    mayCall,
    onCheckpoint,
  })
  if (asked < refused) {
    expect(first.isOk()).toBe(true)
    return false
  }
  const error = first._unsafeUnwrapErr()
  expect(['aborted', 'incomplete']).toContain(error.code)
  const changes = (await world.calls()).filter(({ mutating }) => mutating)
  expect(changes.length + saved).toBeLessThan(refused)
  await world.settle()
  const leftStopped = batchOf(error)?.leftStopped ?? []
  expect(leftStopped).toEqual(expect.arrayContaining([...(await isDown(cloud))]))

  const again = await createKeyPairService(driver, options).rotate(replaced, {
    name: 'next',
    publicKey,
    ...(resume && { resume }),
  })
  expect(again._unsafeUnwrap().removed).toBe(true)
  await world.settle()
  const { instances, keyPairs } = await world.snapshot()
  expect(instances).toMatchObject(ids.map((id) => ({ id, power: 'running', bound: 'next' })))
  expect(keyPairs.map(({ name }) => name)).toEqual(['next'])
  return true
}

test.each(subjects)('$name: a rotation that mayCall ends at any call is finished by a resume', async (subject) => {
  const [variant = ''] = subject.variants
  const step = subject.name === 'memory' || inFull ? 1 : 4
  let refused = 2
  while (await inTestCloud(subject, variant, testKeys, (cloud) => rotatesRefusedAt(cloud, refused))) refused += step
  expect(refused).toBeGreaterThan(5)
})

test.each(subjects)('$name: an aborted attach makes no repair that mayCall refuses', async (subject) => {
  const [variant = ''] = subject.variants
  await inTestCloud(subject, variant, testKeys, async (cloud) => {
    const { world, driver, options, clock } = cloud
    await world.seedKeyPairs([{ name: 'old' }, { name: 'next' }])
    await world.seedInstances(ids.map((id) => ({ id, keyPair: 'old' })))
    const keyPair = await referenceTo(cloud, 'next')
    await world.forgetCalls()
    const abort = new AbortController()
    let isOwner = true
    let sentLater = 0
    const count = (): void => void (sentLater += isOwner ? 0 : 1)
    // After the first change was answered: as if the lease was lost while the instances were down.
    const lose = (event: unknown): void => {
      if (!isOwner || !isChange(event)) return
      isOwner = false
      abort.abort()
    }
    subscribe('tracing:cloud-keypair:call:start', count)
    subscribe('tracing:cloud-keypair:call:asyncEnd', lose)
    let resume: Checkpoint | undefined
    const begun = clock.now()
    const result: Result<InstanceBatch, KeyPairError<InstanceBatch>> = await createKeyPairService(
      driver,
      options,
    ).attach(keyPair, ids, {
      takeEffect: 'now',
      maxUnavailable: 2,
      signal: abort.signal,
      mayCall: () => isOwner,
      onCheckpoint: async (checkpoint) => void (resume = structuredClone(checkpoint)),
    })
    unsubscribe('tracing:cloud-keypair:call:start', count)
    unsubscribe('tracing:cloud-keypair:call:asyncEnd', lose)
    expect(isOwner).toBe(false)
    expect(sentLater).toBe(0)
    expect(clock.now() - begun).toBeLessThan(60_000)
    const batch = batchOf(result._unsafeUnwrapErr())
    expect(batch?.succeeded).toEqual([])
    const sent = (await world.calls()).filter(({ mutating }) => mutating).map(({ call }) => call)
    expect(sent).not.toContain('start')
    expect(sent).not.toContain('reboot')
    await world.settle()
    expect(batch?.leftStopped).toEqual(expect.arrayContaining([...(await isDown(cloud))]))
    const again = await createKeyPairService(driver, options).attach(keyPair, ids, {
      takeEffect: 'now',
      maxUnavailable: 2,
      ...(resume && { resume }),
    })
    expect(again._unsafeUnwrap().succeeded.map(({ id }) => id)).toEqual(ids)
    await world.settle()
    const { instances } = await world.snapshot()
    expect(instances).toMatchObject(ids.map((id) => ({ id, power: 'running', bound: 'next', authorized: ['next'] })))
  })
})
