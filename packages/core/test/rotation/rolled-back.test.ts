import { describe, expect, it } from 'vitest'
import type { Checkpoint, CheckpointInstance, CheckpointUpdate } from '../../src/contract/checkpoint.js'
import type { ProgressEvent } from '../../src/contract/options.js'
import type { InstanceCapabilities } from '../../src/contract/capabilities.js'
import type { InstanceRecord } from '../../src/contract/key-pair-driver.js'
import { err } from '../../src/result.js'
import { batchOf, fates, shown, smallCloud, type SmallCloud } from '../small-cloud.js'
import { denied } from '../stub-driver.js'
import {
  anotherKey,
  attached,
  checkpointOf,
  done,
  inProgress,
  next,
  old,
  three,
  two,
  waiting,
} from './next-key-pair.js'

const rolledBack = 'The replaced key pair is attached to the instance again.'
const wasThere = 'The new key pair was there before. Its name may mean another one now.'
const notRolledBack = 'The replaced key pair could not be attached again: attach it, and restart the instance.'
const mayAcceptBoth = 'The new key pair was detached first: check that its guest does not accept the new key too.'
const sold = { code: 'capacity', message: 'sold out', transient: false } as const
const rejecting = (): Promise<void> => Promise.reject(new Error('no login'))

/** Makes a cloud in which a stranger gives the name `next` to another key before a call, as `reboot i-2`. */
function takenAt(
  call: string,
  seeds: Parameters<typeof smallCloud>[0],
  traits: Partial<InstanceCapabilities> = {},
): SmallCloud {
  const cloud: SmallCloud = smallCloud(seeds, traits, (_, plain) => {
    const take = (sent: string): void => {
      if (sent === call) cloud.keyPairs.set('next', { name: 'next', id: 'kp-next', publicKey: anotherKey })
    }
    return {
      capabilities: { ...plain.capabilities, identity: ['name'] },
      doRebootInstances: async (request, context) => {
        take(`reboot ${request.instanceIds.join(' ')}`)
        return plain.doRebootInstances(request, context)
      },
      doStartInstances: async (request, context) => {
        take(`start ${request.instanceIds.join(' ')}`)
        return plain.doStartInstances(request, context)
      },
    }
  })
  return cloud
}

const rotateOld = ({ service }: SmallCloud, options = {}): ReturnType<SmallCloud['service']['rotate']> =>
  service.rotate({ name: 'old' }, { ...next, ...options })

