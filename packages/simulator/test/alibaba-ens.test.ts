import { createPrivateKey } from 'node:crypto'
import { afterEach, describe, expect, it } from 'vitest'
import {
  startAlibabaEnsSimulator,
  type AlibabaEnsSimulator,
  type AlibabaEnsVariants,
  type AlibabaWorldSnapshot,
} from '../src/index.js'
import { coreCall, type Call } from './alibaba-clients.js'
import { at, textAt, virtualClock, type VirtualClock } from './clients.js'
import { simulatedKeyPair } from '../../../tests/support/rsa-keys.js'

const running: AlibabaEnsSimulator[] = []
afterEach(() => Promise.all(running.splice(0).map((simulator) => simulator.close())))

interface Setting {
  readonly simulator: AlibabaEnsSimulator
  readonly clock: VirtualClock
  readonly call: Call
  /** The ids of key-a and key-b. */
  readonly a: string
  readonly b: string
}

/**
 * Starts a simulator with stopped instances: i-a with key-a, i-b with key-b, i-none with none, and others that cannot
 * be changed.
 */
async function under(variants: Partial<AlibabaEnsVariants> = {}): Promise<Setting> {
  const clock = virtualClock(Date.parse('2020-04-26T15:38:27Z'))
  const simulator = await startAlibabaEnsSimulator({ clock, variants, generateKeyPair: simulatedKeyPair })
  running.push(simulator)
  const [a, b] = ['key-a', 'key-b'].map((name) => simulator.world.seedKeyPair({ name }).id)
  simulator.world.seedInstances([
    { id: 'i-a', status: 'Stopped', keyPair: 'key-a' },
    { id: 'i-b', status: 'Stopped', keyPair: 'key-b' },
    { id: 'i-none', status: 'Stopped' },
    { id: 'i-run', keyPair: 'key-a' },
    { id: 'i-expired', status: 'Expired' },
    { id: 'i-denied', status: 'Stopped', denied: true },
    { id: 'i-win', status: 'Stopped', osType: 'Windows' },
  ])
  return { simulator, clock, call: coreCall(simulator), a: a ?? '', b: b ?? '' }
}

const on = (...ids: readonly string[]): { InstanceIds: string } => ({ InstanceIds: JSON.stringify(ids) })
const many = (count: number): string[] => Array.from({ length: count }, (_, index) => `i-${index}`)

function instance({ simulator }: Setting, id: string): AlibabaWorldSnapshot['instances'][number] | undefined {
  return simulator.world.snapshot().instances.find((found) => found.id === id)
}

/** Returns the items as `[id, code, message, success]`, or the status and code of the refusal. */
async function verdicts({ call }: Setting, action: string, parameters: Record<string, unknown>): Promise<unknown> {
  const { status, body } = await call(action, parameters)
  const results = at(body, 'Results')
  if (!Array.isArray(results)) return status === 200 ? 200 : [status, at(body, 'Code')]
  return results.map((result) => ['InstanceId', 'Code', 'Message', 'Success'].map((field) => at(result, field)))
}

const ok = (id: string): unknown[] => [id, 200, 'successful', true]
const failed = (id: string, code: string): unknown[] => [id, 400, code, false]

