import type { KeyPair } from '@cloud-keypair/core'
import type { CallContext, KeyPairDriver, KeyPairHandle } from '@cloud-keypair/core/driver'
import {
  startVolcengineSimulator,
  type VolcengineSimulator,
  type VolcengineSimulatorOptions,
} from '@cloud-keypair/simulator'
import { describe, expect, test } from 'vitest'
import { rsaKey } from '../../../tests/support/rsa-keys.js'
import { createVolcengineDriver, createVolcengineKeyPairService } from '../src/index.js'

interface Setting extends AsyncDisposable {
  readonly simulator: VolcengineSimulator
  readonly driver: KeyPairDriver
  context(): CallContext
}

async function start(options: VolcengineSimulatorOptions = {}): Promise<Setting> {
  const simulator = await startVolcengineSimulator(options)
  const { accessKeyId, secretAccessKey, region, url } = simulator
  const driver = createVolcengineDriver({
    region,
    endpoint: url,
    credentials: { accessKeyId, secretAccessKey },
    testing: { environment: {} },
  })
  let token = 0
  return {
    simulator,
    driver,
    context: () => ({ signal: new AbortController().signal, token: `token-${(token += 1)}`, trace: () => undefined }),
    async [Symbol.asyncDispose]() {
      await driver.close()
      await simulator.close()
    },
  }
}

const none = { description: undefined, tags: {}, group: undefined }
const byName = (name: string): KeyPairHandle => ({ by: 'name', name })
const list = {
  kind: 'list',
  cursor: undefined,
  pageSize: 500,
  namePrefix: '',
  md5Fingerprint: undefined,
  tags: {},
  group: undefined,
} as const
const verdict = (id: string, code?: string): object =>
  code === undefined ? { id, ok: true } : { id, ok: false, failure: { code } }

test('a key pair is imported with all metadata, read, changed and deleted', async () => {
  await using setting = await start()
  const { driver, context } = setting
  const metadata = { description: 'a = b，c', tags: { env: 'ci', 'a b': '' }, group: 'project_a' }
  const imported = (
    await driver.doImportKeyPair({ name: 'deploy', publicKey: rsaKey().publicKey.line, ...metadata }, context())
  )._unsafeUnwrap()
  const read = async (): Promise<KeyPair | undefined> => {
    const page = await driver.doDescribeKeyPairs(
      { kind: 'exact', keyPairs: [byName('deploy')], cursor: undefined },
      context(),
    )
    return page._unsafeUnwrap().items[0]
  }
  expect(await read()).toMatchObject({ ...imported, ...metadata, createdAt: expect.any(Date) })

  const changes = [
    { kind: 'description', description: '' },
    { kind: 'set-tags', tags: { env: 'prod', more: '1' } },
    { kind: 'remove-tags', keys: ['a b'] },
  ] as const
  for (const change of changes) {
    expect((await driver.doUpdateKeyPair({ keyPair: imported, change }, context()))._unsafeUnwrap()).toBeNull()
  }
  expect(await read()).toMatchObject({ description: '', tags: { env: 'prod', more: '1' } })

  const deleted = await driver.doDeleteKeyPairs([imported, { name: 'missing' }], context())
  expect(deleted._unsafeUnwrap()).toMatchObject([verdict(imported.id ?? ''), verdict('missing', 'not-found')])
  expect(await read()).toBeUndefined()
})

test('every filter of a list returns the right key pairs, page by page', async () => {
  await using setting = await start()
  const { driver, context, simulator } = setting
  for (let index = 0; index < 7; index += 1) {
    simulator.world.seedKeyPair({ name: `ci-${index}`, tags: { env: index < 3 ? 'ci' : 'prod' }, group: 'project_a' })
  }
  const { fingerprint } = simulator.world.seedKeyPair({ name: 'other' })
  const names = async (more: object): Promise<readonly string[]> => {
    const page = await driver.doDescribeKeyPairs({ ...list, ...more }, context())
    const { items, cursor } = page._unsafeUnwrap()
    const found = items.map(({ name }) => name)
    return cursor === undefined ? found : [...found, ...(await names({ ...more, cursor }))]
  }
  expect(await names({ pageSize: 3 })).toHaveLength(8)
  expect(await names({ namePrefix: 'ci-' })).toHaveLength(7)
  expect(await names({ tags: { env: 'ci' } })).toHaveLength(3)
  expect(await names({ group: 'project_a', pageSize: 2 })).toHaveLength(7)
  expect(await names({ md5Fingerprint: fingerprint })).toEqual(['other'])
})