describe('a new name that means another key', () => {
  it('is taken from each instance that got it, also from those that failed after that', async () => {
    const cloud = takenAt('reboot i-2', { ...three, 'i-4': { keyPair: shown('other') } })
    cloud.refuses.set('reboot i-2', sold)
    const batch = batchOf(await rotateOld(cloud, { maxUnavailable: 1 }))
    expect(fates(batch)).toEqual([
      'i-1 failed none conflict',
      'i-2 failed partial conflict',
      'i-3 failed none conflict',
    ])
    expect([...cloud.instances.values()].map(({ keyPair }) => keyPair?.name)).toEqual(['old', 'old', 'old', 'other'])
    expect(cloud.keyPairs.has('old')).toBe(true)
  })

  it('before any instance has it is a conflict, and nothing is rolled back', async () => {
    const cloud: SmallCloud = smallCloud(two, {}, (_, plain) => ({
      capabilities: { ...plain.capabilities, identity: ['name'] },
      doDescribeInstances: async (request, context) => {
        if (request.kind === 'bound-to')
          cloud.keyPairs.set('next', { name: 'next', id: 'kp-next', publicKey: anotherKey })
        return plain.doDescribeInstances(request, context)
      },
    }))
    const error = (await rotateOld(cloud))._unsafeUnwrapErr()
    expect(error).toMatchObject({ code: 'conflict', outcome: 'partial' })
    expect(error.hint).toBe(`Find out who changed it. ${wasThere}`)
    expect(cloud.sent).toEqual(['import next'])
  })

  it.each([
    ['starts', 'running', 'none', []],
    ['does not start', 'stopped', 'partial', ['i-2']],
  ] as const)('is taken from an instance that the cloud %s in the end', async (_, power, outcome, leftStopped) => {
    const cloud = takenAt('start i-2 i-3', { ...three, 'i-4': old }, { power: ['stopped'] })
    cloud.refuses.set('start i-2', sold)
    const onProgress = ({ step, instanceIds }: ProgressEvent): void => {
      const isRollBack = step === 'attaching' && instanceIds.join() === 'i-2'
      if (power === 'running' && isRollBack) cloud.refuses.clear()
    }
    const batch = batchOf(await rotateOld(cloud, { maxUnavailable: 2, repairDeadlineMs: 60_000, onProgress }))
    expect(cloud.instances.get('i-2')).toMatchObject({ ...old, power })
    expect(batch.leftStopped).toEqual(leftStopped)
    expect(fates(batch)[1]).toBe(`i-2 failed ${outcome} conflict`)
  })

  it('leaves an instance unknown whose attach was never answered, and does not show the name', async () => {
    const cut = { code: 'network', message: 'cut', outcome: 'unknown', transient: true, scope: 'call' } as const
    const cloud: SmallCloud = smallCloud(three, {}, (_, plain) => ({
      capabilities: { ...plain.capabilities, identity: ['name'] },
      doAttachKeyPair: async (request, context) => {
        if (!request.instanceIds.includes('i-2')) return plain.doAttachKeyPair(request, context)
        cloud.keyPairs.set('next', { name: 'next', id: 'kp-next', publicKey: anotherKey })
        return err(cut)
      },
    }))
    expect(fates(batchOf(await rotateOld(cloud)))).toEqual([
      'i-1 failed none conflict',
      'i-2 unknown unknown network',
      'i-3 failed none conflict',
    ])
    expect(cloud.instances.get('i-1')).toMatchObject(old)
  })

  it('is taken from an instance whose attach was not answered, and shows only later', async () => {
    const cut = { code: 'network', message: 'cut', outcome: 'unknown', transient: false, scope: 'call' } as const
    let isLate = true
    const cloud: SmallCloud = smallCloud(three, {}, (_, plain) => ({
      capabilities: { ...plain.capabilities, identity: ['name'] },
      doAttachKeyPair: async (request, context) => {
        const answer = await plain.doAttachKeyPair(request, context)
        if (!isLate || !request.instanceIds.includes('i-2')) return answer
        cloud.keyPairs.set('next', { name: 'next', id: 'kp-next', publicKey: anotherKey })
        return err(cut)
      },
      doDescribeInstances: async (request, context) => {
        const read = await plain.doDescribeInstances(request, context)
        const before = (item: InstanceRecord): InstanceRecord =>
          isLate && item.id === 'i-2' ? { ...item, ...old } : item
        return read.map((page) => ({ ...page, items: page.items.map(before) }))
      },
    }))
    // A roll back begins by saving those that were done as in progress again.
    let wasDone = false
    const onCheckpoint = async ({ instances: [first] }: Checkpoint): Promise<void> => {
      if (wasDone && first?.step === 'in-progress') isLate = false
      if (first?.step === 'done') wasDone = true
    }
    const batch = batchOf(await rotateOld(cloud, { onCheckpoint }))
    expect(isLate).toBe(false)
    expect(fates(batch)).toEqual(['i-1 failed none conflict', 'i-2 failed none conflict', 'i-3 failed none conflict'])
    expect([...cloud.instances.values()].map(({ keyPair }) => keyPair?.name)).toEqual(['old', 'old', 'old'])
  })

  it('is saved with all changes since the last checkpoint that was stored', async () => {
    const known = new Map<string, string>()
    let last: Checkpoint['instances'] = []
    let wasDone = false
    const cloud = takenAt('reboot i-2', two)
    const onCheckpoint = async ({ instances }: Checkpoint, { changed }: CheckpointUpdate): Promise<void> => {
      last = instances
      // The roll back goes on without this one. Then the cloud refuses to restart the first instance.
      if (wasDone && instances[0]?.step === 'in-progress') {
        wasDone = false
        cloud.refuses.set('attach i-1', sold)
        throw new Error('disk full')
      }
      wasDone = instances[0]?.step === 'done'
      for (const { id, step } of changed) known.set(id, step)
    }
    batchOf(await rotateOld(cloud, { onCheckpoint }))
    expect(last.map(({ step }) => step)).toEqual(['in-progress', 'waiting'])
    expect([...known]).toEqual(last.map(({ id, step }) => [id, step]))
  })

  it('is saved as in progress with all that got it, and then as waiting with those that have it no more', async () => {
    const steps: string[] = []
    const onCheckpoint = async ({ instances }: Checkpoint): Promise<void> =>
      void steps.push(instances.map(({ id, step }) => `${id} ${step}`).join(', '))
    const cloud = takenAt('reboot i-2', two)
    batchOf(await rotateOld(cloud, { onCheckpoint }))
    expect(steps.slice(-3)).toEqual([
      'i-1 done, i-2 done',
      'i-1 in-progress, i-2 in-progress',
      'i-1 waiting, i-2 waiting',
    ])
  })
})

