import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { describe, expect, it } from 'vitest'
import type { ProgressEvent } from '../../src/contract/options.js'
import type { InstanceCapabilities } from '../../src/contract/capabilities.js'
import type { KeyPairDriver } from '../../src/contract/key-pair-driver.js'
import { err, ok } from '../../src/result.js'
import { batchOf, fates, shown, smallCloud, type SmallCloud } from '../small-cloud.js'
import { denied } from '../stub-driver.js'

const now = { takeEffect: 'now' } as const
const deploy = { name: 'new' } as const
const old = { keyPair: shown('old') } as const
const two = { 'i-1': old, 'i-2': old }
const forever = (): Promise<never> => new Promise(() => {})

/** Makes a cloud whose reboots take some time. */
function rebooting(forMs: number, seeds: Parameters<typeof smallCloud>[0] = { 'i-1': old }): SmallCloud {
  const cloud: SmallCloud = smallCloud(seeds, {}, (instances) => ({
    doRebootInstances: async ({ instanceIds }) => {
      cloud.sent.push(`reboot ${instanceIds.join(' ')}`)
      for (const id of instanceIds) {
        const record = instances.get(id)
        if (record === undefined) continue
        instances.set(id, { ...record, power: 'rebooting' })
        void cloud.clock.sleep(forMs, new AbortController().signal).then(() => {
          instances.set(id, { ...record, ...instances.get(id), power: 'running' })
        })
      }
      return ok(instanceIds.map((id) => ({ id, ok: true }) as const))
    },
  }))
  return cloud
}

describe('an instance that changes in the middle of its wave', () => {
  /** Makes a cloud that changes `i-1` by itself once an attach was sent. */
  const changing = (
    after: (instances: SmallCloud['instances']) => void,
    traits: Partial<InstanceCapabilities> = {},
  ): SmallCloud =>
    smallCloud(two, traits, (instances, plain): Partial<KeyPairDriver> => ({
      doAttachKeyPair: async (request, context) => {
        const answer = await plain.doAttachKeyPair(request, context)
        after(instances)
        return answer
      },
    }))

  it('fails alone if it is listed no more', async () => {
    const { service, sent } = changing((instances) => void instances.delete('i-1'))
    const batch = batchOf(await service.attach(deploy, ['i-1', 'i-2'], { ...now, maxUnavailable: 2 }))
    expect(fates(batch)).toEqual(['i-1 failed partial not-found', 'i-2 changed now'])
    expect(sent).toEqual(['attach i-1 i-2', 'reboot i-2'])
  })

  it('fails alone if its reboot outlasts the deadline', async () => {
    const { service } = smallCloud(two, {}, (instances, plain) => ({
      doRebootInstances: async (request, context) => {
        const answer = await plain.doRebootInstances(request, context)
        instances.set('i-2', { id: 'i-2', power: 'rebooting', keyPair: shown('new') })
        return answer
      },
    }))
    const options = { ...now, maxUnavailable: 2, deadlineMs: 60_000 }
    const batch = batchOf(await service.attach(deploy, ['i-1', 'i-2'], options))
    expect(fates(batch)).toEqual(['i-1 changed now', 'i-2 failed partial timeout'])
  })

  it('fails if somebody attached another key pair, which is named, and is not restarted', async () => {
    const { service, sent } = changing(
      (instances) => void instances.set('i-1', { id: 'i-1', power: 'running', keyPair: shown('other') }),
    )
    const batch = batchOf(await service.attach(deploy, ['i-1'], now))
    expect(fates(batch)).toEqual(['i-1 failed partial conflict'])
    expect(batch.failed[0]?.error).toMatchObject({
      message: expect.stringContaining('somebody else changed the key pair of the instance to "other"'),
      details: { actual: 'other' },
    })
    expect(sent).toEqual(['attach i-1'])
  })

  it('fails if it is in a state that is neither up nor down', async () => {
    const { service } = changing((instances) => {
      instances.set('i-1', { id: 'i-1', power: 'other', keyPair: shown('new') })
    })
    expect(fates(batchOf(await service.attach(deploy, ['i-1'], now)))).toEqual(['i-1 failed partial instance-state'])
  })
})

describe('a wave whose reads are denied', () => {
  it.each([
    ['at first', 0, ['i-1 failed none permission-denied', 'i-2 failed none permission-denied'], []],
    [
      'after its attach',
      1,
      ['i-1 failed partial permission-denied', 'i-2 failed none permission-denied'],
      ['attach i-1'],
    ],
  ] as const)('fails, and the next ones too: %s', async (_, calls, expected, sent) => {
    const cloud: SmallCloud = smallCloud(two, {}, (__, plain) => ({
      doDescribeInstances: async (request, context) => {
        reads += 1
        return reads > 1 && cloud.sent.length >= calls ? err(denied) : plain.doDescribeInstances(request, context)
      },
    }))
    let reads = 0
    const batch = batchOf(await cloud.service.attach(deploy, ['i-1', 'i-2'], { ...now, repairDeadlineMs: 10_000 }))
    expect(fates(batch)).toEqual(expected)
    expect(cloud.sent).toEqual(sent)
  })

  it('after its stop starts the instance all the same', async () => {
    const cloud: SmallCloud = smallCloud({ 'i-1': old }, { power: ['stopped'] }, (_, plain) => ({
      doDescribeInstances: async (request, context) =>
        cloud.sent.includes('stop i-1') ? err(denied) : plain.doDescribeInstances(request, context),
    }))
    const batch = batchOf(await cloud.service.attach(deploy, ['i-1'], { ...now, repairDeadlineMs: 40_000 }))
    expect(batch.failed.map(({ error }) => error.code)).toEqual(['permission-denied'])
    expect(cloud.sent.slice(0, 2)).toEqual(['stop i-1', 'start i-1'])
    expect(cloud.instances.get('i-1')?.power).toBe('running')
  })
})