describe('key pairs', () => {
  it('are created, listed by id and name, and deleted one by one', async () => {
    const { call, simulator, a } = await under()
    const created = await call('CreateKeyPair', { KeyPairName: 'made' })
    expect(createPrivateKey(textAt(created.body, 'PrivateKeyBody')).asymmetricKeyType).toBe('rsa')
    const id = textAt(created.body, 'KeyPairId')
    const found = await call('DescribeKeyPairs', { KeyPairId: id, PageNumber: '1', PageSize: '10' })
    expect(at(found.body, 'TotalCount')).toBe(1)
    expect(at(found.body, 'KeyPairs', 'KeyPair', 0)).toEqual({
      CreationTime: '2020-04-26T15:38:27Z',
      KeyPairFingerPrint: textAt(created.body, 'KeyPairFingerPrint'),
      KeyPairId: id,
      KeyPairName: 'made',
    })
    const publicKey = simulator.world.snapshot().keyPairs.find((keyPair) => keyPair.id === id)?.publicKey
    const imported = await call('ImportKeyPair', { KeyPairName: 'again', PublicKeyBody: publicKey })
    expect(imported.body).toMatchObject({
      KeyPairName: 'again',
      KeyPairFingerPrint: textAt(created.body, 'KeyPairFingerPrint'),
    })
    expect(imported.body).not.toHaveProperty('KeyPairId')
    await call('DeleteKeyPairs', { KeyPairName: 'again' })
    await call('DeleteKeyPairs', { KeyPairId: a })
    expect(simulator.world.snapshot().keyPairs.map(({ name }) => name)).toEqual(['key-b', 'made'])
    const second = await call('DescribeKeyPairs', { PageNumber: '2', PageSize: '1' })
    expect(at(second.body, 'KeyPairs', 'KeyPair', 0, 'KeyPairName')).toBe('made')
  })

  it.each<[string, Record<string, unknown>, unknown]>([
    ['CreateKeyPair', {}, 'MissingParameter'],
    ['CreateKeyPair', { KeyPairName: '1a' }, 'InvalidParameter.KeyPairName'],
    ['CreateKeyPair', { KeyPairName: 'key-a' }, 'InvalidParameter.KeyPairName'],
    ['CreateKeyPair', { KeyPairName: 'kk', RegionId: 'cn-hangzhou' }, 'InvalidParameter'],
    ['ImportKeyPair', { KeyPairName: 'kk' }, 'MissingParameter'],
    ['ImportKeyPair', { KeyPairName: 'kk', PublicKeyBody: 'ssh-ed25519 AAAA' }, 'InvalidParameter.PublicKeyBody'],
    ['ImportKeyPair', { KeyPairName: 'kk', PublicKeyBody: 'ssh-rsa AAAA' }, 'InvalidParameter.PublicKeyBody'],
    ['DescribeKeyPairs', { PageSize: '51' }, 'InvalidParameter.PageSize'],
    ['DescribeKeyPairs', { PageNumber: '0' }, 'InvalidParameter.PageNumber'],
    ['DeleteKeyPairs', {}, 'MissingParameter'],
    ['DeleteKeyPairs', { KeyPairId: 'ssh-none' }, 'InvalidParameter.KeyPair'],
    ['DescribeInstances', { InstanceIds: 'i-a' }, 'InvalidParameter.InstanceIds'],
    ['DescribeInstances', { PageSize: '101' }, 'InvalidParameter.PageSize'],
  ])('%s refuses %o with HTTP 400', async (action, parameters, code) => {
    const setting = await under()
    expect(await verdicts(setting, action, parameters)).toEqual([400, code])
    expect(setting.simulator.world.snapshot().keyPairs).toHaveLength(2)
  })

  it('leave their name on the instance after a delete, and stay in its guest', async () => {
    const setting = await under()
    const { call, a } = setting
    expect(await verdicts(setting, 'DeleteKeyPairs', { KeyPairName: 'key-a' })).toBe(200)
    expect(instance(setting, 'i-a')).toMatchObject({ bound: 'key-a', boundId: a, authorized: [a] })
    const { body } = await call('DescribeInstances', on('i-a'))
    expect(at(body, 'Instances', 'Instance', 0, 'KeyPairName')).toBe('key-a')
    await call('StartInstance', { InstanceId: 'i-a' })
    setting.simulator.world.settle()
    expect(instance(setting, 'i-a')?.authorized).toEqual([a])
  })
})

