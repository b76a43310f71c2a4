import { afterEach, describe, expect, it } from 'vitest'
import { startVolcengineSimulator, type VolcengineSimulator, type VolcengineVariants } from '../src/index.js'
import { at, textAt, vendorClient, verdicts, virtualClock, type Reply, type VirtualClock } from './clients.js'

const running: VolcengineSimulator[] = []
afterEach(() => Promise.all(running.splice(0).map((simulator) => simulator.close())))

interface Setting {
  readonly simulator: VolcengineSimulator
  readonly clock: VirtualClock
  readonly call: ReturnType<typeof vendorClient>
}

/** Starts a simulator in which instance `i-a` has key-a, and key-b is unused. */
async function under(variants: Partial<VolcengineVariants>): Promise<Setting> {
  const clock = virtualClock()
  const simulator = await startVolcengineSimulator({ clock, variants })
  running.push(simulator)
  for (const name of ['key-a', 'key-b']) simulator.world.seedKeyPair({ name })
  simulator.world.seedInstances([{ id: 'i-a', keyPair: 'key-a' }, { id: 'i-none' }])
  return { simulator, clock, call: vendorClient(simulator) }
}

const code = ({ status, body }: Reply): unknown => [status, at(body, 'ResponseMetadata', 'Error', 'Code')]

const bound = ({ simulator }: Setting): unknown =>
  simulator.world.snapshot().instances.map((instance) => instance.bound?.name)

function authorized({ simulator }: Setting, id: string): unknown {
  const { instances, keyPairs } = simulator.world.snapshot()
  const ids = instances.find((instance) => instance.id === id)?.authorized ?? []
  return keyPairs.filter((keyPair) => ids.includes(keyPair.id)).map(({ name }) => name)
}

describe('detachOther', () => {
  it.each<[VolcengineVariants['detachOther'], string, unknown]>([
    ['no-op', 'ok', ['key-a', undefined]],
    ['error', 'InvalidKeyPair.NotBound', ['key-a', undefined]],
    ['detaches', 'ok', [undefined, undefined]],
  ])('%s', async (detachOther, verdict, left) => {
    const setting = await under({ detachOther })
    const { body } = await setting.call('DetachKeyPair', { KeyPairName: 'key-b', InstanceIds: ['i-a', 'i-none'] })
    expect(verdicts(body)).toEqual({ 'i-a': verdict, 'i-none': verdict })
    expect(bound(setting)).toEqual(left)
  })
})

describe('secondChange', () => {
  it.each<[VolcengineVariants['secondChange'], unknown]>([
    ['wins', []],
    ['first-lost', ['key-a']],
  ])('%s: detach A, attach B, detach B, restart', async (secondChange, left) => {
    const setting = await under({ secondChange })
    const ids = { InstanceIds: ['i-a'] }
    await setting.call('DetachKeyPair', { KeyPairName: 'key-a', ...ids })
    await setting.call('AttachKeyPair', { KeyPairName: 'key-b', ...ids })
    await setting.call('DetachKeyPair', { KeyPairName: 'key-b', ...ids })
    await setting.call('RebootInstances', ids)
    setting.simulator.world.settle()
    expect(bound(setting)).toEqual([undefined, undefined])
    expect(authorized(setting, 'i-a')).toEqual(left)
  })

  it.each<VolcengineVariants['secondChange']>(['wins', 'first-lost'])(
    '%s: one change and a restart is plain',
    async (secondChange) => {
      const setting = await under({ secondChange })
      await setting.call('AttachKeyPair', { KeyPairName: 'key-b', InstanceIds: ['i-a'] })
      await setting.call('RebootInstances', { InstanceIds: ['i-a'] })
      setting.simulator.world.settle()
      expect(authorized(setting, 'i-a')).toEqual(['key-b'])
    },
  )
})

describe('tokens', () => {
  it.each<[VolcengineVariants['tokenFailure'], number]>([
    ['replayed', 404],
    ['forgotten', 200],
  ])('tokenFailure %s', async (tokenFailure, status) => {
    const { call } = await under({ tokenFailure })
    const input = { KeyPairName: 'key-c', InstanceIds: ['i-a'], ClientToken: 't' }
    expect((await call('AttachKeyPair', input)).status).toBe(404)
    await call('CreateKeyPair', { KeyPairName: 'key-c' })
    expect((await call('AttachKeyPair', input)).status).toBe(status)
  })

  it('tokenLifetime: afterwards the request is carried out again', async () => {
    const { call, clock, simulator } = await under({ tokenLifetime: 1000 })
    const input = { KeyPairName: 'key-b', InstanceIds: ['i-a'], ClientToken: 't' }
    await call('AttachKeyPair', input)
    clock.advance(999)
    await call('AttachKeyPair', input)
    clock.advance(1)
    await call('AttachKeyPair', input)
    expect(simulator.calls.map(({ committed }) => committed)).toEqual([true, false, true])
  })

  it.each<VolcengineVariants['createReplay']>(['with-private-key', 'without-private-key'])(
    'createReplay %s',
    async (createReplay) => {
      const { call } = await under({ createReplay })
      const input = { KeyPairName: 'new', ClientToken: 't' }
      const first = await call('CreateKeyPair', input)
      const again = await call('CreateKeyPair', input)
      expect(textAt(again.body, 'Result', 'KeyPairId')).toBe(textAt(first.body, 'Result', 'KeyPairId'))
      const expected = createReplay === 'with-private-key' ? textAt(first.body, 'Result', 'PrivateKey') : undefined
      expect(at(again.body, 'Result', 'PrivateKey')).toBe(expected)
    },
  )
})

