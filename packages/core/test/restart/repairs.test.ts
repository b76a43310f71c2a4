import { describe, expect, it } from 'vitest'
import type { InstanceCapabilities } from '../../src/contract/capabilities.js'
import type { CallFailure, ItemFailure, KeyPairDriver } from '../../src/contract/key-pair-driver.js'
import { err, ok } from '../../src/result.js'
import { batchOf, fates, shown, smallCloud, type SmallCloud } from '../small-cloud.js'

const now = { takeEffect: 'now' } as const
const deploy = { name: 'new' } as const
const old = { keyPair: shown('old') } as const
const stoppedOnly = { power: ['stopped'] } as const
const refusing = { ...stoppedOnly, replaces: false } as const
const failureOf = (code: ItemFailure['code']): ItemFailure => ({ code, message: 'no', transient: false })
const cut = { code: 'network', message: 'cut', outcome: 'unknown', transient: false, scope: 'call' } as const

/** Makes a cloud that writes down when each call was sent, in seconds. */
function timed(
  traits: Partial<InstanceCapabilities>,
  answer: (call: string, count: number) => ItemFailure | CallFailure | undefined,
): { readonly cloud: SmallCloud; readonly times: Record<string, number[]> } {
  const times: Record<string, number[]> = {}
  const cloud: SmallCloud = smallCloud({ 'i-1': old }, traits, (_, plain): Partial<KeyPairDriver> => {
    const from = (): number => cloud.clock.now() - startedAt
    const answered = async (
      call: string,
      send: () => ReturnType<KeyPairDriver['doStartInstances']>,
    ): ReturnType<KeyPairDriver['doStartInstances']> => {
      const sent = (times[call] ??= [])
      sent.push(from() / 1_000)
      const failure = answer(call, sent.length)
      if (failure === undefined) return send()
      if ('scope' in failure) return err(failure)
      cloud.sent.push(`${call} i-1`)
      return ok([{ id: 'i-1', ok: false, failure }])
    }
    return {
      doAttachKeyPair: (request, context) =>
        answered(`attach ${request.keyPair.by === 'id' ? request.keyPair.id : request.keyPair.name}`, () =>
          plain.doAttachKeyPair(request, context),
        ),
      doDetachKeyPair: (request, context) => answered('detach', () => plain.doDetachKeyPair(request, context)),
      doStopInstances: (request, context) => answered('stop', () => plain.doStopInstances(request, context)),
      doStartInstances: (request, context) => answered('start', () => plain.doStartInstances(request, context)),
      doRebootInstances: (request, context) => answered('reboot', () => plain.doRebootInstances(request, context)),
    }
  })
  const startedAt = cloud.clock.now()
  return { cloud, times }
}

describe('a start that the cloud refuses', () => {
  it.each(['not-found', 'instance-unsupported', 'permission-denied'] as const)(
    'is not sent again: %s',
    async (code) => {
      const { cloud, times } = timed(stoppedOnly, (call) => (call === 'start' ? failureOf(code) : undefined))
      const batch = batchOf(await cloud.service.attach(deploy, ['i-1'], now))
      expect(fates(batch)).toEqual([`i-1 failed partial ${code}`])
      expect(batch.leftStopped).toEqual(['i-1'])
      expect(times['start']).toEqual([0])
    },
  )

  it.each(['capacity', 'billing', 'conflict', 'quota-exceeded'] as const)(
    'is sent again every 18 seconds until the deadline of the repair: %s',
    async (code) => {
      const { cloud, times } = timed(stoppedOnly, (call) => (call === 'start' ? failureOf(code) : undefined))
      const batch = batchOf(await cloud.service.attach(deploy, ['i-1'], { ...now, repairDeadlineMs: 50_000 }))
      expect(fates(batch)).toEqual([`i-1 failed partial ${code}`])
      expect(batch.leftStopped).toEqual(['i-1'])
      expect(times['start']).toEqual([0, 18, 36])
    },
  )

  it('and that succeeds later is a success', async () => {
    const { cloud, times } = timed(stoppedOnly, (call, count) =>
      call === 'start' && count < 3 ? failureOf('capacity') : undefined,
    )
    const batch = batchOf(await cloud.service.attach(deploy, ['i-1'], now))
    expect(fates(batch)).toEqual(['i-1 changed now'])
    expect(batch.leftStopped).toEqual([])
    expect(times['start']).toEqual([0, 18, 36])
  })
})

