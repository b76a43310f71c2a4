import { createPrivateKey } from 'node:crypto'
import { afterEach, describe, expect, it } from 'vitest'
import { startAlibabaEcsSimulator, type AlibabaEcsSimulator, type AlibabaEcsVariants } from '../src/index.js'
import { coreCall, ecs, ecsClient, type Call } from './alibaba-clients.js'
import { at, textAt, virtualClock, type VirtualClock } from './clients.js'

const running: AlibabaEcsSimulator[] = []
afterEach(() => Promise.all(running.splice(0).map((simulator) => simulator.close())))

interface Setting {
  readonly simulator: AlibabaEcsSimulator
  readonly clock: VirtualClock
  readonly call: Call
}

/** Starts a simulator in which instance `i-a` has key-a, and key-b is unused. */
async function under(variants: Partial<AlibabaEcsVariants>): Promise<Setting> {
  const clock = virtualClock()
  const simulator = await startAlibabaEcsSimulator({ clock, variants })
  running.push(simulator)
  for (const name of ['key-a', 'key-b']) simulator.world.seedKeyPair({ name })
  simulator.world.seedInstances([{ id: 'i-a', keyPair: 'key-a' }, { id: 'i-none' }, { id: 'i-win', osType: 'Windows' }])
  const generic = coreCall(simulator)
  const call: Call = (action, parameters) => generic(action, { RegionId: simulator.region, ...parameters })
  return { simulator, clock, call }
}

const on = (...ids: readonly string[]): { InstanceIds: string } => ({ InstanceIds: JSON.stringify(ids) })

/** Returns the verdicts as `[id, code, message]`, or the refusal of the call. */
async function verdicts({ call }: Setting, action: string, parameters: Record<string, unknown>): Promise<unknown> {
  const { status, body } = await call(action, parameters)
  const results = at(body, 'Results', 'Result')
  if (!Array.isArray(results)) return [status, at(body, 'Code')]
  return results.map((result) => [at(result, 'InstanceId'), at(result, 'Code'), at(result, 'Success')])
}

function bound({ simulator }: Setting): unknown {
  return simulator.world.snapshot().instances.map((instance) => instance.bound)
}

describe('detachOther', () => {
  const refused = [
    ['i-a', 'OperationDenied.KeyPairNotAttached', false],
    ['i-none', 'OperationDenied.KeyPairNotAttached', false],
  ]
  const done = [
    ['i-a', 200, true],
    ['i-none', 200, true],
  ]
  it.each<[AlibabaEcsVariants['detachOther'], unknown, unknown]>([
    ['no-op', done, ['key-a', null, null]],
    ['error', refused, ['key-a', null, null]],
    ['detaches', done, [null, null, null]],
  ])('%s', async (detachOther, expected, left) => {
    const setting = await under({ detachOther })
    expect(await verdicts(setting, 'DetachKeyPair', { KeyPairName: 'key-b', ...on('i-a', 'i-none') })).toEqual(expected)
    expect(bound(setting)).toEqual(left)
  })
})

describe('attachSame', () => {
  it.each<[AlibabaEcsVariants['attachSame'], unknown]>([
    ['ok', [['i-a', 200, true]]],
    ['error', [['i-a', 'OperationDenied.KeyPairAttached', false]]],
  ])('%s', async (attachSame, expected) => {
    const setting = await under({ attachSame })
    expect(await verdicts(setting, 'AttachKeyPair', { KeyPairName: 'key-a', ...on('i-a') })).toEqual(expected)
    expect(await verdicts(setting, 'AttachKeyPair', { KeyPairName: 'key-b', ...on('i-a') })).toEqual([
      ['i-a', 200, true],
    ])
  })
})

describe('secondChange', () => {
  it.each<[AlibabaEcsVariants['secondChange'], number]>([
    ['wins', 0],
    ['first-lost', 1],
  ])('%s: detach A, attach B, detach B, restart', async (secondChange, left) => {
    const setting = await under({ secondChange })
    await setting.call('DetachKeyPair', { KeyPairName: 'key-a', ...on('i-a') })
    await setting.call('AttachKeyPair', { KeyPairName: 'key-b', ...on('i-a') })
    await setting.call('DetachKeyPair', { KeyPairName: 'key-b', ...on('i-a') })
    await setting.call('RebootInstances', { InstanceId: ['i-a'] })
    setting.simulator.world.settle()
    expect(setting.simulator.world.snapshot().instances[0]?.authorized).toHaveLength(left)
  })
})

