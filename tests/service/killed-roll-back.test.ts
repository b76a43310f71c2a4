import { type Checkpoint, collect } from '@cloud-keypair/core'
import { createKeyPairService } from '@cloud-keypair/core/driver'
import { memoryVariants } from '@cloud-keypair/memory'
import { expect, test } from 'vitest'
import { subjects } from '../crash/subjects.js'
import { inTestCloud, listed, referenceTo } from '../crash/test-cloud.js'
import { Doomed } from './doomed.js'
import { clouds, instancesOf, rolloutOf } from './rollout.js'
import { testKeys } from '../support/test-keys.js'

// Somebody gives the new name to another key once an instance has it. The instance gets the replaced key pair back, and the
// process is killed in the middle of that.
const publicKey = testKeys.keys[0]?.publicKey.line ?? ''
const context = { signal: new AbortController().signal, token: 'of a stranger', trace: () => {} }
const isDone = ({ instances }: Checkpoint): boolean => instances.some(({ step }) => step === 'done')

const stoppedOnly = { ...memoryVariants['ecs-like'], power: ['stopped'], refusesInUse: false } as const

test.each([['doStartInstances'], ['doAttachKeyPair']] as const)(
  'a resume starts an instance that a killed roll back left stopped before %s',
  async (at) => {
    const { driver, service, world, clock } = await rolloutOf(stoppedOnly, [
      { id: 'i-1', keyPair: 'old' },
      { id: 'i-2', keyPair: 'old' },
    ])
    let isTaken = false
    let stops = 0
    const doomed = new Doomed(driver, (call) => {
      if (call === 'doStopInstances') stops += 1
      return isTaken && stops === 2 && call === at
    })
    const onCheckpoint = async (checkpoint: Checkpoint): Promise<void> => {
      await doomed.store(checkpoint)
      if (isTaken || !isDone(checkpoint)) return
      isTaken = true
      await driver.doDeleteKeyPairs([{ name: 'next' }], context)
      await world.seedKeyPairs([{ name: 'next' }])
    }
    const killed = createKeyPairService(doomed.driver, { testing: { clock, random: () => 0.5 } })
    void killed.rotate({ name: 'old' }, { name: 'next', publicKey, onCheckpoint })
    await doomed.death
    await world.settle()
    expect((await instancesOf(world))[0]).toContain('i-1 stopped')

    const resumed = await service.rotate({ name: 'old' }, { name: 'next', publicKey, resume: doomed.stored })
    const error = resumed._unsafeUnwrapErr()
    if (error.code !== 'incomplete') throw error
    expect(error.details.batch).toMatchObject({
      leftStopped: [],
      items: [{ id: 'i-1', status: 'failed', error: { code: 'conflict' } }],
    })
    expect(await instancesOf(world)).toEqual(['i-1 running old/old', 'i-2 running old/old'])
  },
)

// If the cloud may refuse to replace a key pair, the killed run may have detached the new one: the guest may keep its key.
test.each(Object.keys(clouds))(
  'a resumed roll back says partial if the new key pair may have been detached, %s',
  async (cloud) => {
    const { driver, service, world } = await rolloutOf(clouds[cloud] ?? {}, [
      { id: 'i-1', keyPair: 'old', power: 'stopped' },
    ])
    const { capabilities, provider, location } = driver
    const [old] = (await collect(service.list({ namePattern: 'old' }), { max: 1 }))._unsafeUnwrap()
    if (old === undefined || capabilities.instances === false) throw new Error('There is no such key pair')
    const { name, id, fingerprint = '' } = old
    const own = id === undefined ? { name } : { name, id }
    const resume: Checkpoint = {
      version: 1,
      operation: 'rotate',
      provider,
      ...location,
      keyPair: { name: 'next', fingerprint: '00'.repeat(16), ...(id !== undefined && { id: 'kp-gone' }) },
      replaced: { ...own, fingerprint },
      instances: [{ id: 'i-1', power: 'running', keyPair: own, step: 'in-progress' }],
    }
    const error = (await service.rotate(old, { name: 'next', publicKey, resume }))._unsafeUnwrapErr()
    if (error.code !== 'incomplete') throw error
    const outcome = capabilities.instances.replaces === true ? 'none' : 'partial'
    expect(error.details.batch.items).toMatchObject([
      { id: 'i-1', status: 'failed', error: { code: 'conflict', outcome } },
    ])
    expect(await instancesOf(world)).toEqual(['i-1 running old/old'])
  },
)

