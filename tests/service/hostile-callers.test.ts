import { createServer } from 'node:http'
import { setTimeout } from 'node:timers/promises'
import { createAlibabaEcsKeyPairService, createAlibabaEnsKeyPairService } from '@cloud-keypair/alibaba'
import { createAwsKeyPairStore } from '@cloud-keypair/aws'
import {
  canAttach,
  type Clock,
  collect,
  type KeyPairService,
  type KeyPairStore,
  onCall,
  systemClock,
} from '@cloud-keypair/core'
import { createKeyPairService } from '@cloud-keypair/core/driver'
import { createMemoryCloud } from '@cloud-keypair/memory'
import { createOpenStackKeyPairStore } from '@cloud-keypair/openstack'
import { createTencentKeyPairService } from '@cloud-keypair/tencent'
import { createVolcengineKeyPairService } from '@cloud-keypair/volcengine'
import { describe, expect, onTestFinished, test } from 'vitest'
import { listen } from '../../packages/core/test/http/loopback.js'

// An unhandled rejection fails the run, even if each test passes.

const keyPair = { name: 'deploy', id: 'kp-1' }

interface Given {
  readonly credentials?: object | (() => unknown)
  readonly clock?: Clock
  readonly reigon?: string
  readonly transport?: object
}

/** Makes a service with options that no compiler would take. */
const clouds: Readonly<Record<string, (given: Given & { readonly endpoint: string }) => unknown>> = {
  Volcengine: ({ clock, ...given }) =>
    Reflect.apply(createVolcengineKeyPairService, undefined, [
      { region: 'cn-beijing', testing: { environment: {}, clock }, ...given },
    ]),
  'Alibaba Cloud ECS': ({ clock, ...given }) =>
    Reflect.apply(createAlibabaEcsKeyPairService, undefined, [
      { region: 'cn-hangzhou', testing: { environment: {}, clock }, ...given },
    ]),
  'Alibaba Cloud ENS': ({ clock, ...given }) =>
    Reflect.apply(createAlibabaEnsKeyPairService, undefined, [{ testing: { environment: {}, clock }, ...given }]),
  'Tencent Cloud': ({ clock, ...given }) =>
    Reflect.apply(createTencentKeyPairService, undefined, [
      { region: 'ap-guangzhou', testing: { environment: {}, clock }, ...given },
    ]),
  'Amazon EC2': ({ clock, ...given }) =>
    Reflect.apply(createAwsKeyPairStore, undefined, [
      { region: 'eu-central-1', testing: { environment: {}, clock }, ...given },
    ]),
  OpenStack: ({ clock, endpoint: authUrl, ...given }) =>
    Reflect.apply(createOpenStackKeyPairStore, undefined, [{ authUrl, testing: { environment: {}, clock }, ...given }]),
}

function isStore(made: unknown): made is KeyPairStore {
  return typeof made === 'object' && made !== null && 'get' in made
}

function isService(made: unknown): made is KeyPairService {
  return typeof made === 'object' && made !== null && 'attach' in made
}

function throws(): never {
  throw new Error('canary-4e1d')
}

const secret = 'canary-secret'
/** The credentials of every cloud. */
const good = {
  accessKeyId: 'ak',
  secretAccessKey: secret,
  accessKeySecret: secret,
  secretId: 'ak',
  secretKey: secret,
  kind: 'application-credential',
  applicationCredentialId: 'ak',
  applicationCredentialSecret: secret,
}
const unreadable = { accessKeyId: { get: throws }, secretId: { get: throws }, kind: { get: throws } }