describe('a roll back', () => {
  it('is as forced as the rotation', async () => {
    const { service, sent } = smallCloud({ 'i-1': old })
    batchOf(await service.rotate({ name: 'old' }, { ...next, check: rejecting, force: true }))
    expect(sent).toEqual(['import next', 'attach i-1', 'reboot! i-1', 'attach i-1', 'reboot! i-1'])
  })

  it('that fails is not saved: the instance is in progress', async () => {
    const saves: string[] = []
    const cloud = smallCloud({ 'i-1': old })
    const check = (): Promise<void> => {
      cloud.refuses.set('attach i-1', sold)
      return rejecting()
    }
    const onCheckpoint = async ({ instances }: Checkpoint): Promise<void> =>
      void saves.push(instances.map(({ step }) => step).join())
    const batch = batchOf(await rotateOld(cloud, { check, onCheckpoint }))
    expect(fates(batch)).toEqual(['i-1 failed partial aborted'])
    expect(batch.failed[0]?.error.hint).toBe(notRolledBack)
    expect(saves).toEqual(['', '', 'in-progress'])
  })

  it('whose instances cannot be read leaves them with the new key pair, and says so', async () => {
    let isDenied = false
    const cloud = smallCloud({ 'i-1': old }, {}, (_, plain) => ({
      doDescribeInstances: async (request, context) =>
        isDenied ? err(denied) : plain.doDescribeInstances(request, context),
    }))
    const check = (): Promise<void> => {
      isDenied = true
      return rejecting()
    }
    const batch = batchOf(await rotateOld(cloud, { check }))
    expect(fates(batch)).toEqual(['i-1 failed partial aborted'])
    expect(batch.failed[0]?.error.hint).toBe(notRolledBack)
    expect(batch.leftStopped).toEqual([])
  })

  it('follows a check that the deadline of its wave left no time for', async () => {
    const cloud: SmallCloud = smallCloud({ 'i-1': old }, { power: ['stopped'] }, (_, plain) => ({
      doStartInstances: async (request, context) => {
        await cloud.clock.sleep(15_000, new AbortController().signal)
        return plain.doStartInstances(request, context)
      },
    }))
    const checked: string[] = []
    const check = async (id: string): Promise<void> => void checked.push(id)
    const batch = batchOf(await rotateOld(cloud, { check, waveDeadlineMs: 15_000, deadlineMs: 7_200_000 }))
    expect(checked).toEqual([])
    expect(fates(batch)).toEqual(['i-1 failed none timeout'])
    expect(batch.failed[0]?.error.message).toContain('the check was not run: no time was left')
    expect(batch.failed[0]?.error.hint).toBe(rolledBack)
    expect(cloud.instances.get('i-1')).toMatchObject(old)
  })

  it('of a check that approved too late says that the check was cut off', async () => {
    const cloud = smallCloud(two)
    const check = (_id: string, signal: AbortSignal): Promise<void> =>
      new Promise((resolve) => signal.addEventListener('abort', () => resolve()))
    const batch = batchOf(await rotateOld(cloud, { check, waveDeadlineMs: 100_000, deadlineMs: 7_200_000 }))
    expect(fates(batch)).toEqual(['i-1 failed none timeout', 'i-2 failed none timeout'])
    expect(batch.failed[0]?.error.hint).toBe(rolledBack)
    expect(batch.failed[0]?.error.message).toContain('the check was cut off before it finished')
    expect(cloud.instances.get('i-1')).toMatchObject(old)
  })
})

