import { describe, expect, it } from 'vitest'
import type { Checkpoint } from '../../src/contract/checkpoint.js'
import type { InstanceRecord } from '../../src/contract/key-pair-driver.js'
import { err, ok } from '../../src/result.js'
import { batchOf, fates, resumeOf, shown, smallCloud, type SmallCloud } from '../small-cloud.js'

const now = { takeEffect: 'now' } as const
const deploy = { name: 'new' } as const
const old = { keyPair: shown('old') } as const
const two = { 'i-1': old, 'i-2': old }
const again = 'The change may have happened, or may still happen. The same call may be made again.'
const unlimited = { items: 10, bytes: 1_000 }

/** Makes a cloud whose driver gives a record that is none, from a read of instances on. */
function damaged(from: number, seeds: Parameters<typeof smallCloud>[0] = two): SmallCloud {
  let reads = 0
  const record: InstanceRecord = JSON.parse('{"id":"i-1","power":"running","keyPair":null}')
  return smallCloud(seeds, { power: ['stopped'] }, (_, plain) => ({
    doDescribeInstances: async (request, context) => {
      reads += 1
      return reads < from ? plain.doDescribeInstances(request, context) : ok({ items: [record] })
    },
  }))
}

describe('a defect of a driver', () => {
  it('before a wave leaves its outcome unknown, and ends the work', async () => {
    const { service, sent } = damaged(2)
    const batch = batchOf(await service.attach(deploy, ['i-1', 'i-2'], now))
    expect(fates(batch)).toEqual(['i-1 unknown unknown unknown', 'i-2 failed none unknown'])
    expect(batch.unknown[0]?.error.hint).toBe(again)
    expect(batch.failed[0]?.error.message).toContain('internal error: no outcome was recorded')
    expect(batch.leftStopped).toEqual([])
    expect(sent).toEqual([])
  })

  it('in the look at the key behind the name ends the work before any call', async () => {
    let looks = 0
    const { service, sent } = smallCloud(two, { showsKeyPairId: false }, (_, plain) => ({
      capabilities: { ...plain.capabilities, identity: ['name'] },
      doDescribeKeyPairs: async (request, context) =>
        (looks += 1) === 1 ? plain.doDescribeKeyPairs(request, context) : ok({ items: JSON.parse('[null]') }),
    }))
    const batch = batchOf(await service.attach(deploy, ['i-1', 'i-2'], now))
    expect(fates(batch)).toEqual(['i-1 failed none unknown', 'i-2 failed none unknown'])
    expect(sent).toEqual([])
  })

  it('before a resumed wave names what may be stopped', async () => {
    const was = { power: 'running', keyPair: shown('old'), step: 'in-progress' } as const
    const resume = resumeOf({ id: 'i-1', ...was }, { id: 'i-2', ...was, power: 'stopped' })
    const { service } = damaged(2)
    const batch = batchOf(await service.attach(deploy, ['i-1', 'i-2'], { ...now, resume }))
    expect(fates(batch)).toEqual(['i-1 unknown unknown unknown', 'i-2 unknown unknown unknown'])
    expect(batch.leftStopped).toEqual(['i-1'])
  })

  it.each([
    ['stop', { powerChange: unlimited, power: ['stopped'] }, []],
    ['attach', { change: unlimited, power: ['stopped'] }, ['stop i-1', 'start i-1']],
    ['detach', { change: unlimited, power: ['stopped'], replaces: false }, ['stop i-1', 'start i-1']],
    ['reboot', { powerChange: unlimited }, ['attach i-1']],
  ] as const)('in a %s leaves the outcome unknown, and the instance as it was', async (at, traits, sent) => {
    const cloud = smallCloud({ 'i-1': old }, traits, () => ({
      bytesOf: (call) => {
        if (call === at) throw new TypeError('a defect')
        return 1
      },
    }))
    const batch = batchOf(await cloud.service.attach(deploy, ['i-1'], now))
    expect(fates(batch)).toEqual(['i-1 unknown unknown unknown'])
    expect(batch.unknown[0]?.error.hint).toContain(again)
    expect(batch.leftStopped).toEqual([])
    expect(cloud.instances.get('i-1')?.power).toBe('running')
    expect(cloud.sent).toEqual(sent)
  })

  it('in the look after an unanswered stop starts also the instances whose stop was answered', async () => {
    let isLost = false
    const cloud = smallCloud(two, { power: ['stopped'], powerChange: { items: 1 } }, (_, plain) => ({
      doDescribeInstances: async (request, context) => {
        if (!isLost) return plain.doDescribeInstances(request, context)
        isLost = false
        return ok({ items: JSON.parse('[null]') })
      },
      doStopInstances: async (request, context) => {
        const answer = await plain.doStopInstances(request, context)
        if (!request.instanceIds.includes('i-2')) return answer
        isLost = true
        return err({ code: 'network', message: 'lost', outcome: 'unknown', transient: true, scope: 'call' })
      },
    }))
    const batch = batchOf(await cloud.service.attach(deploy, ['i-1', 'i-2'], { ...now, maxUnavailable: 2 }))
    expect(fates(batch)).toEqual(['i-1 unknown unknown unknown', 'i-2 unknown unknown unknown'])
    expect(batch.leftStopped).toEqual([])
    expect(cloud.sent).toEqual(['stop i-1', 'stop i-2', 'start i-1', 'start i-2'])
    expect([...cloud.instances.values()].map(({ power }) => power)).toEqual(['running', 'running'])
  })

  it('in a start leaves the instance stopped, and names it', async () => {
    const cloud = smallCloud({ 'i-1': old }, { powerChange: unlimited, power: ['stopped'] }, () => ({
      bytesOf: (call) => {
        if (call === 'start') throw new TypeError('a defect')
        return 1
      },
    }))
    const batch = batchOf(await cloud.service.attach(deploy, ['i-1'], now))
    expect(batch.leftStopped).toEqual(['i-1'])
    expect(batch.items.map(({ status }) => status)).toEqual(['failed'])
    expect(cloud.instances.get('i-1')?.power).toBe('stopped')
  })
})