describe.each(Object.entries(clouds))('%s', (_, create) => {
  const serviceWith = async (given: Given): Promise<KeyPairStore> => {
    const port = await listen(createServer((_request, response) => response.writeHead(403).end('{}')))
    const service = create({ endpoint: `http://127.0.0.1:${port}`, ...given })
    if (!isStore(service)) throw new Error('no service was made')
    onTestFinished(() => service[Symbol.asyncDispose]())
    return service
  }
  const codesOf = async (service: KeyPairStore): Promise<readonly string[]> => {
    const changed = canAttach(service) ? await service.attach(keyPair, ['i-1']) : await service.delete(keyPair)
    const read = await service.get(keyPair)
    const listed = await collect(service.list(), { max: 10 })
    const errors = [changed, read, listed].flatMap((result) => (result.isErr() ? [result.error] : []))
    expect(errors.map(({ message }) => message).join()).not.toContain('canary')
    return errors.map(({ code }) => code)
  }

  test.each<[string, object | (() => unknown)]>([
    ['whose getter throws', Object.defineProperties({ ...good }, unreadable)],
    ['that are a revoked proxy', revoked()],
    ['from a function that throws', throws],
    ['from a function that rejects', () => Promise.reject(new Error('canary'))],
    ['from a function that rejects with nothing', () => Promise.reject()],
    ['from a function that gives nothing', () => undefined],
    ['from a function that gives what throws', async () => Object.defineProperties({}, unreadable)],
  ])('answers credentials %s with unauthenticated', async (_name, credentials) => {
    const codes = await codesOf(await serviceWith({ credentials }))
    expect(codes).toEqual(['unauthenticated', 'unauthenticated', 'unauthenticated'])
  })

  test('throws a TypeError for an option that it does not have', async () => {
    await expect(serviceWith({ credentials: good, reigon: 'cn-beijing' })).rejects.toThrow(/has no option "reigon"/)
  })

  test('settles with a clock that throws', async () => {
    const codes = await codesOf(await serviceWith({ credentials: good, clock: { ...systemClock, now: throws } }))
    expect(codes).toHaveLength(3)
  })

  test.each([
    ['throws', { send: throws, close: async () => {} }],
    ['rejects', { send: () => Promise.reject(new Error('canary')), close: async () => {} }],
    ['gives nothing', { send: async () => undefined, close: async () => {} }],
  ])('settles with a transport that %s', async (_name, transport) => {
    expect(await codesOf(await serviceWith({ credentials: good, transport }))).toHaveLength(3)
  })
})

test.each([
  ['a key pair that is a revoked proxy', [revoked(), ['i-1']]],
  ['a key pair whose getter throws', [Object.defineProperty({}, 'name', { get: throws }), ['i-1']]],
  ['a list of ids that claims more than memory can hold', [keyPair, Object.assign([], { length: 2 ** 32 - 1 })]],
  ['ids whose getter throws', [keyPair, Object.defineProperty(['i-1'], 0, { get: throws })]],
])('throws a TypeError for %s', async (_, given) => {
  await using service = createKeyPairService(createMemoryCloud().driver)
  const attach = (): unknown => Reflect.apply(service.attach, service, given)
  expect(attach).toThrow(TypeError)
})

test.each<[string, object]>([
  ['whose load cannot be read', { save: Object.defineProperty(async () => {}, 'load', { get: throws }) }],
  ['whose load is no function', { save: Object.assign(async () => {}, { load: 7 }) }],
  ['whose save is no function', { save: {} }],
  ['with a Map of tags', { save: async () => {}, tags: new Map([['team', 'web']]) }],
  ['with a list of tags', { save: async () => {}, tags: ['team'] }],
])('throws a TypeError for a new key pair %s', async (_, given) => {
  await using service = createKeyPairService(createMemoryCloud().driver)
  const options = { name: 'next', ...given }
  expect((): unknown => Reflect.apply(service.create, service, [options])).toThrow(TypeError)
  expect((): unknown => Reflect.apply(service.rotate, service, [keyPair, options])).toThrow(TypeError)
})

function revoked(): object {
  const { proxy, revoke } = Proxy.revocable({}, {})
  revoke()
  return proxy
}