describe('badInstance', () => {
  it.each<[string, unknown]>([
    ['i-win', [403, 'DependencyViolation.WindowsInstance']],
    ['i-gone', [404, 'InvalidInstanceId.NotFound']],
  ])('call: %s refuses the whole call', async (id, expected) => {
    const setting = await under({ badInstance: 'call' })
    expect(await verdicts(setting, 'AttachKeyPair', { KeyPairName: 'key-b', ...on('i-none', id) })).toEqual(expected)
    expect(bound(setting)).toEqual(['key-a', null, null])
  })
})

describe('the form of results', () => {
  const both = { KeyPairName: 'key-b', ...on('i-none', 'i-win') }

  it.each<[AlibabaEcsVariants['itemCode'], unknown, RegExp]>([
    ['text', 'DependencyViolation.WindowsInstance', /ssh key pair/],
    ['number', 403, /^DependencyViolation.WindowsInstance$/],
    ['number-and-sentence', 403, /ssh key pair/],
  ])('itemCode %s', async (itemCode, code, message) => {
    const { call } = await under({ itemCode })
    const { body } = await call('AttachKeyPair', both)
    expect(at(body, 'Results', 'Result', 1, 'Code')).toBe(code)
    expect(textAt(body, 'Results', 'Result', 1, 'Message')).toMatch(message)
  })

  it('values strings, which the typed client reads as it reads numbers', async () => {
    const setting = await under({ values: 'strings' })
    const { body } = await setting.call('AttachKeyPair', both)
    expect(body).toMatchObject({ TotalCount: '2', FailCount: '1' })
    expect(at(body, 'Results', 'Result', 0)).toMatchObject({ Code: '200', Success: 'true' })
    const stopped = await setting.call('StopInstances', { InstanceId: ['i-a'] })
    expect(at(stopped.body, 'InstanceResponses', 'InstanceResponse', 0, 'Code')).toBe('200')
    const request = { regionId: setting.simulator.region, keyPairName: 'key-b', instanceIds: '["i-none"]' }
    const typed = await ecsClient(setting.simulator).attachKeyPair(new ecs.AttachKeyPairRequest(request))
    expect(typed.body?.results?.result?.[0]?.success).toBe('true')
  })

  it('batchTotal more: as in the sample', async () => {
    const { call } = await under({ batchTotal: 'more' })
    const { body } = await call('AttachKeyPair', { KeyPairName: 'key-b', ...on('i-none') })
    expect([at(body, 'TotalCount'), at(body, 'FailCount')]).toEqual([2, 0])
    expect(at(body, 'Results', 'Result')).toHaveLength(1)
  })

  it('resultOrder shuffled: the same results in another order', async () => {
    const setting = await under({ resultOrder: 'shuffled' })
    const ids = Array.from({ length: 20 }, (_, index) => `i-${index}`)
    setting.simulator.world.seedInstances(ids.map((id) => ({ id })))
    const found = await verdicts(setting, 'AttachKeyPair', { KeyPairName: 'key-b', ...on(...ids) })
    const order = Array.isArray(found) ? found.map(([id]) => String(id)) : []
    expect(order).not.toEqual(ids)
    expect(order.sort()).toEqual(ids.sort())
  })
})

