import { describe, expect, it } from 'vitest'
import type { InstanceCapabilities } from '../../src/contract/capabilities.js'
import type { InstanceRecord, ItemFailure, KeyPairDriver } from '../../src/contract/key-pair-driver.js'
import { ok } from '../../src/result.js'
import { batchOf, fates, shown, smallCloud, type SmallCloud } from '../small-cloud.js'

const now = { takeEffect: 'now' } as const
const deploy = { name: 'new' } as const
const old = { keyPair: shown('old') } as const
const stoppedOnly = { power: ['stopped'] } as const
const failure: ItemFailure = { code: 'quota-exceeded', message: 'no room', transient: false }

type Call = 'doAttachKeyPair' | 'doStopInstances' | 'doStartInstances' | 'doRebootInstances'

/** Makes a cloud that takes one kind of call, carries nothing out, and says later that its task failed. */
function failing(call: Call, traits: Partial<InstanceCapabilities>, failedTask = 't-1', times = Infinity): SmallCloud {
  let failed = 0
  return smallCloud({ 'i-1': old }, traits, (instances, plain): Partial<KeyPairDriver> => {
    const take = async (request: { readonly instanceIds: readonly string[] }): ReturnType<KeyPairDriver[Call]> => {
      for (const id of request.instanceIds) {
        const record = instances.get(id)
        if (record !== undefined) instances.set(id, { ...record, failedTask: { id: failedTask, failure } })
      }
      return ok(request.instanceIds.map((id) => ({ id, ok: true, task: 't-1' }) as const))
    }
    const isFailing = (): boolean => (failed += 1) <= times
    switch (call) {
      case 'doAttachKeyPair':
        return { doAttachKeyPair: (request) => take(request) }
      case 'doStopInstances':
        return { doStopInstances: (request) => take(request) }
      case 'doRebootInstances':
        return { doRebootInstances: (request) => take(request) }
      case 'doStartInstances':
        return {
          doStartInstances: (request, context) =>
            isFailing() ? take(request) : plain.doStartInstances(request, context),
        }
    }
  })
}

describe('a call that the cloud takes, and whose task fails later', () => {
  it.each([
    ['doAttachKeyPair', {}, 'i-1 failed partial quota-exceeded', []],
    ['doRebootInstances', {}, 'i-1 failed partial quota-exceeded', ['attach i-1']],
    ['doStopInstances', stoppedOnly, 'i-1 failed none quota-exceeded', []],
    ['doStartInstances', stoppedOnly, 'i-1 failed partial quota-exceeded', ['stop i-1', 'attach i-1']],
  ] as const)('fails its instance with the reason: %s', async (call, traits, fate, sent) => {
    const cloud = failing(call, traits)
    const batch = batchOf(await cloud.service.attach(deploy, ['i-1'], now))
    expect(fates(batch)).toEqual([fate])
    expect(batch.failed[0]?.error.message).toContain('no room')
    expect(batch.leftStopped).toEqual(call === 'doStartInstances' ? ['i-1'] : [])
    expect(cloud.sent).toEqual(sent)
  })

  it('does so soon, and not when its time is over', async () => {
    const cloud = failing('doRebootInstances', {})
    const from = cloud.clock.now()
    await cloud.service.attach(deploy, ['i-1'], now)
    expect(cloud.clock.now() - from).toBeLessThan(10_000)
  })

  it('is sent again if it is a start, and may succeed then', async () => {
    const cloud = failing('doStartInstances', stoppedOnly, 't-1', 1)
    const batch = batchOf(await cloud.service.attach(deploy, ['i-1'], now))
    expect(fates(batch)).toEqual(['i-1 changed now'])
    expect(batch.leftStopped).toEqual([])
  })

  it('is not taken for failed because of another task', async () => {
    const cloud = failing('doRebootInstances', {}, 't-0')
    expect(fates(batchOf(await cloud.service.attach(deploy, ['i-1'], now)))).toEqual(['i-1 changed now'])
  })
})