// The cloud goes by name alone, and restarts by a reboot.
const byName = subjects.filter(({ name }) => name === 'alibaba-ecs')

test.each(byName)('$name: a resume restarts an instance that a killed roll back did not', async (subject) => {
  const [variant = ''] = subject.variants
  await inTestCloud(subject, variant, testKeys, async (cloud) => {
    const { world, driver, options } = cloud
    await world.seedKeyPairs([{ name: 'old' }])
    await world.seedInstances(['i-1', 'i-2'].map((id) => ({ id, keyPair: 'old' })))
    const replaced = await referenceTo(cloud, 'old')
    let isTaken = false
    const doomed = new Doomed(driver, (call) => isTaken && call === 'doRebootInstances')
    const onCheckpoint = async (checkpoint: Checkpoint): Promise<void> => {
      await doomed.store(checkpoint)
      if (isTaken || !isDone(checkpoint)) return
      isTaken = true
      // ECS refuses to delete a bound key pair: it is detached first, and the stranger's is attached by its name.
      const keyPair = { by: 'name', name: 'next' } as const
      await driver.doDetachKeyPair({ keyPair, instanceIds: ['i-1'] }, context)
      await world.settle()
      await driver.doDeleteKeyPairs([await listed(cloud, 'next')], context)
      await world.seedKeyPairs([{ name: 'next' }])
      await driver.doAttachKeyPair({ keyPair, instanceIds: ['i-1'] }, context)
      await world.restart('i-1')
    }
    void createKeyPairService(doomed.driver, options).rotate(replaced, { name: 'next', publicKey, onCheckpoint })
    await doomed.death
    await world.settle()
    const before = await world.snapshot()
    expect(before.instances[0]).toMatchObject({ bound: 'old', authorized: ['next'] })

    const service = createKeyPairService(driver, options)
    let resume = doomed.stored
    const keep = async (checkpoint: Checkpoint): Promise<void> => void (resume = checkpoint)
    const resumed = { name: 'next', publicKey, onCheckpoint: keep }
    const error = (await service.rotate(replaced, { ...resumed, resume }))._unsafeUnwrapErr()
    if (error.code !== 'incomplete') throw error
    await world.settle()
    const { instances } = await world.snapshot()
    expect(instances).toMatchObject(['i-1', 'i-2'].map((id) => ({ id, power: 'running', authorized: ['old'] })))

    await world.forgetCalls()
    const again = (await service.rotate(replaced, { ...resumed, resume }))._unsafeUnwrapErr()
    expect(again).toMatchObject({ code: 'conflict', outcome: 'none' })
    expect((await world.calls()).filter(({ mutating }) => mutating)).toEqual([])
  })
})

test.each(Object.keys(clouds))('an instance that was rolled back is not in progress any more, %s', async (cloud) => {
  const { service } = await rolloutOf(clouds[cloud] ?? {}, [
    { id: 'i-1', keyPair: 'old' },
    { id: 'i-2', keyPair: 'old' },
  ])
  const [old] = (await collect(service.list({ namePattern: 'old' }), { max: 1 }))._unsafeUnwrap()
  if (old === undefined) throw new Error('There is no such key pair')
  let last: Checkpoint | undefined
  const onCheckpoint = async (checkpoint: Checkpoint): Promise<void> => void (last = checkpoint)
  const check = async (): Promise<void> => {
    throw new Error('no login')
  }
  const error = (await service.rotate(old, { name: 'next', publicKey, check, onCheckpoint }))._unsafeUnwrapErr()
  expect(error.code).toBe('incomplete')
  expect(last?.instances).toMatchObject(['i-1', 'i-2'].map((id) => ({ id, step: 'waiting', keyPair: { name: 'old' } })))
})