describe('codes and forms', () => {
  it.each<[AlibabaEcsVariants['fingerprint'], number]>([
    ['md5', 16],
    ['sha1-like', 20],
  ])('fingerprint %s', async (fingerprint, bytes) => {
    const { simulator } = await under({ fingerprint })
    const pattern = new RegExp(`^(?:[0-9a-f]{2}:){${bytes - 1}}[0-9a-f]{2}$`)
    expect(simulator.world.snapshot().keyPairs[0]?.fingerprint).toMatch(pattern)
  })

  it.each<[AlibabaEcsVariants['privateKeyBody'], string, string]>([
    ['pkcs1', '-----BEGIN RSA PRIVATE KEY-----', ''],
    ['pkcs8', '-----BEGIN PRIVATE KEY-----', ''],
    ['bare', 'MII', '-----'],
  ])('privateKeyBody %s', async (privateKeyBody, start, without) => {
    const { call } = await under({ privateKeyBody })
    const key = textAt((await call('CreateKeyPair', { KeyPairName: 'new' })).body, 'PrivateKeyBody')
    expect(key.startsWith(start)).toBe(true)
    if (without === '') expect(createPrivateKey(key).type).toBe('private')
    else
      expect(createPrivateKey({ key: Buffer.from(key, 'base64'), format: 'der', type: 'pkcs1' }).type).toBe('private')
  })

  it('wrongStateCode Refused', async () => {
    const setting = await under({ wrongStateCode: 'Refused' })
    setting.simulator.world.seedInstances([{ id: 'i-none', status: 'Pending' }])
    const found = await verdicts(setting, 'AttachKeyPair', { KeyPairName: 'key-b', ...on('i-none') })
    expect(found).toEqual([['i-none', 'Refused', false]])
  })

  it.each<AlibabaEcsVariants['unknownKeyPairStatus']>([400, 404])(
    'unknownKeyPairStatus %i',
    async (unknownKeyPairStatus) => {
      const setting = await under({ unknownKeyPairStatus })
      const found = await verdicts(setting, 'DetachKeyPair', { KeyPairName: 'none', ...on('i-none') })
      expect(found).toEqual([unknownKeyPairStatus, 'InvalidKeyPairName.NotFound'])
    },
  )

  it.each<[AlibabaEcsVariants['deleteUnknown'], number, number]>([
    ['ok', 200, 1],
    ['InvalidKeyPair.NotFound', 404, 2],
  ])('deleteUnknown %s', async (deleteUnknown, status, left) => {
    const { call, simulator } = await under({ deleteUnknown })
    expect((await call('DeleteKeyPairs', { KeyPairNames: '["none","key-b"]' })).status).toBe(status)
    expect(simulator.world.snapshot().keyPairs).toHaveLength(left)
  })

  it.each<[AlibabaEcsVariants['deleteRefused'], readonly string[]]>([
    ['all-stay', ['key-a', 'key-b']],
    ['others-go', ['key-a']],
  ])('deleteRefused %s', async (deleteRefused, left) => {
    const { call, simulator } = await under({ deleteRefused })
    expect((await call('DeleteKeyPairs', { KeyPairNames: '["key-b","key-a"]' })).status).toBe(400)
    expect(simulator.world.snapshot().keyPairs.map(({ name }) => name)).toEqual(left)
  })

  it.each<[AlibabaEcsVariants['pageSizeBeyond'], unknown]>([
    ['refused', undefined],
    ['capped', 50],
  ])('pageSizeBeyond %s', async (pageSizeBeyond, size) => {
    const { call } = await under({ pageSizeBeyond })
    expect(at((await call('DescribeKeyPairs', { PageSize: 100 })).body, 'PageSize')).toBe(size)
  })

  it('defaultStoppedMode StopCharging: counts if the call gives none', async () => {
    const { call, simulator } = await under({ defaultStoppedMode: 'StopCharging' })
    await call('StopInstances', { InstanceId: ['i-a'] })
    await call('StopInstances', { InstanceId: ['i-none'], StoppedMode: 'KeepCharging' })
    expect(simulator.world.snapshot().instances.map(({ stoppedMode }) => stoppedMode)).toEqual([
      'StopCharging',
      'KeepCharging',
      null,
    ])
  })

  it('capacityGivenBack gone: an instance that was stopped with StopCharging finds no stock', async () => {
    const { call, simulator } = await under({ capacityGivenBack: 'gone' })
    await call('StopInstances', { InstanceId: ['i-a'], StoppedMode: 'StopCharging' })
    await call('StopInstances', { InstanceId: ['i-none'], StoppedMode: 'KeepCharging' })
    simulator.world.settle()
    const start = (id: string) => call('StartInstances', { InstanceId: [id] })
    expect((await start('i-none')).status).toBe(200)
    expect((await start('i-a')).body).toMatchObject({ Code: 'OperationDenied.NoStock' })
  })
})

describe('afterDetachBusySeconds', () => {
  const remove = ({ call }: Setting): Promise<unknown> =>
    call('DeleteKeyPairs', { KeyPairNames: '["key-a"]' }).then(({ body }) => at(body, 'Code'))
  const busy = 'InvalidParameter.KeypairAlreadyAttachedInstance'

  it('refuses a delete for so long after a detach', async () => {
    const setting = await under({ afterDetachBusySeconds: 60 })
    await setting.call('DetachKeyPair', { KeyPairName: 'key-a', ...on('i-a') })
    setting.clock.advance(59_999)
    expect(await remove(setting)).toBe(busy)
    setting.clock.advance(1)
    expect(await remove(setting)).toBeUndefined()
  })

  it('counts from the last of several', async () => {
    const setting = await under({ afterDetachBusySeconds: 60 })
    await setting.call('AttachKeyPair', { KeyPairName: 'key-a', ...on('i-none') })
    await setting.call('DetachKeyPair', { KeyPairName: 'key-a', ...on('i-a') })
    setting.clock.advance(30_000)
    await setting.call('AttachKeyPair', { KeyPairName: 'key-b', ...on('i-none') })
    setting.clock.advance(40_000)
    expect(await remove(setting)).toBe(busy)
    setting.simulator.world.settle()
    expect(await remove(setting)).toBeUndefined()
  })
})