describe('the deadline of a change with restarts', () => {
  it('in a reboot fails the instance, and those that wait', async () => {
    const cloud = rebooting(90_000, two)
    const batch = batchOf(await cloud.service.attach(deploy, ['i-1', 'i-2'], { ...now, deadlineMs: 60_000 }))
    expect(fates(batch)).toEqual(['i-1 failed partial timeout', 'i-2 failed none timeout'])
    expect(cloud.sent).toEqual(['attach i-1', 'reboot i-1'])
  })

  it('in a check is no approval, and the check is told', async () => {
    const signals: boolean[] = []
    const check = (_id: string, signal: AbortSignal): Promise<never> => {
      signal.addEventListener('abort', () => signals.push(signal.aborted))
      return forever()
    }
    const { service } = smallCloud(two)
    const batch = batchOf(await service.attach(deploy, ['i-1', 'i-2'], { ...now, check, deadlineMs: 60_000 }))
    expect(fates(batch)).toEqual(['i-1 failed partial timeout', 'i-2 failed none timeout'])
    expect(batch.failed[0]?.error.hint).toBe(
      'The key pair was changed and the instance was restarted. Check that you can log in.',
    )
    expect(signals).toEqual([true])
  })

  it('in the last checkpoint of a wave ends the work, and the wave is as it is', async () => {
    let saves = 0
    const onCheckpoint = (): Promise<void> => ((saves += 1) === 2 ? forever() : Promise.resolve())
    const { service } = smallCloud(two)
    const batch = batchOf(await service.attach(deploy, ['i-1', 'i-2'], { ...now, onCheckpoint, deadlineMs: 60_000 }))
    expect(fates(batch)).toEqual(['i-1 changed now', 'i-2 failed none timeout'])
  })

  it('in the first checkpoint of a wave ends the work before any call', async () => {
    const { service, sent } = smallCloud(two)
    const options = { ...now, onCheckpoint: forever, deadlineMs: 60_000 }
    const batch = batchOf(await service.attach(deploy, ['i-1', 'i-2'], options))
    expect(fates(batch)).toEqual(['i-1 failed none timeout', 'i-2 failed none timeout'])
    expect(sent).toEqual([])
  })

  it('while another change holds an instance ends the work before any call', async () => {
    const cloud = rebooting(300_000)
    const first = cloud.service.attach(deploy, ['i-1'], now)
    const from = cloud.clock.now()
    const batch = batchOf(await cloud.service.attach({ name: 'other' }, ['i-1'], { ...now, deadlineMs: 60_000 }))
    expect(fates(batch)).toEqual(['i-1 failed none timeout'])
    expect(cloud.clock.now() - from).toBe(60_000)
    expect((await first).isOk()).toBe(true)
    expect(cloud.sent).toEqual(['attach i-1', 'reboot i-1'])
    expect((await cloud.service.attach({ name: 'other' }, ['i-1'], now)).isOk()).toBe(true)
  })
})

describe('an aborted change with restarts', () => {
  it('makes no check of what was restarted, and tells of none', async () => {
    const abort = new AbortController()
    const steps: string[] = []
    const checked: string[] = []
    const cloud: SmallCloud = smallCloud({ 'i-1': old }, { restart: 'stop-and-start' }, (_, plain) => ({
      doStartInstances: async (request, context) => {
        abort.abort()
        return plain.doStartInstances(request, context)
      },
    }))
    const batch = batchOf(
      await cloud.service.attach(deploy, ['i-1'], {
        ...now,
        signal: abort.signal,
        onProgress: ({ step }) => void steps.push(step),
        check: async (id) => void checked.push(id),
      }),
    )
    expect(fates(batch)).toEqual(['i-1 failed partial aborted'])
    expect(steps).toEqual(['attaching', 'stopping', 'starting', 'finished'])
    expect(checked).toEqual([])
  })

  it('before its first wave changes nothing', async () => {
    const abort = new AbortController()
    const { service, sent } = smallCloud(two, {}, (_, plain) => ({
      doDescribeInstances: async (request, context) => {
        const answer = await plain.doDescribeInstances(request, context)
        abort.abort()
        return answer
      },
    }))
    const aborted = await service.attach(deploy, ['i-1', 'i-2'], { ...now, signal: abort.signal })
    expect(aborted._unsafeUnwrapErr().outcome).toBe('none')
    expect(sent).toEqual([])
  })
})

describe('the channel of the progress', () => {
  it('has the events of a change, and none of a plan', async () => {
    const events: unknown[] = []
    const listen = (event: unknown): void => void events.push(event)
    subscribe('cloud-keypair:progress', listen)
    try {
      const { service } = smallCloud({ 'i-1': old })
      const request = { operation: 'attach', keyPair: deploy, instanceIds: ['i-1'] } as const
      expect((await service.plan(request)).isOk()).toBe(true)
      expect(events).toEqual([])
      const told: ProgressEvent[] = []
      await service.attach(deploy, ['i-1'], { ...now, onProgress: (event) => void told.push(event) })
      expect(events).toEqual(told)
      expect(told).toHaveLength(3)
    } finally {
      unsubscribe('cloud-keypair:progress', listen)
    }
  })
})
