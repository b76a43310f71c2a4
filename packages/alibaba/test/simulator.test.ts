import { type Clock, collect, type KeyPairService } from '@cloud-keypair/core'
import {
  startAlibabaEcsSimulator,
  startAlibabaEnsSimulator,
  type AlibabaEcsSimulatorOptions,
  type AlibabaEnsSimulatorOptions,
} from '@cloud-keypair/simulator'
import { describe, expect, test } from 'vitest'
import { createAlibabaEcsKeyPairService, createAlibabaEnsKeyPairService } from '../src/index.js'
import { rsaKey } from '../../../tests/support/rsa-keys.js'

type Setting<Simulator> = AsyncDisposable & { readonly simulator: Simulator; readonly keyPairs: KeyPairService }

async function ecs(
  options: AlibabaEcsSimulatorOptions = {},
): Promise<Setting<Awaited<ReturnType<typeof startAlibabaEcsSimulator>>>> {
  const simulator = await startAlibabaEcsSimulator(options)
  const { accessKeyId, accessKeySecret, region, url } = simulator
  const credentials = { accessKeyId, accessKeySecret }
  const keyPairs = createAlibabaEcsKeyPairService({ region, endpoint: url, credentials, testing: { environment: {} } })
  return { simulator, keyPairs, [Symbol.asyncDispose]: () => simulator.close() }
}

async function ens(
  options: AlibabaEnsSimulatorOptions = {},
): Promise<Setting<Awaited<ReturnType<typeof startAlibabaEnsSimulator>>>> {
  const simulator = await startAlibabaEnsSimulator(options)
  const { accessKeyId, accessKeySecret, url } = simulator
  const credentials = { accessKeyId, accessKeySecret }
  const keyPairs = createAlibabaEnsKeyPairService({ endpoint: url, credentials, testing: { environment: {} } })
  return { simulator, keyPairs, [Symbol.asyncDispose]: () => simulator.close() }
}

const { publicKey } = rsaKey()

describe('ECS, through the whole stack', () => {
  test('a key pair keeps its tags and its group, and both change', async () => {
    await using setting = await ecs()
    const { keyPairs } = setting
    const tags = { env: 'ci', 'a b': '' }
    const imported = (
      await keyPairs.import({ name: 'deploy', publicKey: publicKey.line, tags, group: 'rg-1' })
    )._unsafeUnwrap()
    expect(imported).toMatchObject({ name: 'deploy', tags, group: 'rg-1', publicKey: publicKey.line, verified: true })
    expect(imported).not.toHaveProperty('id')
    const change = { tags: { env: null, team: 'ü' }, group: 'rg-2' }
    expect((await keyPairs.update(imported, change)).isOk()).toBe(true)
    const read = (await keyPairs.get({ name: 'deploy' }))._unsafeUnwrap()
    expect(read).toMatchObject({ tags: { 'a b': '', team: 'ü' }, group: 'rg-2' })
  })

  test('a key pair with the largest number of tags gets another one in place of one', async () => {
    await using setting = await ecs()
    const { keyPairs } = setting
    const tags = Object.fromEntries(Array.from({ length: 20 }, (_, index) => [`tag-${index}`, '']))
    const imported = (await keyPairs.import({ name: 'deploy', publicKey: publicKey.line, tags }))._unsafeUnwrap()
    expect((await keyPairs.update(imported, { tags: { 'tag-0': null, team: 'a' } })).isOk()).toBe(true)
    const ensured = await keyPairs.ensure({
      name: 'deploy',
      publicKey: publicKey.line,
      tags: { 'tag-1': null, env: 'ci' },
    })
    expect(ensured._unsafeUnwrap().changed).toBe(true)
    const read = (await keyPairs.get(imported))._unsafeUnwrap()
    expect(read.tags).toMatchObject({ team: 'a', env: 'ci' })
    expect(Object.keys(read.tags ?? {})).toHaveLength(20)
  })

  test('a key pair in use names its users, and is deleted after they are detached', async () => {
    await using setting = await ecs()
    const { keyPairs, simulator } = setting
    simulator.world.seedInstances([{ id: 'i-1' }, { id: 'i-2', status: 'Stopped' }])
    const imported = (await keyPairs.import({ name: 'deploy', publicKey: publicKey.line }))._unsafeUnwrap()
    expect((await keyPairs.attach(imported, ['i-1', 'i-2'])).isOk()).toBe(true)
    const refused = (await keyPairs.delete(imported))._unsafeUnwrapErr()
    expect(refused).toMatchObject({ code: 'in-use', details: { instanceIds: ['i-1', 'i-2'], more: false } })
    expect((await keyPairs.detach(imported, ['i-1', 'i-2'])).isOk()).toBe(true)
    expect((await keyPairs.delete(imported))._unsafeUnwrap()).toMatchObject({ changed: true })
  })

  test('a list of several pages is filtered by the cloud', async () => {
    await using setting = await ecs()
    for (let index = 0; index < 120; index += 1) {
      setting.simulator.world.seedKeyPair({ name: `${index % 2 ? 'ci' : 'my'}-${index}`, publicKey: publicKey.line })
    }
    const listed = (await collect(setting.keyPairs.list({ namePattern: 'ci-*' }), { max: 100 }))._unsafeUnwrap()
    expect(listed).toHaveLength(60)
    expect(setting.simulator.calls.map(({ query }) => query['PageNumber'])).toEqual(['1', '2'])
  })
})