describe('forms and codes', () => {
  it('fingerprint opaque: 40 digits', async () => {
    const { simulator } = await under({ fingerprint: 'opaque' })
    expect(simulator.world.snapshot().keyPairs[0]?.fingerprint).toMatch(/^[0-9a-f]{40}$/)
  })

  it.each<VolcengineVariants['inUseCode']>(['OperationDenied.KeyPairInUse', 'InvalidKeyPair.Bound', 'Refused'])(
    'inUseCode %s',
    async (inUseCode) => {
      const { call } = await under({ inUseCode })
      expect(verdicts((await call('DeleteKeyPairs', { KeyPairNames: ['key-a'] })).body)).toEqual({ 'key-a': inUseCode })
    },
  )

  it.each<[VolcengineVariants['fuzzyName'], number]>([
    ['substring', 2],
    ['prefix', 0],
  ])('fuzzyName %s', async (fuzzyName, count) => {
    const { body } = await (await under({ fuzzyName })).call('DescribeKeyPairs', { KeyPairName: 'ey-' })
    expect(at(body, 'Result', 'KeyPairs')).toHaveLength(count)
  })

  it.each<[VolcengineVariants['instanceNameFilter'], number]>([
    ['exact', 0],
    ['fuzzy', 1],
  ])('instanceNameFilter %s', async (instanceNameFilter, count) => {
    const { body } = await (await under({ instanceNameFilter })).call('DescribeInstances', { KeyPairName: 'key' })
    expect(at(body, 'Result', 'TotalCount')).toBe(count)
  })

  it('boundAfterAttach after-seconds: the list follows 10 seconds later', async () => {
    const { call, clock } = await under({ boundAfterAttach: 'after-seconds' })
    const shown = async (): Promise<unknown> =>
      at((await call('DescribeInstances', { InstanceIds: ['i-a'] })).body, 'Result', 'Instances', 0, 'KeyPairName')
    await call('AttachKeyPair', { KeyPairName: 'key-b', InstanceIds: ['i-a'] })
    clock.advance(9999)
    expect(await shown()).toBe('key-a')
    clock.advance(1)
    expect(await shown()).toBe('key-b')
  })

  it('createCodes prefixed: the other family', async () => {
    const { call } = await under({ createCodes: 'prefixed' })
    expect(code(await call('CreateKeyPair', { KeyPairName: 'key-a' }))).toEqual([409, 'KeyPairAlreadyExists'])
    expect(code(await call('ImportKeyPair', { KeyPairName: 'new', PublicKey: 'x' }))).toEqual([400, 'InvalidArgument'])
    for (let count = 2; count < 500; count += 1) running.at(-1)?.world.seedKeyPair({ name: `full-${count}` })
    expect(code(await call('CreateKeyPair', { KeyPairName: 'new' }))).toEqual([400, 'LimitExceeded.MaximumKeyPairs'])
  })

  it('detailOrder shuffled: another order, the same items', async () => {
    const { call } = await under({ detailOrder: 'shuffled' })
    const KeyPairNames = Array.from({ length: 50 }, (_, index) => `none-${index}`)
    const names = Object.keys(verdicts((await call('DeleteKeyPairs', { KeyPairNames })).body))
    expect(names).not.toEqual(KeyPairNames)
    expect(names.toSorted()).toEqual(KeyPairNames.toSorted())
  })

  it('emptyTagFilter nothing: a filter with an empty value finds no key pair', async () => {
    const { call, simulator } = await under({ emptyTagFilter: 'nothing' })
    simulator.world.seedKeyPair({ name: 'tagged', tags: { env: '', team: 'a' } })
    const found = async (value: string, key: string): Promise<unknown> =>
      (await call('DescribeKeyPairs', { TagFilters: [{ Key: key, Values: [value] }] })).body
    expect(await found('a', 'team')).toMatchObject({ Result: { KeyPairs: [{ KeyPairName: 'tagged' }] } })
    expect(await found('', 'env')).toMatchObject({ Result: { KeyPairs: [] } })
  })

  it('capacityGivenBack gone: an instance that was stopped with StopCharging finds no stock', async () => {
    const { call, simulator } = await under({ capacityGivenBack: 'gone' })
    await call('StopInstances', { InstanceIds: ['i-a'] })
    simulator.world.seedInstances([{ id: 'i-kept' }])
    await call('StopInstances', { InstanceIds: ['i-kept'], StoppedMode: 'KeepCharging' })
    simulator.world.settle()
    expect(verdicts((await call('StartInstances', { InstanceIds: ['i-a', 'i-kept'] })).body)).toEqual({
      'i-a': 'OperationDenied.LackOfStock',
      'i-kept': 'ok',
    })
  })

  it('the other settings of an account', async () => {
    const { call, simulator, clock } = await under({
      noStockCode: 'Refused',
      defaultStoppedMode: 'KeepCharging',
      powerChangeMs: 5,
    })
    simulator.world.seedInstances([{ id: 'i-off', status: 'STOPPED', stock: false }])
    expect(verdicts((await call('StartInstances', { InstanceIds: ['i-off'] })).body)).toEqual({ 'i-off': 'Refused' })
    await call('StopInstances', { InstanceIds: ['i-a'] })
    clock.advance(5)
    expect(simulator.world.snapshot().instances[0]).toMatchObject({ status: 'STOPPED', stoppedMode: 'KeepCharging' })
  })
})
