import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  startAlibabaEcsSimulator,
  startAlibabaEnsSimulator,
  type AlibabaEcsSimulator,
  type AlibabaEnsSimulator,
  type BodyDamage,
  type Fault,
} from '../src/index.js'
import { coreCall, ecs, ecsClient, raw, thrown, type Call } from './alibaba-clients.js'
import { at, virtualClock, type VirtualClock } from './clients.js'

let clock: VirtualClock
let simulator: AlibabaEcsSimulator
let ens: AlibabaEnsSimulator
let call: Call

beforeEach(async () => {
  clock = virtualClock()
  simulator = await startAlibabaEcsSimulator({ clock })
  ens = await startAlibabaEnsSimulator({ clock })
  const generic = coreCall(simulator)
  call = (action, parameters) => generic(action, { RegionId: simulator.region, ...parameters })
  for (const { world } of [simulator, ens]) {
    world.seedKeyPair({ name: 'key' })
    world.seedInstances([
      { id: 'i-1', status: 'Stopped' },
      { id: 'i-2', status: 'Stopped' },
    ])
  }
})
afterEach(() => Promise.all([simulator.close(), ens.close()]))

const attach = { KeyPairName: 'key', InstanceIds: '["i-1","i-2"]' }
const boundTo = (id: string): unknown => simulator.world.snapshot().instances.find((found) => found.id === id)?.bound
const rawAttach = (signal?: AbortSignal): Promise<Response> =>
  raw(simulator, 'AttachKeyPair', { RegionId: simulator.region, ...attach }, signal === undefined ? {} : { signal })

describe('items that fail', () => {
  it('fail alone in a batch, of either product', async () => {
    for (const each of [simulator, ens]) each.fault({ kind: 'item', ids: ['i-2'], code: 'InstanceNotReady' })
    const { body } = await call('AttachKeyPair', attach)
    expect(at(body, 'Results', 'Result', 1)).toMatchObject({ Code: 'InstanceNotReady', Success: false })
    expect([boundTo('i-1'), boundTo('i-2')]).toEqual(['key', null])
    const flat = await coreCall(ens)('AttachKeyPair', attach)
    expect(at(flat.body, 'Results', 1)).toMatchObject({ Message: 'InstanceNotReady', Success: false })
  })

  it('refuse a call that has one verdict', async () => {
    simulator.fault({ kind: 'item', ids: ['key'], code: 'InternalError' })
    const deleted = await call('DeleteKeyPairs', { KeyPairNames: '["key"]' })
    expect(at(deleted.body, 'Code')).toBe('InternalError')
    simulator.fault({ kind: 'item', ids: ['i-2'], code: 'InstanceLockedForSecurity' })
    const started = await call('StartInstances', { InstanceId: ['i-1', 'i-2'] })
    expect(at(started.body, 'Code')).toBe('InstanceLockedForSecurity')
    expect(simulator.world.snapshot().instances.map(({ status }) => status)).toEqual(['Stopped', 'Stopped'])
    ens.fault({ kind: 'item', ids: ['i-1'], code: 'CallInterface' })
    const one = await coreCall(ens)('StartInstance', { InstanceId: 'i-1' })
    expect(at(one.body, 'Code')).toBe('CallInterface')
  })
})

describe('refusals', () => {
  it.each([
    [403, 'LastTokenProcessing'],
    [409, 'OperationConflict'],
    [503, 'ServiceUnavailable.RegionMaintaining'],
    [403, 'InstanceExpiredOrInArrears'],
  ])('any code can be had: %i %s', async (status, code) => {
    simulator.fault({ kind: 'refuse', action: 'AttachKeyPair', status, code })
    expect((await call('DescribeKeyPairs')).status).toBe(200)
    const { body } = await call('AttachKeyPair', attach)
    expect(at(body, 'Code')).toBe(code)
    expect(boundTo('i-1')).toBeNull()
    expect(simulator.calls.at(-1)).toMatchObject({ status, code, committed: false, mutating: true })
  })

  it('throttles by a bucket', async () => {
    simulator.fault({ kind: 'bucket', ratePerSecond: 1, burst: 2 })
    const statuses = async (): Promise<unknown[]> => [
      (await call('DescribeKeyPairs')).status,
      (await call('DescribeKeyPairs')).status,
      (await call('DescribeKeyPairs')).status,
    ]
    expect(await statuses()).toEqual([200, 200, 400])
    clock.advance(1000)
    expect((await call('DescribeKeyPairs')).status).toBe(200)
  })
})