describe('attaching', () => {
  it('accepts stopped instances only, with a verdict for each, by name or id', async () => {
    const setting = await under()
    const ids = ['i-none', 'i-run', 'i-gone', 'i-expired', 'i-denied', 'i-win', 'i-b']
    const expected = [
      ok('i-none'),
      failed('i-run', 'IncorrectInstanceStatus'),
      failed('i-gone', 'InstanceNotFound'),
      failed('i-expired', 'IncorrectInstanceStatus'),
      failed('i-denied', 'NoPermission'),
      failed('i-win', 'InvalidParameter.InstanceIds'),
      ok('i-b'),
    ]
    const { body } = await setting.call('AttachKeyPair', { KeyPairId: setting.a, ...on(...ids) })
    expect(body).toMatchObject({ KeyPairId: setting.a, KeyPairName: 'key-a', TotalCount: 7, FailCount: 5 })
    expect(await verdicts(setting, 'AttachKeyPair', { KeyPairName: 'key-a', ...on(...ids) })).toEqual(expected)
    expect(['i-none', 'i-b', 'i-denied'].map((id) => instance(setting, id)?.bound)).toEqual(['key-a', 'key-a', null])
  })

  it('reaches the guest at the next start', async () => {
    const setting = await under()
    const { a, b, call } = setting
    await call('AttachKeyPair', { KeyPairId: b, ...on('i-a') })
    expect(instance(setting, 'i-a')).toMatchObject({ bound: 'key-b', authorized: [a] })
    await call('StartInstance', { InstanceId: 'i-a' })
    setting.clock.advance(20_000)
    expect(instance(setting, 'i-a')).toMatchObject({ status: 'Running', bound: 'key-b', authorized: [b] })
  })

  it.each<[string, Record<string, unknown>, string]>([
    ['AttachKeyPair', { ...on('i-none') }, 'MissingParameter'],
    ['AttachKeyPair', { KeyPairName: 'key-a' }, 'MissingParameter'],
    ['AttachKeyPair', { KeyPairName: 'none', ...on('i-none') }, 'InvalidParameter.KeyPair'],
    ['AttachKeyPair', { KeyPairName: 'key-a', InstanceIds: 'i-none' }, 'InvalidParameter.InstanceIds'],
    ['AttachKeyPair', { KeyPairName: 'key-a', ...on(...many(31)) }, 'InvalidParameter.InstanceIds'],
    ['DetachKeyPair', { KeyPairName: 'key-a', ...on(...many(31)) }, 'InvalidParameter.InstanceIds'],
    ['DetachKeyPair', { KeyPairId: 'ssh-none', ...on('i-a') }, 'InvalidParameter.KeyPair'],
    ['DetachKeyPair', { KeyPairName: 'key-a', ...on('i-a', 'i-b') }, 'PublicKeyNotAttachWithInstance'],
    ['DetachKeyPair', { KeyPairName: 'key-a', ...on('i-a', 'i-none') }, 'PublicKeyNotAttachWithInstance'],
  ])('%s refuses %o as a whole', async (action, parameters, code) => {
    const setting = await under()
    const before = setting.simulator.world.snapshot()
    expect(await verdicts(setting, action, parameters)).toEqual([400, code])
    expect(setting.simulator.world.snapshot()).toEqual(before)
  })

  it('accepts 30 instances', async () => {
    const setting = await under()
    setting.simulator.world.seedInstances(many(30).map((id) => ({ id, status: 'Stopped' })))
    const attach = { KeyPairName: 'key-a', ...on(...many(30)) }
    expect(await verdicts(setting, 'AttachKeyPair', attach)).toEqual(many(30).map(ok))
  })
})

describe('detaching', () => {
  it('accepts stopped instances only', async () => {
    const setting = await under()
    const detach = { KeyPairName: 'key-a', ...on('i-a', 'i-run') }
    const expected = [ok('i-a'), failed('i-run', 'IncorrectInstanceStatus')]
    expect(await verdicts(setting, 'DetachKeyPair', detach)).toEqual(expected)
    expect(['i-a', 'i-run'].map((id) => instance(setting, id)?.bound)).toEqual([null, 'key-a'])
  })
})