test('a clock whose sleep rejects on an abort, as timers of Node.js do, does not end the process', async () => {
  const clock: Clock = {
    now: Date.now,
    sleep: (ms, signal) => setTimeout(Math.min(ms, 2 ** 31 - 1), undefined, { signal }),
  }
  const { driver, world } = createMemoryCloud()
  const service = createKeyPairService(driver, { testing: { clock } })
  await world.seedKeyPairs([keyPair])
  await world.seedInstances([{ id: 'i-1' }])
  expect((await service.attach(keyPair, ['i-1'])).isOk()).toBe(true)
  expect((await service.get(keyPair)).isOk()).toBe(true)
  const controller = new AbortController()
  await world.fault({ on: 'attach', kind: 'silence', commit: false })
  const attached = service.attach(keyPair, ['i-1'], { signal: controller.signal })
  controller.abort()
  expect((await attached).isErr()).toBe(true)
})

test.each<[string, () => unknown]>([
  ['throws', throws],
  ['rejects', () => Promise.reject(new Error('canary-4e1d'))],
])('a pacer whose turn %s at its end loses no result, and does not end the process', async (_, end) => {
  const { driver, world } = createMemoryCloud()
  await world.seedKeyPairs([keyPair])
  await world.seedInstances([{ id: 'i-1' }])
  let turns = 0
  const waitForTurn = async (): Promise<unknown> => {
    turns += 1
    return { end }
  }
  const service: unknown = Reflect.apply(createKeyPairService, undefined, [driver, { pacer: { waitForTurn } }])
  if (!isService(service)) throw new Error('no service was made')
  const attached = await service.attach(keyPair, ['i-1'], { takeEffect: 'now' })
  expect(attached._unsafeUnwrap().items).toMatchObject([{ status: 'succeeded', changed: true, effect: 'now' }])
  expect(turns).toBeGreaterThan(2)
})

test('onCall refuses anything but a function', () => {
  for (const listener of ['x', undefined, null, {}]) {
    expect(() => Reflect.apply(onCall, undefined, [listener])).toThrow(TypeError)
  }
})

test('no message has a character that commands a terminal or turns the direction of a line', async () => {
  const { driver } = createMemoryCloud()
  const service = createKeyPairService(driver)
  const turned = '\u202ei-1\u2066'
  const got = (await service.get({ name: turned }))._unsafeUnwrapErr()
  expect(got.message).toContain('"\\u202ei-1\\u2066"')
  const refused = (await service.get({ name: 'a\u009bb\u200f' }))._unsafeUnwrapErr()
  expect(refused.message).toContain('"a\\u009bb\\u200f"')
  const attached = (await service.attach(keyPair, [turned], { takeEffect: 'now' }))._unsafeUnwrapErr()
  const texts = [got, refused, attached].flatMap(({ message, hint }) => [message, hint ?? ''])
  expect(texts.join('')).not.toMatch(/[\p{Cc}\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]/u)
})

test('a pacer whose turn comes after the abort, and whose end throws, does not end the process', async () => {
  const { driver, world } = createMemoryCloud()
  await world.seedKeyPairs([keyPair])
  const waitForTurn = async (): Promise<{ readonly end: () => void }> => {
    await setTimeout(5)
    return { end: throws }
  }
  const service = createKeyPairService(driver, { pacer: { waitForTurn } })
  const controller = new AbortController()
  const got = service.get(keyPair, { signal: controller.signal })
  controller.abort()
  expect((await got)._unsafeUnwrapErr().code).toBe('aborted')
  await setTimeout(20)
})

test.each([
  ['whose addEventListener throws', { aborted: false, addEventListener: throws }],
  ['whose state cannot be read', Object.defineProperty({ addEventListener: throws }, 'aborted', { get: throws })],
])('a signal %s is a result or a TypeError, and no rejection', async (_, signal) => {
  const { driver } = createMemoryCloud()
  const service = createKeyPairService(driver)
  const outcome = await new Promise<unknown>((resolve) => {
    try {
      const answer: unknown = Reflect.apply(service.get, service, [keyPair, { signal }])
      Promise.resolve(answer).then(resolve, () => resolve('rejected'))
    } catch (thrown) {
      resolve(thrown)
    }
  })
  expect(outcome).not.toBe('rejected')
})