test('a key pair of the cloud comes with its private key, which is shown nowhere else', async () => {
  await using setting = await start()
  const { driver, context } = setting
  const created = (await driver.doCreateKeyPair({ name: 'k1', ...none }, context()))._unsafeUnwrap()
  expect(created.privateKey.reveal()).toMatch(/^-----BEGIN RSA PRIVATE KEY-----/)
  expect(JSON.stringify(created)).not.toContain('BEGIN')
})

test('attach and detach return a verdict for each instance, and reads show the bound key pair', async () => {
  await using setting = await start()
  const { driver, context, simulator } = setting
  const { id } = simulator.world.seedKeyPair({ name: 'k' })
  simulator.world.seedInstances([
    { id: 'i-run' },
    { id: 'i-stop', status: 'STOPPED' },
    { id: 'i-win', osType: 'Windows' },
    { id: 'i-bare', agent: false },
    { id: 'i-busy', status: 'STARTING' },
  ])
  const instanceIds = ['i-run', 'i-stop', 'i-win', 'i-bare', 'i-busy', 'i-gone']
  const attached = await driver.doAttachKeyPair({ keyPair: { by: 'id', id }, instanceIds }, context())
  expect(attached._unsafeUnwrap()).toMatchObject([
    verdict('i-run'),
    verdict('i-stop'),
    verdict('i-win', 'instance-unsupported'),
    verdict('i-bare', 'instance-unsupported'),
    verdict('i-busy', 'instance-state'),
    verdict('i-gone', 'not-found'),
  ])
  const users = await driver.doDescribeInstances(
    { kind: 'bound-to', keyPair: { name: 'k', id }, cursor: undefined },
    context(),
  )
  expect(users._unsafeUnwrap().items.toSorted((a, b) => (a.id < b.id ? -1 : 1))).toEqual([
    { id: 'i-run', power: 'running', keyPair: { name: 'k', id } },
    { id: 'i-stop', power: 'stopped', keyPair: { name: 'k', id } },
  ])
  const detached = await driver.doDetachKeyPair({ keyPair: byName('k'), instanceIds: ['i-run'] }, context())
  expect(detached._unsafeUnwrap()).toEqual([verdict('i-run')])
  const missing = await driver.doAttachKeyPair({ keyPair: byName('no'), instanceIds: ['i-run'] }, context())
  expect(missing._unsafeUnwrapErr()).toMatchObject({ code: 'not-found', outcome: 'none', vendor: { httpStatus: 404 } })
})

test('power actions succeed, and reads show the states in between', async () => {
  await using setting = await start()
  const { driver, context, simulator } = setting
  simulator.world.seedInstances([{ id: 'i-1' }, { id: 'i-2', stock: false, status: 'STOPPED' }])
  const powerOf = async (): Promise<readonly string[]> => {
    const page = await driver.doDescribeInstances({ kind: 'exact', instanceIds: ['i-1'], cursor: undefined }, context())
    return page._unsafeUnwrap().items.map(({ power }) => power)
  }
  const request = { instanceIds: ['i-1'], force: false }
  expect((await driver.doStopInstances(request, context()))._unsafeUnwrap()).toEqual([verdict('i-1')])
  expect(await powerOf()).toEqual(['stopping'])
  simulator.world.settle()
  expect(await powerOf()).toEqual(['stopped'])
  expect(simulator.world.snapshot().instances[0]?.stoppedMode).toBe('KeepCharging')
  expect((await driver.doStartInstances(request, context()))._unsafeUnwrap()).toEqual([verdict('i-1')])
  expect(await powerOf()).toEqual(['starting'])
  simulator.world.settle()
  expect((await driver.doRebootInstances({ ...request, force: true }, context()))._unsafeUnwrap()).toEqual([
    verdict('i-1'),
  ])
  expect(await powerOf()).toEqual(['rebooting'])
  const short = await driver.doStartInstances({ ...request, instanceIds: ['i-2'] }, context())
  expect(short._unsafeUnwrap()).toMatchObject([verdict('i-2', 'capacity')])
})

test.each([
  ['OperationDenied.KeyPairInUse', 'in-use'],
  ['InvalidKeyPair.Bound', 'in-use'],
  ['Refused', 'unknown'],
] as const)('a bound key pair that is refused with %s is %s', async (inUseCode, code) => {
  await using setting = await start({ variants: { inUseCode } })
  const { id } = setting.simulator.world.seedKeyPair({ name: 'k' })
  setting.simulator.world.seedInstances([{ id: 'i-1', keyPair: 'k' }])
  const deleted = await setting.driver.doDeleteKeyPairs([{ name: 'k', id }], setting.context())
  expect(deleted._unsafeUnwrap()).toMatchObject([
    { ...verdict(id, code), failure: { code, vendor: { code: inUseCode } } },
  ])
})