describe('instances', () => {
  it('are listed by id and status, page by page', async () => {
    const { call } = await under()
    const ids = async (parameters: Record<string, unknown>): Promise<unknown> => {
      const found = at((await call('DescribeInstances', parameters)).body, 'Instances', 'Instance')
      return Array.isArray(found) ? found.map((item) => at(item, 'InstanceId')) : found
    }
    expect(await ids(on('i-a', 'i-gone'))).toEqual(['i-a'])
    expect(await ids(on())).toEqual([])
    expect(await ids({ Status: 'Expired' })).toEqual(['i-expired'])
    expect(await ids({ PageNumber: 3, PageSize: '3' })).toEqual(['i-win'])
    const { body } = await call('DescribeInstances', on('i-a', 'i-none'))
    expect(body).toMatchObject({ Code: 0, TotalCount: 2, PageNumber: 1, PageSize: 10 })
    expect(at(body, 'Instances', 'Instance', 0, 'KeyPairName')).toBe('key-a')
    expect(at(body, 'Instances', 'Instance', 1)).not.toHaveProperty('KeyPairName')
    expect(at(body, 'Instances', 'Instance', 0)).not.toHaveProperty('KeyPairId')
  })

  it('stop, start and reboot in their time', async () => {
    const setting = await under()
    const status = (): unknown => instance(setting, 'i-run')?.status
    const turn = async (action: string): Promise<unknown> => {
      const { body } = await setting.call(action, { InstanceId: 'i-run' })
      expect(at(body, 'Code')).toBe(0)
      const during = status()
      setting.clock.advance(20_000)
      return [during, status()]
    }
    expect(await turn('StopInstance')).toEqual(['Stopping', 'Stopped'])
    expect(await turn('StartInstance')).toEqual(['Starting', 'Running'])
    expect(await turn('RebootInstance')).toEqual(['Starting', 'Running'])
  })

  it('hang if the seed says so, unless forced', async () => {
    const setting = await under()
    const { world } = setting.simulator
    for (const [ForceStop, expected] of [
      ['false', 'Stopping'],
      ['true', 'Stopped'],
    ]) {
      world.seedInstances([{ id: 'i-hangs', stopHangs: true }])
      await setting.call('StopInstance', { InstanceId: 'i-hangs', ForceStop })
      world.settle()
      expect(instance(setting, 'i-hangs')?.status).toBe(expected)
    }
  })

  it.each<[string, Record<string, unknown>, string]>([
    ['StopInstance', {}, 'MissingParameter'],
    ['StopInstance', { InstanceId: 'i-gone' }, 'InstanceIdNotFound'],
    ['StopInstance', { InstanceId: 'i-a' }, 'IncorrectInstanceStatus'],
    ['StopInstance', { InstanceId: 'i-denied' }, 'NoPermission'],
    ['StopInstance', { InstanceId: 'i-run', ForceStop: 'yes' }, 'InvalidParameter.ForceStop'],
    ['StartInstance', { InstanceId: 'i-gone' }, 'InstanceNotFound'],
    ['StartInstance', { InstanceId: 'i-run' }, 'IncorrectInstanceStatus'],
    ['StartInstance', { InstanceId: 'i-expired' }, 'IncorrectInstanceStatus'],
    ['StartInstance', { InstanceId: 'i-sold-out' }, 'CallInterface'],
    ['RebootInstance', { InstanceId: 'i-gone' }, 'InstanceIdNotFound'],
    ['RebootInstance', { InstanceId: 'i-a' }, 'IncorrectInstanceStatus'],
  ])('%s refuses %o with HTTP 400', async (action, parameters, code) => {
    const setting = await under()
    setting.simulator.world.seedInstances([{ id: 'i-sold-out', status: 'Stopped', stock: false }])
    expect(await verdicts(setting, action, parameters)).toEqual([400, code])
  })
})