describe('a key pair that was detached', () => {
  it('is attached again if the new one is refused, and the instance starts with it', async () => {
    const { cloud, times } = timed(refusing, (call) =>
      call === 'attach kp-new' ? failureOf('quota-exceeded') : undefined,
    )
    const batch = batchOf(await cloud.service.attach(deploy, ['i-1'], now))
    expect(fates(batch)).toEqual(['i-1 failed none quota-exceeded'])
    expect(batch.leftStopped).toEqual([])
    expect(cloud.instances.get('i-1')).toMatchObject({ ...old, power: 'running' })
    expect(Object.keys(times)).toEqual(['stop', 'detach', 'attach kp-new', 'attach kp-old', 'start'])
  })

  it('is attached again later if that is refused at first', async () => {
    const { cloud, times } = timed(refusing, (call, count) => {
      if (call === 'attach kp-new') return failureOf('quota-exceeded')
      return call === 'attach kp-old' && count < 3 ? failureOf('busy') : undefined
    })
    const batch = batchOf(await cloud.service.attach(deploy, ['i-1'], now))
    expect(fates(batch)).toEqual(['i-1 failed none quota-exceeded'])
    expect(times['attach kp-old']).toEqual([0, 15, 30])
    expect(times['start']).toEqual([30])
  })

  it('and that cannot be attached again leaves the instance without one, stopped', async () => {
    const { cloud, times } = timed(refusing, (call) =>
      call.startsWith('attach') ? failureOf('quota-exceeded') : undefined,
    )
    const batch = batchOf(await cloud.service.attach(deploy, ['i-1'], { ...now, repairDeadlineMs: 40_000 }))
    expect(fates(batch)).toEqual(['i-1 failed partial quota-exceeded'])
    expect(batch.failed[0]?.error.hint).toBe('No key pair is bound to the instance: attach one before you start it.')
    expect(batch.leftStopped).toEqual(['i-1'])
    expect(times['attach kp-old']).toEqual([0, 15, 30])
    expect(times['start']).toBeUndefined()
  })

  it('is not attached again over one that somebody attached meanwhile, with which the instance starts', async () => {
    const { cloud, times } = timed(refusing, (call) => {
      if (call !== 'attach kp-new') return undefined
      cloud.instances.set('i-1', { id: 'i-1', power: 'stopped', keyPair: shown('other') })
      return failureOf('quota-exceeded')
    })
    const batch = batchOf(await cloud.service.attach(deploy, ['i-1'], now))
    expect(fates(batch)).toEqual(['i-1 failed partial quota-exceeded'])
    expect(batch.failed[0]?.error.hint).toBe(
      'Somebody attached another key pair meanwhile. The one before is not attached again.',
    )
    expect(cloud.instances.get('i-1')).toMatchObject({ keyPair: shown('other'), power: 'running' })
    expect(times['attach kp-old']).toBeUndefined()
  })
})

describe('a call without an answer', () => {
  it.each([
    ['stop', stoppedOnly, 'i-1 unknown unknown network'],
    ['attach kp-new', {}, 'i-1 unknown unknown network'],
    ['reboot', {}, 'i-1 failed partial network'],
    ['detach', refusing, 'i-1 failed none network'],
  ] as const)('that is never carried out leaves the instance as it was: %s', async (lost, traits, fate) => {
    const { cloud, times } = timed(traits, (call) => (call === lost ? cut : undefined))
    const batch = batchOf(await cloud.service.attach(deploy, ['i-1'], now))
    expect(fates(batch)).toEqual([fate])
    expect(batch.leftStopped).toEqual([])
    expect(cloud.instances.get('i-1')?.power).toBe('running')
    expect(times[lost]).toHaveLength(1)
  })

  it.each([
    ['stop', stoppedOnly, 'none', 'old'],
    ['detach', refusing, 'none', 'old'],
    ['reboot', {}, 'partial', 'new'],
  ] as const)('as its verdicts contradict each other, is waited for: %s', async (call, traits, outcome, name) => {
    const refused = { id: 'i-1', ok: false, failure: failureOf('conflict') } as const
    const cloud: SmallCloud = smallCloud({ 'i-1': old }, traits, (_, plain): Partial<KeyPairDriver> => {
      const later = async (work: () => Promise<unknown>): ReturnType<KeyPairDriver['doStopInstances']> => {
        void cloud.clock.sleep(50_000, new AbortController().signal).then(work)
        return ok([{ id: 'i-1', ok: true }, refused])
      }
      switch (call) {
        case 'stop':
          return { doStopInstances: (...given) => later(() => plain.doStopInstances(...given)) }
        case 'detach':
          return { doDetachKeyPair: (...given) => later(() => plain.doDetachKeyPair(...given)) }
        case 'reboot':
          return { doRebootInstances: (...given) => later(() => plain.doRebootInstances(...given)) }
      }
    })
    const batch = batchOf(await cloud.service.attach(deploy, ['i-1'], now))
    expect(cloud.sent).toContain(`${call} i-1`)
    expect(fates(batch)).toEqual([`i-1 failed ${outcome} invalid-response`])
    expect(batch.leftStopped).toEqual([])
    expect(cloud.instances.get('i-1')).toEqual({ id: 'i-1', power: 'running', keyPair: shown(name) })
  })
})