describe('answers that do not come', () => {
  it.each([true, false])('are reset, the call carried out: %s', async (commit) => {
    simulator.fault({ kind: 'reset', commit })
    await expect(call('AttachKeyPair', attach)).rejects.toThrow('socket hang up')
    expect(boundTo('i-1')).toBe(commit ? 'key' : null)
    expect(simulator.calls.at(-1)).toMatchObject({ committed: commit, status: undefined })
  })

  it.each<[Fault, unknown, boolean]>([
    [{ kind: 'hang', commit: false }, null, false],
    [{ kind: 'late', afterMs: 5000 }, 'key', true],
  ])('hang until the client is gone: %o', async (fault, bound, committed) => {
    simulator.fault(fault)
    const giveUp = new AbortController()
    const waiting = thrown(rawAttach(giveUp.signal))
    await clock.untilSleeping(1)
    giveUp.abort()
    await waiting
    clock.advance(4999)
    expect(boundTo('i-1')).toBeNull()
    clock.advance(1)
    expect(boundTo('i-1')).toBe(bound)
    expect(simulator.calls.at(-1)).toMatchObject({ committed, status: undefined })
  })

  it('come slowly, in two halves', async () => {
    simulator.fault({ kind: 'slow', ms: 3000 })
    const response = await rawAttach()
    const text = response.text()
    await clock.untilSleeping(1)
    clock.advance(3000)
    expect(at(JSON.parse(await text), 'FailCount')).toBe(0)
  })
})

describe('answers that are damaged', () => {
  const result = (body: unknown): unknown => at(body, 'Results', 'Result')
  it.each<[BodyDamage, boolean, (text: string, response: Response) => void]>([
    ['truncate', true, (text) => expect(() => JSON.parse(text)).toThrow(SyntaxError)],
    ['html-502', false, (text, { status }) => expect([status, text.startsWith('<html>')]).toEqual([502, true])],
    ['empty-503', false, (text, { status }) => expect([status, text]).toEqual([503, ''])],
    ['html-200', true, (text, { status }) => expect([status, text.startsWith('<html>')]).toEqual([200, true])],
    ['array', true, (text) => expect(JSON.parse(text)).toHaveLength(1)],
    ['huge', true, (text) => expect(text.length).toBeGreaterThan(50_000_000)],
    ['redirect', false, (_, { status }) => expect(status).toBe(307)],
    ['wrong-content-type', true, (_, { headers }) => expect(headers.get('content-type')).toBe('text/html')],
    ['wrong-type', true, (text) => expect(result(JSON.parse(text))).toBe('none')],
    ['drop-details', true, (text) => expect(result(JSON.parse(text))).toHaveLength(1)],
    ['extra-details', true, (text) => expect(result(JSON.parse(text))).toHaveLength(3)],
    ['foreign-details', true, (text) => expect(at(result(JSON.parse(text)), 0, 'InstanceId')).toBe('foreign')],
    [
      'refused-and-accepted',
      true,
      (text) => expect(at(result(JSON.parse(text)), 0)).toMatchObject({ Code: 'Strange.Code', Success: true }),
    ],
    [
      'accepted-and-refused',
      true,
      (text) => expect(at(result(JSON.parse(text)), 0)).toMatchObject({ Code: 200, Success: 'false' }),
    ],
    ['number-for-string', true, (text) => expect(at(JSON.parse(text), 'RequestId')).toBe(42)],
    ['empty-text', true, (text) => expect(at(JSON.parse(text), 'Results')).toBe('')],
    ['lone-item', true, (text) => expect(at(result(JSON.parse(text)), 'InstanceId')).toBe('i-1')],
    [
      'error-in-200',
      false,
      (text, { status }) => expect([status, at(JSON.parse(text), 'Code')]).toEqual([200, 'InternalError']),
    ],
  ])('%s', async (transform, commits, check) => {
    simulator.fault({ kind: 'body', transform })
    const response = await rawAttach()
    check(await response.text(), response)
    expect(boundTo('i-1')).toBe(commits ? 'key' : null)
    expect(simulator.calls.at(-1)).toMatchObject({ status: response.status, committed: commits })
  })

  it('break the typed client in the known ways', async () => {
    const client = ecsClient(simulator)
    const list = (): Promise<unknown> =>
      client.describeKeyPairs(new ecs.DescribeKeyPairsRequest({ regionId: simulator.region }))
    simulator.fault({ kind: 'body', transform: 'empty-text' })
    await expect(list()).rejects.toThrow('type of keyPairs is mismatch, expect object, but string')
    simulator.fault({ kind: 'body', transform: 'lone-item' })
    await expect(list()).rejects.toThrow('type of keyPair is mismatch, expect array, but object')
    simulator.fault({ kind: 'body', transform: 'html-502' })
    await expect(list()).rejects.toThrow(SyntaxError)
  })
})

describe('reads that lag', () => {
  it('show the world as it was', async () => {
    const seen = async (): Promise<unknown> => {
      const { body } = await call('DescribeInstances', { InstanceIds: '["i-1"]' })
      return at(body, 'Instances', 'Instance', 0, 'KeyPairName')
    }
    clock.advance(10_000)
    await call('AttachKeyPair', attach)
    simulator.fault({ kind: 'read-lag', lagMs: 5000 })
    expect([await seen(), await seen()]).toEqual([undefined, 'key'])
    simulator.setReadLag(2000)
    expect(await seen()).toBeUndefined()
    clock.advance(2000)
    expect(await seen()).toBe('key')
  })
})