test.each(['suffixed', 'prefixed'] as const)(
  'the %s codes of an import have the same meaning',
  async (createCodes) => {
    await using setting = await start({ variants: { createCodes } })
    const { driver, context } = setting
    const importing = (name: string, publicKey: string) =>
      driver.doImportKeyPair({ name, publicKey, ...none }, context())
    const publicKey = rsaKey().publicKey.line
    expect((await importing('k1', publicKey)).isOk()).toBe(true)
    expect((await importing('k1', publicKey))._unsafeUnwrapErr()).toMatchObject({
      code: 'already-exists',
      outcome: 'none',
    })
    expect((await importing('k2', 'ssh-rsa nonsense'))._unsafeUnwrapErr()).toMatchObject({
      code: 'invalid-argument',
      outcome: 'none',
    })
    for (let index = 1; index < 500; index += 1)
      setting.simulator.world.seedKeyPair({ name: `seed-${index}`, publicKey })
    expect((await importing('k3', publicKey))._unsafeUnwrapErr()).toMatchObject({
      code: 'quota-exceeded',
      outcome: 'none',
    })
  },
  30_000,
)

test('a call that was cut off is carried out once if it is resent with its token', async () => {
  await using setting = await start()
  const { driver, context, simulator } = setting
  simulator.fault({ action: 'ImportKeyPair', kind: 'reset', commit: true })
  const same = context()
  const request = { name: 'k1', publicKey: rsaKey().publicKey.line, ...none }
  expect((await driver.doImportKeyPair(request, same))._unsafeUnwrapErr()).toMatchObject({
    outcome: 'unknown',
    transient: true,
  })
  expect((await driver.doImportKeyPair(request, same))._unsafeUnwrap().name).toBe('k1')
  expect(simulator.world.snapshot().keyPairs).toHaveLength(1)
})

test('an instance without permission is named', async () => {
  await using setting = await start()
  const { driver, context, simulator } = setting
  simulator.world.seedKeyPair({ name: 'k' })
  simulator.world.seedInstances([{ id: 'i-1' }, { id: 'i-2', denied: true }])
  const attached = await driver.doAttachKeyPair({ keyPair: byName('k'), instanceIds: ['i-1', 'i-2'] }, context())
  expect(attached._unsafeUnwrap()).toMatchObject([verdict('i-1'), verdict('i-2', 'permission-denied')])
})

const unreadable = { code: 'invalid-response', outcome: 'unknown' } as const
const unavailable = { code: 'unavailable', outcome: 'unknown' } as const

test.each([
  ['truncate', unreadable],
  ['html-502', unavailable],
  ['empty-503', unavailable],
  ['html-200', unreadable],
  ['array', unreadable],
  ['huge', unreadable],
  // Nothing was done at the place that the request was sent to.
  ['redirect', { code: 'invalid-response', outcome: 'none' }],
  ['wrong-type', unreadable],
  ['drop-details', [verdict('i-1')]],
  ['number-for-string', []],
  ['error-in-200', unavailable],
] as const)('an attach whose answer is damaged (%s) claims no more than it knows', async (transform, expected) => {
  await using setting = await start()
  const { driver, context, simulator } = setting
  simulator.world.seedKeyPair({ name: 'k' })
  simulator.world.seedInstances([{ id: 'i-1' }, { id: 'i-2' }])
  simulator.fault({ action: 'AttachKeyPair', kind: 'body', transform })
  const attached = await driver.doAttachKeyPair({ keyPair: byName('k'), instanceIds: ['i-1', 'i-2'] }, context())
  expect(attached.isOk() ? attached.value : attached.error).toMatchObject(expected)
})

describe('the service', () => {
  test('keeps and binds key pairs through the whole stack', async () => {
    await using setting = await start()
    const { simulator } = setting
    const { accessKeyId, secretAccessKey, region, url } = simulator
    await using keyPairs = createVolcengineKeyPairService({
      region,
      endpoint: url,
      credentials: { accessKeyId, secretAccessKey },
      testing: { environment: {} },
    })
    simulator.world.seedInstances([{ id: 'i-1' }, { id: 'i-2' }])
    const imported = (await keyPairs.import({ name: 'deploy', publicKey: rsaKey().publicKey.line }))._unsafeUnwrap()
    const attached = await keyPairs.attach(imported, ['i-1', 'i-2'])
    expect(attached._unsafeUnwrap().items).toMatchObject([
      { id: 'i-1', status: 'succeeded', changed: true },
      { id: 'i-2', status: 'succeeded', changed: true },
    ])
    expect((await keyPairs.get({ name: 'deploy' }))._unsafeUnwrap().id).toBe(imported.id)
  })
})