describe('the last checkpoint of a wave', () => {
  it('is waited for after a repair, although the deadline is over', async () => {
    const done: string[] = []
    const cloud: SmallCloud = smallCloud({ 'i-1': old }, { power: ['stopped'] }, (_, plain) => ({
      doAttachKeyPair: async (request, context) => {
        await cloud.clock.sleep(100_000, new AbortController().signal)
        return plain.doAttachKeyPair(request, context)
      },
    }))
    let saves = 0
    const onCheckpoint = async (): Promise<void> => {
      saves += 1
      if (saves === 1) return
      await cloud.clock.sleep(5_000, new AbortController().signal)
      done.push('saved')
    }
    batchOf(await cloud.service.attach(deploy, ['i-1'], { ...now, onCheckpoint, deadlineMs: 20_000 }))
    expect(cloud.instances.get('i-1')?.power).toBe('running')
    expect(done).toEqual(['saved'])
  })

  it('is cut off by the deadline if nothing had to be repaired', async () => {
    const { service, clock } = smallCloud(two)
    let saves = 0
    const onCheckpoint = (): Promise<void> => ((saves += 1) === 2 ? new Promise(() => {}) : Promise.resolve())
    const from = clock.now()
    batchOf(await service.attach(deploy, ['i-1', 'i-2'], { ...now, onCheckpoint, deadlineMs: 60_000 }))
    expect(clock.now() - from).toBe(60_000)
  })

  it('is the only one if no instance of the wave can be changed by then', async () => {
    const saved: string[] = []
    let reads = 0
    const { service } = smallCloud({ 'i-1': old }, {}, (instances, plain) => ({
      doDescribeInstances: async (request, context) => {
        if ((reads += 1) === 2) instances.set('i-1', { id: 'i-1', power: 'running', unsupported: 'Windows' })
        return plain.doDescribeInstances(request, context)
      },
    }))
    const onCheckpoint = async ({ instances }: Checkpoint): Promise<void> =>
      void saved.push(instances.map(({ step }) => step).join())
    const batch = batchOf(await service.attach(deploy, ['i-1'], { ...now, onCheckpoint }))
    expect(fates(batch)).toEqual(['i-1 failed none instance-unsupported'])
    expect(saved).toEqual(['waiting'])
  })
})