describe('ENS, through the whole stack', () => {
  test('a key pair is attached and detached by its id, in chunks of 30', async () => {
    await using setting = await ens()
    const { keyPairs, simulator } = setting
    const ids = Array.from({ length: 31 }, (_, index) => `i-${index}`)
    simulator.world.seedInstances(ids.map((id) => ({ id, status: 'Stopped' })))
    const imported = (await keyPairs.import({ name: 'deploy', publicKey: publicKey.line }))._unsafeUnwrap()
    expect(imported.id).toMatch(/^ssh-/)
    expect((await keyPairs.attach(imported, ids))._unsafeUnwrap().items).toHaveLength(31)
    const detached = await keyPairs.detach(imported, ids)
    expect(detached._unsafeUnwrap().succeeded).toHaveLength(31)
    const changes = simulator.calls.filter(({ action }) => /^(At|De)tachKeyPair$/.test(action))
    expect(changes.map(({ query }) => [query['KeyPairId'], query['KeyPairName']])).toEqual(
      Array.from({ length: 4 }, () => [imported.id, undefined]),
    )
  })

  test.each(['unique', 'repeat'] as const)(
    'an attach by id takes three calls if names are %s: the key pair, the instances, the attach',
    async (names) => {
      await using setting = await ens({ variants: { names } })
      const { keyPairs, simulator } = setting
      simulator.world.seedInstances([{ id: 'i-1', status: 'Stopped' }])
      const imported = (await keyPairs.import({ name: 'deploy', publicKey: publicKey.line }))._unsafeUnwrap()
      for (const keyPair of [{ id: imported.id ?? '' }, imported]) {
        const before = simulator.calls.length
        expect((await keyPairs.attach(keyPair, ['i-1'])).isOk()).toBe(true)
        const sent = simulator.calls.slice(before).map(({ action }) => action)
        expect(sent).toEqual(['DescribeKeyPairs', 'DescribeInstances', 'AttachKeyPair'])
        simulator.world.seedInstances([{ id: 'i-1', status: 'Stopped' }])
      }
    },
  )

  test('a running instance is not sent: the cloud would refuse the whole call', async () => {
    await using setting = await ens()
    const { keyPairs, simulator } = setting
    simulator.world.seedInstances([{ id: 'i-1' }, { id: 'i-2', status: 'Stopped' }])
    const imported = (await keyPairs.import({ name: 'deploy', publicKey: publicKey.line }))._unsafeUnwrap()
    const attached = (await keyPairs.attach(imported, ['i-1', 'i-2']))._unsafeUnwrapErr()
    expect(attached).toMatchObject({ code: 'incomplete', details: { batch: { succeeded: [{ id: 'i-2' }] } } })
    const sent = simulator.calls.filter(({ action }) => action === 'AttachKeyPair')
    expect(sent.map(({ query }) => query['InstanceIds'])).toEqual(['["i-2"]'])
  })

  test('a key pair in use is refused by core, as the cloud would delete it', async () => {
    await using setting = await ens()
    const { keyPairs, simulator } = setting
    simulator.world.seedInstances([{ id: 'i-1', status: 'Stopped' }])
    const imported = (await keyPairs.import({ name: 'deploy', publicKey: publicKey.line }))._unsafeUnwrap()
    expect((await keyPairs.attach(imported, ['i-1'])).isOk()).toBe(true)
    const refused = (await keyPairs.delete(imported))._unsafeUnwrapErr()
    expect(refused).toMatchObject({ code: 'in-use', outcome: 'none', details: { instanceIds: ['i-1'] } })
    expect(simulator.calls.some(({ action }) => action === 'DeleteKeyPairs')).toBe(false)
  })

  test('a private key with escaped line breaks is returned usable', async () => {
    await using setting = await ens({ variants: { privateKeyBody: 'escaped', requestId: 'tab' } })
    const created = (await setting.keyPairs.createInCloud({ name: 'made-there' }))._unsafeUnwrap()
    expect(created).toMatchObject({ name: 'made-there', verified: true })
    expect(created.publicKey).toMatch(/^ssh-rsa /)
  })

  test('a taken name is refused by core, as the cloud would accept it', async () => {
    await using setting = await ens({ variants: { names: 'repeat' } })
    const { keyPairs, simulator } = setting
    expect((await keyPairs.import({ name: 'deploy', publicKey: publicKey.line })).isOk()).toBe(true)
    const refused = (await keyPairs.createInCloud({ name: 'deploy' }))._unsafeUnwrapErr()
    expect(refused).toMatchObject({ code: 'already-exists', outcome: 'none' })
    expect(simulator.calls.some(({ action }) => action === 'CreateKeyPair')).toBe(false)
    expect((await keyPairs.get({ name: 'deploy' })).isOk()).toBe(true)
  })
})

test('a closed service fails at once, without a retry', async () => {
  const pauses: number[] = []
  const clock: Clock = {
    now: () => 0,
    sleep: (ms, signal) =>
      new Promise((resolve) => {
        signal.addEventListener('abort', () => resolve())
        // Deadlines are longer, and never come.
        if (ms < 15_000) resolve(void pauses.push(ms))
      }),
  }
  const credentials = { accessKeyId: 'AccessKeyId', accessKeySecret: 'AccessKeySecret' }
  const keyPairs = createAlibabaEnsKeyPairService({ credentials, testing: { environment: {}, clock } })
  await keyPairs[Symbol.asyncDispose]()
  const error = (await keyPairs.get({ name: 'deploy' }))._unsafeUnwrapErr()
  expect(error).toMatchObject({ code: 'aborted', outcome: 'none' })
  expect(error.message).toContain('was closed')
  expect(pauses).toEqual([])
})