describe('a deadline in a read', () => {
  /** Makes a cloud whose reads take long once a call was sent. */
  const slowAfter = (call: string): SmallCloud => {
    let isSlow = true
    const cloud: SmallCloud = smallCloud({ 'i-1': old, 'i-2': old }, stoppedOnly, (_, plain) => ({
      doDescribeInstances: async (request, context) => {
        if (isSlow && cloud.sent.includes(call)) {
          isSlow = false
          await cloud.clock.sleep(50_000, context.signal)
        }
        return plain.doDescribeInstances(request, context)
      },
    }))
    return cloud
  }

  it('after the attach is a success of the instance, which only waits for its start', async () => {
    const { service, sent } = slowAfter('attach i-1')
    const batch = batchOf(await service.attach(deploy, ['i-1', 'i-2'], { ...now, deadlineMs: 20_000 }))
    expect(fates(batch)).toEqual(['i-1 changed now', 'i-2 failed none timeout'])
    expect(sent).toEqual(['stop i-1', 'attach i-1', 'start i-1'])
  })

  it('after the stop fails the instance, which is started again', async () => {
    const { service, sent, instances } = slowAfter('stop i-1')
    const batch = batchOf(await service.attach(deploy, ['i-1', 'i-2'], { ...now, deadlineMs: 20_000 }))
    expect(fates(batch)).toEqual(['i-1 failed none timeout', 'i-2 failed none timeout'])
    expect(sent).toEqual(['stop i-1', 'start i-1'])
    expect(instances.get('i-1')).toMatchObject({ ...old, power: 'running' })
  })
})

describe('an attach over another key pair that is refused, on a cloud that may replace it', () => {
  it.each([
    ['conflict', true],
    ['unknown', true],
    ['quota-exceeded', false],
    ['permission-denied', false],
    ['busy', false],
  ] as const)('with %s is tried again after a detach: %s', async (code, isDetached) => {
    let attaches = 0
    const cloud: SmallCloud = smallCloud({ 'i-1': old }, { ...stoppedOnly, replaces: 'undocumented' }, (_, plain) => ({
      doAttachKeyPair: async (request, context) => {
        attaches += 1
        if (attaches > 1) return plain.doAttachKeyPair(request, context)
        return ok([{ id: 'i-1', ok: false, failure: { code, message: 'no', transient: false } }])
      },
    }))
    const batch = batchOf(await cloud.service.attach(deploy, ['i-1'], now))
    expect(fates(batch)).toEqual([isDetached ? 'i-1 changed now' : `i-1 failed none ${code}`])
    expect(cloud.sent).toEqual(
      isDetached ? ['stop i-1', 'detach i-1', 'attach i-1', 'start i-1'] : ['stop i-1', 'start i-1'],
    )
  })

  it('or may not be refused, by a code that says nothing, is tried again after a detach', async () => {
    let attaches = 0
    const cloud: SmallCloud = smallCloud({ 'i-1': old }, { ...stoppedOnly, replaces: 'undocumented' }, (_, plain) => ({
      doAttachKeyPair: async (request, context) => {
        attaches += 1
        if (attaches > 1) return plain.doAttachKeyPair(request, context)
        return ok([
          { id: 'i-1', ok: false, failure: { code: 'unknown', message: 'no', outcome: 'unknown', transient: false } },
        ])
      },
    }))
    const batch = batchOf(await cloud.service.attach(deploy, ['i-1'], now))
    expect(fates(batch)).toEqual(['i-1 changed now'])
    expect(cloud.sent).toEqual(['stop i-1', 'detach i-1', 'attach i-1', 'start i-1'])
  })
})

describe('a record that shows a change late', () => {
  /** Makes a cloud whose reads show the key pair of before for some time after an attach. */
  const late = (forMs: number, traits: Partial<InstanceCapabilities> = {}): SmallCloud => {
    let attachedAt = Infinity
    const cloud: SmallCloud = smallCloud({ 'i-1': old }, traits, (_, plain) => ({
      doAttachKeyPair: async (request, context) => {
        attachedAt = cloud.clock.now()
        return plain.doAttachKeyPair(request, context)
      },
      doDescribeInstances: async (request, context) => {
        const read = await plain.doDescribeInstances(request, context)
        if (cloud.clock.now() - attachedAt >= forMs || attachedAt === Infinity) return read
        return read.map(({ items }) => ({ items: items.map((item): InstanceRecord => ({ ...item, ...old })) }))
      },
    }))
    return cloud
  }

  it.each([
    [0, 0, {}],
    [10_000, 12_000, {}],
    [10_000, 12_000, stoppedOnly],
    [3_600_000, 30_000, {}],
    [3_600_000, 30_000, stoppedOnly],
  ] as const)('for %i ms is waited for, but %i ms at most: %j', async (forMs, waitedMs, traits) => {
    const cloud = late(forMs, traits)
    const from = cloud.clock.now()
    const batch = batchOf(await cloud.service.attach(deploy, ['i-1'], now))
    expect(fates(batch)).toEqual(['i-1 changed now'])
    expect(cloud.clock.now() - from).toBe(waitedMs)
    expect(cloud.sent.filter((call) => call.startsWith('attach'))).toEqual(['attach i-1'])
  })
})