describe('the variants', () => {
  it.each<[AlibabaEnsVariants['attachOverBound'], unknown, unknown]>([
    ['replaces', [ok('i-a'), ok('i-none')], ['key-b', 'key-b']],
    ['refuses-item', [failed('i-a', 'ens.interface.error'), ok('i-none')], ['key-a', 'key-b']],
    ['refuses-call', [400, 'ens.interface.error'], ['key-a', null]],
  ])('attachOverBound %s', async (attachOverBound, expected, left) => {
    const setting = await under({ attachOverBound })
    expect(await verdicts(setting, 'AttachKeyPair', { KeyPairId: setting.b, ...on('i-a', 'i-none') })).toEqual(expected)
    expect(['i-a', 'i-none'].map((id) => instance(setting, id)?.bound)).toEqual(left)
  })

  it.each<[AlibabaEnsVariants['attachSame'], unknown]>([
    ['ok', [ok('i-a')]],
    ['error', [failed('i-a', 'ens.interface.error')]],
  ])('attachSame %s', async (attachSame, expected) => {
    const setting = await under({ attachSame })
    expect(await verdicts(setting, 'AttachKeyPair', { KeyPairId: setting.a, ...on('i-a') })).toEqual(expected)
  })

  it.each<[AlibabaEnsVariants['names'], number]>([
    ['unique', 2],
    ['repeat', 3],
  ])('names %s', async (names, count) => {
    const setting = await under({ names })
    await setting.call('CreateKeyPair', { KeyPairName: 'key-a' })
    const { keyPairs } = setting.simulator.world.snapshot()
    expect([keyPairs.length, new Set(keyPairs.map(({ id }) => id)).size]).toEqual([count, count])
    // Of several, a name means the oldest.
    expect(at((await setting.call('AttachKeyPair', { KeyPairName: 'key-a', ...on('i-none') })).body, 'KeyPairId')).toBe(
      setting.a,
    )
  })

  it('names repeat: a seed can repeat a name too', async () => {
    const { world } = (await under({ names: 'repeat' })).simulator
    world.seedKeyPair({ name: 'key-a' })
    expect(world.snapshot().keyPairs).toHaveLength(3)
    const unique = (await under()).simulator.world
    expect(() => unique.seedKeyPair({ name: 'key-a' })).toThrow(TypeError)
  })

  it.each<[AlibabaEnsVariants['bothGiven'], unknown]>([
    ['id', 'key-a'],
    ['name', 'key-b'],
    ['refused', undefined],
  ])('bothGiven %s', async (bothGiven, expected) => {
    const { call, a } = await under({ bothGiven })
    const attach = { KeyPairId: a, KeyPairName: 'key-b', ...on('i-none') }
    expect(at((await call('AttachKeyPair', attach)).body, 'KeyPairName')).toBe(expected)
    const agreeing = { ...attach, KeyPairName: 'key-a' }
    expect(at((await call('AttachKeyPair', agreeing)).body, 'KeyPairName')).toBe('key-a')
  })

  it.each<[AlibabaEnsVariants['detachOtherById'], unknown]>([
    ['item', [ok('i-a'), failed('i-b', 'PublicKeyNotAttachWithInstance')]],
    ['call', [400, 'PublicKeyNotAttachWithInstance']],
  ])('detachOtherById %s', async (detachOtherById, expected) => {
    const setting = await under({ detachOtherById })
    expect(await verdicts(setting, 'DetachKeyPair', { KeyPairId: setting.a, ...on('i-a', 'i-b') })).toEqual(expected)
  })

  it.each<[AlibabaEnsVariants['culprits'], string]>([
    ['none', 'Public Key Not Attach With Instance.'],
    ['first', 'Public Key Not Attach With Instance. i-b'],
    ['all', 'Public Key Not Attach With Instance. i-b,i-none'],
  ])('culprits %s', async (culprits, message) => {
    const { call } = await under({ culprits })
    const { body } = await call('DetachKeyPair', { KeyPairName: 'key-a', ...on('i-b', 'i-a', 'i-none') })
    expect(at(body, 'Message')).toBe(message)
  })

  it.each<[AlibabaEnsVariants['detachDeleted'], boolean, unknown]>([
    ['error', true, 'key-a'],
    ['error', false, 'key-a'],
    ['detaches', true, null],
    ['detaches', false, null],
  ])('detachDeleted %s, by id: %s', async (detachDeleted, byId, left) => {
    const setting = await under({ detachDeleted })
    await setting.call('DeleteKeyPairs', { KeyPairId: setting.a })
    const named = byId ? { KeyPairId: setting.a } : { KeyPairName: 'key-a' }
    await setting.call('DetachKeyPair', { ...named, ...on('i-a') })
    expect(instance(setting, 'i-a')?.bound).toBe(left)
  })

  it.each<[AlibabaEnsVariants['badInstance'], unknown]>([
    ['item', [ok('i-none'), failed('i-run', 'IncorrectInstanceStatus')]],
    ['call', [400, 'IncorrectInstanceStatus']],
  ])('badInstance %s', async (badInstance, expected) => {
    const setting = await under({ badInstance })
    expect(await verdicts(setting, 'AttachKeyPair', { KeyPairId: setting.a, ...on('i-none', 'i-run') })).toEqual(
      expected,
    )
  })

  it('wrongStateCode, windows, itemCode: the code and form of an item', async () => {
    const setting = await under({
      wrongStateCode: 'InvalidOperation.InvalidEnsStatus',
      windows: 'accepted',
      itemCode: 'text',
    })
    const { body } = await setting.call('AttachKeyPair', { KeyPairId: setting.a, ...on('i-run', 'i-win') })
    expect(at(body, 'Results', 0, 'Code')).toBe('InvalidOperation.InvalidEnsStatus')
    expect(at(body, 'Results', 1, 'Success')).toBe(true)
  })

  it('values strings', async () => {
    const { call } = await under({ values: 'strings', batchTotal: 'more' })
    const { body } = await call('AttachKeyPair', { KeyPairName: 'key-a', ...on('i-none') })
    expect(body).toMatchObject({ TotalCount: '2', FailCount: '0', Results: [{ Code: '200', Success: 'true' }] })
  })

  it.each<[AlibabaEnsVariants['wildcard'], number]>([
    ['yes', 2],
    ['no', 0],
  ])('wildcard %s', async (wildcard, count) => {
    const { call } = await under({ wildcard })
    expect(at((await call('DescribeKeyPairs', { KeyPairName: 'key-*' })).body, 'TotalCount')).toBe(count)
    expect(at((await call('DescribeKeyPairs', { KeyPairName: 'key-a' })).body, 'TotalCount')).toBe(1)
  })

  it.each<[Partial<AlibabaEnsVariants>, unknown]>([
    [{ pageSizeMaximum: 50 }, undefined],
    [{ pageSizeMaximum: 50, pageSizeBeyond: 'capped' }, 50],
    [{ pageSizeMaximum: 100 }, 100],
  ])('%o', async (variants, size) => {
    const { call } = await under(variants)
    expect(at((await call('DescribeKeyPairs', { PageSize: '100' })).body, 'PageSize')).toBe(size)
  })

  it('codes that no page lists', async () => {
    const code = 'ens.interface.error'
    const setting = await under({ takenNameCode: code, unknownKeyPairCode: code, noStockCode: code })
    setting.simulator.world.seedInstances([{ id: 'i-sold-out', status: 'Stopped', stock: false }])
    const refusals = [
      await verdicts(setting, 'CreateKeyPair', { KeyPairName: 'key-a' }),
      await verdicts(setting, 'AttachKeyPair', { KeyPairName: 'none', ...on('i-none') }),
      await verdicts(setting, 'StartInstance', { InstanceId: 'i-sold-out' }),
    ]
    expect(refusals).toEqual([1, 2, 3].map(() => [400, code]))
  })

  it('deleteUnknown ok, unboundName empty, fingerprint opaque', async () => {
    const setting = await under({ deleteUnknown: 'ok', unboundName: 'empty', fingerprint: 'opaque' })
    expect(await verdicts(setting, 'DeleteKeyPairs', { KeyPairName: 'none' })).toBe(200)
    const { body } = await setting.call('DescribeInstances', on('i-none'))
    expect(at(body, 'Instances', 'Instance', 0, 'KeyPairName')).toBe('')
    expect(setting.simulator.world.snapshot().keyPairs[0]?.fingerprint).toMatch(/^[0-9a-f]{40}$/)
    const usual = await under()
    expect(usual.simulator.world.snapshot().keyPairs[0]?.fingerprint).toMatch(/^[0-9a-f]{32}$/)
  })

  it.each<[AlibabaEnsVariants['secondChange'], number]>([
    ['wins', 0],
    ['first-lost', 1],
  ])('secondChange %s', async (secondChange, left) => {
    const setting = await under({ secondChange })
    await setting.call('DetachKeyPair', { KeyPairName: 'key-a', ...on('i-a') })
    await setting.call('AttachKeyPair', { KeyPairName: 'key-b', ...on('i-a') })
    await setting.call('DetachKeyPair', { KeyPairName: 'key-b', ...on('i-a') })
    await setting.call('StartInstance', { InstanceId: 'i-a' })
    setting.simulator.world.settle()
    expect(instance(setting, 'i-a')?.authorized).toHaveLength(left)
  })
})