describe('a resume whose new key pair is gone', () => {
  const down = { ...old, power: 'stopped' } as const
  const resumed = async (
    cloud: SmallCloud,
    instances: readonly CheckpointInstance[],
  ): Promise<ReturnType<typeof batchOf>> => {
    const error = (await rotateOld(cloud, { resume: checkpointOf(instances) }))._unsafeUnwrapErr()
    expect(error).toMatchObject({ code: 'incomplete', outcome: 'partial' })
    return batchOf(err(error))
  }

  it.each([
    [true, 'none', rolledBack],
    ['undocumented', 'partial', `${rolledBack} ${mayAcceptBoth}`],
    [false, 'partial', `${rolledBack} ${mayAcceptBoth}`],
  ] as const)(
    'starts what was stopped, and says whether the guest may have both keys; the cloud replaces: %s',
    async (replaces, outcome, hint) => {
      const cloud = smallCloud({ 'i-1': down }, { power: ['stopped'], replaces })
      const batch = await resumed(cloud, [inProgress])
      expect(fates(batch)).toEqual([`i-1 failed ${outcome} conflict`])
      expect(batch.failed[0]?.error.hint).toBe(hint)
      expect(batch.leftStopped).toEqual([])
      expect(cloud.instances.get('i-1')).toMatchObject({ ...old, power: 'running' })
    },
  )

  it('takes its name from instances that were done, which were not detached', async () => {
    const traits = { power: ['stopped'], replaces: 'undocumented' } as const
    const cloud = smallCloud({ 'i-1': { ...attached }, 'i-2': down }, traits)
    const batch = await resumed(cloud, [done, { ...inProgress, id: 'i-2' }])
    expect(fates(batch)).toEqual(['i-1 failed none conflict', 'i-2 failed partial conflict'])
  })

  it('as the replaced one leaves all as it is, and tells what may be stopped', async () => {
    const cloud = smallCloud({ 'i-1': down, 'i-2': down, 'i-3': old }, { power: ['stopped'] })
    cloud.keyPairs.delete('old')
    const batch = await resumed(cloud, [
      inProgress,
      { ...inProgress, id: 'i-2', power: 'stopped' },
      { ...done, id: 'i-3' },
      { ...waiting, id: 'i-4' },
    ])
    expect(fates(batch)).toEqual([
      'i-1 failed partial conflict',
      'i-2 failed partial conflict',
      'i-3 failed partial conflict',
    ])
    expect(batch.failed[0]?.error.hint).toBe(notRolledBack)
    expect(batch.leftStopped).toEqual(['i-1'])
    expect(cloud.sent).toEqual([])
  })
})

it('a rotation whose checks reject in one wave rolls back those alone', async () => {
  const cloud = smallCloud(three)
  const check = async (id: string): Promise<void> => {
    if (id === 'i-3') throw new Error('no login')
  }
  const batch = batchOf(await rotateOld(cloud, { check, maxUnavailable: 2 }))
  expect(fates(batch)).toEqual(['i-1 changed now', 'i-2 changed now', 'i-3 failed none aborted'])
  expect([...cloud.instances.values()].map(({ keyPair }) => keyPair?.name)).toEqual(['next', 'next', 'old'])
  expect(cloud.sent).toEqual([
    'import next',
    'attach i-1',
    'reboot i-1',
    'attach i-2 i-3',
    'reboot i-2 i-3',
    'attach i-3',
    'reboot i-3',
  ])
})
