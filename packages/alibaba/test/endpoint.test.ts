import { ok } from '@cloud-keypair/core'
import { createHttpTransport, type HttpRequest, type HttpTransport } from '@cloud-keypair/core/http'
import { describe, expect, test } from 'vitest'
import { createAlibabaEcsDriver, createAlibabaEnsDriver, type AlibabaEcsOptions } from '../src/index.js'
import { createDriver, json, startCloud, type Cloud, type ProductName } from './support/cloud.js'
import { outcomeOf } from './support/machine.js'

const results = [{ Code: 200, InstanceId: 'i-1', Message: 'successful', Success: true }]
const body = json({ Results: { Result: results } })
const context = { signal: new AbortController().signal, token: '', trace: () => undefined }
const request = { keyPair: { by: 'name', name: 'k' }, instanceIds: ['i-1'] } as const

async function sentBy(
  product: ProductName,
  options: AlibabaEcsOptions,
): Promise<string | { code: string; message: string }> {
  const sent: HttpRequest[] = []
  const transport: HttpTransport = {
    send: async (one) => {
      sent.push(one)
      return ok({ status: 200, headers: {}, text: product === 'ecs' ? body : json({ Results: results }) })
    },
    close: () => Promise.reject(new Error('It is not ours to close')),
  }
  const credentials = { accessKeyId: 'ak', accessKeySecret: 'sk' }
  const all = { testing: { environment: {} }, credentials, transport, region: undefined, ...options }
  const driver = createDriver(product, all)
  const answered = await driver.doAttachKeyPair(request, context)
  await driver.close()
  if (answered.isErr()) {
    expect(sent).toEqual([])
    return { code: answered.error.code, message: answered.error.message }
  }
  const url = new URL(sent[0]?.url ?? '')
  expect(sent[0]?.headers['host']).toBe(url.host)
  const where = `${url.searchParams.get('RegionId') ?? ''} ${url.origin}`.trim()
  const { region, endpoint } = driver.location
  expect(`${region} ${endpoint}`.trim(), 'what a checkpoint is written for').toBe(where)
  return where
}

describe('the region of ECS', () => {
  const config = '.aliyun/config.json'
  const keys = { mode: 'AK', access_key_id: 'ak', access_key_secret: 'sk' }
  const profiles = [
    { name: 'one', ...keys, region_id: 'cn-one' },
    { name: 'two', ...keys, region_id: 'cn-two' },
    { name: 'three', ...keys },
  ]
  const files = { [config]: { current: 'one', profiles } }
  const ambient = { ALIBABA_CLOUD_REGION_ID: 'cn-env' }
  const own = { ALIBABA_CLOUD_ACCESS_KEY_ID: 'ak', ALIBABA_CLOUD_ACCESS_KEY_SECRET: 'sk' }
  const regionOf = async (options: AlibabaEcsOptions): Promise<unknown> => {
    const { signer, failure } = await outcomeOf({ files, options: { region: undefined, ...options } })
    return failure === undefined ? signer?.[2] : failure.message
  }

  test.each([
    ['the profile that gives the credentials', {}, 'cn-one'],
    ['the environment, before that profile', { testing: { environment: ambient } }, 'cn-env'],
    [
      'the profile that the option names, before the environment',
      { profile: 'two', testing: { environment: ambient } },
      'cn-two',
    ],
    ['the environment, if the profile has none', { profile: 'three', testing: { environment: ambient } }, 'cn-env'],
    [
      'the option, before everything',
      { region: 'cn-own', profile: 'two', testing: { environment: ambient } },
      'cn-own',
    ],
  ] satisfies [string, AlibabaEcsOptions, string][])('comes from %s', async (_, options, expected) => {
    expect(await regionOf(options)).toBe(expected)
  })

  test('never comes from a profile that gives no credentials', async () => {
    expect(await regionOf({ testing: { environment: own } })).toBe('no region is given')
    expect(await regionOf({ credentials: { accessKeyId: 'ak', accessKeySecret: 'sk' } })).toBe('no region is given')
  })

  test('is refused with the name of its profile if that cannot be read', async () => {
    expect(await regionOf({ profile: 'gone' })).toContain('there is no profile gone')
  })
})

describe('the address of requests', () => {
  test.each([
    [{ region: 'cn-hangzhou' }, 'cn-hangzhou https://ecs.cn-hangzhou.aliyuncs.com'],
    [{ region: ' cn-beijing\n' }, 'cn-beijing https://ecs.cn-beijing.aliyuncs.com'],
    [{ region: 'eu-central-1', network: 'public' }, 'eu-central-1 https://ecs.eu-central-1.aliyuncs.com'],
    [{ region: 'cn-hangzhou', network: 'vpc' }, 'cn-hangzhou https://ecs-vpc.cn-hangzhou.aliyuncs.com'],
    [
      { testing: { environment: { ALIBABA_CLOUD_REGION_ID: 'cn-shanghai', ALIBABA_CLOUD_REGION: 'x' } } },
      'cn-shanghai https://ecs.cn-shanghai.aliyuncs.com',
    ],
    [
      { testing: { environment: { ALIBABA_CLOUD_REGION_ID: '', ALIBABA_CLOUD_REGION: 'cn-chengdu' } } },
      'cn-chengdu https://ecs.cn-chengdu.aliyuncs.com',
    ],
    [{ region: 'r', endpoint: 'ecs.aliyuncs.com' }, 'r https://ecs.aliyuncs.com'],
    [{ region: 'r', endpoint: 'https://example.com:8443/' }, 'r https://example.com:8443'],
    [{ region: 'r', endpoint: 'http://localhost:1' }, 'r http://localhost:1'],
    [{ region: 'r', endpoint: 'http://[::1]:1' }, 'r http://[::1]:1'],
  ] satisfies [AlibabaEcsOptions, string][])('ECS %j', async (options, expected) => {
    expect(await sentBy('ecs', options)).toBe(expected)
  })

  test.each([
    [{}, 'https://ens.aliyuncs.com'],
    [{ endpoint: 'ens.ap-southeast-1.aliyuncs.com' }, 'https://ens.ap-southeast-1.aliyuncs.com'],
    [{ endpoint: 'http://127.0.0.1:1' }, 'http://127.0.0.1:1'],
  ])('ENS %j', async (options, expected) => {
    expect(await sentBy('ens', options)).toBe(expected)
  })

  test.each([
    {},
    { region: '' },
    { region: 'cn hangzhou' },
    { region: 'cn-hangzhou/ecs' },
    { region: 'CN-HANGZHOU' },
    { region: 'x.example.com#' },
    { region: 'r', endpoint: '' },
    { region: 'r', endpoint: 'https://' },
    { region: 'r', endpoint: 'a b' },
    { region: 'r', endpoint: 'http://ecs.aliyuncs.com' },
    { region: 'r', endpoint: 'http://127.0.0.1.example.com' },
    { region: 'r', endpoint: 'ftp://127.0.0.1' },
    { region: 'r', endpoint: 'https://example.com/path' },
    { region: 'r', endpoint: 'https://user:canary@example.com' },
  ])('%j is refused by every call, and nothing is sent', async (options) => {
    const refused = await sentBy('ecs', options)
    expect(refused).toMatchObject({ code: 'invalid-argument' })
    expect(JSON.stringify(refused)).not.toContain('canary')
    if ('endpoint' in options) expect(await sentBy('ens', options)).toMatchObject({ code: 'invalid-argument' })
  })

  test.each(['region', 'endpoint', 'credentials', 'network'])('an option %s of the wrong type throws', (name) => {
    expect(() => createAlibabaEcsDriver(JSON.parse(`{"${name}":7}`))).toThrow(TypeError)
    expect(() => createAlibabaEnsDriver(JSON.parse(`{"${name}":7}`))).toThrow(TypeError)
  })
})

describe('the transport', () => {
  const attach = (cloud: Cloud, signal?: AbortSignal) =>
    cloud.driver.doAttachKeyPair(request, cloud.context(signal === undefined ? {} : { signal }))

  test('a request that is cut off without an answer has an unknown outcome', async () => {
    await using cloud = await startCloud('ecs', (response) => response.destroy())
    expect((await attach(cloud))._unsafeUnwrapErr()).toMatchObject({
      code: 'network',
      outcome: 'unknown',
      transient: true,
    })
    const read = await cloud.driver.doDescribeInstances(
      { kind: 'exact', instanceIds: ['i-1'], cursor: undefined },
      cloud.context(),
    )
    expect(read._unsafeUnwrapErr()).toMatchObject({ code: 'network', outcome: 'none', transient: true })
  })

  test('an answer that is cut off in the middle has an unknown outcome', async () => {
    await using cloud = await startCloud('ecs', (response) => {
      response.writeHead(200, { 'content-length': body.length })
      response.write(body.slice(0, 20), () => response.destroy())
    })
    expect((await attach(cloud))._unsafeUnwrapErr()).toMatchObject({
      code: 'network',
      outcome: 'unknown',
      transient: true,
    })
  })

  test('a refused connection has outcome none, and is transient', async () => {
    const cloud = await startCloud('ecs', { body })
    const { origin } = cloud
    await cloud[Symbol.asyncDispose]()
    await using other = await startCloud('ecs', { body }, { endpoint: origin })
    expect((await attach(other))._unsafeUnwrapErr()).toMatchObject({
      code: 'network',
      outcome: 'none',
      transient: true,
    })
  })

  test('an abort ends an open request, with an unknown outcome', async () => {
    const controller = new AbortController()
    await using cloud = await startCloud('ecs', () => controller.abort())
    expect((await attach(cloud, controller.signal))._unsafeUnwrapErr()).toMatchObject({
      code: 'aborted',
      outcome: 'unknown',
      transient: false,
    })
  })

  test('an abort before the send has outcome none, and nothing is sent', async () => {
    await using cloud = await startCloud('ecs', { body })
    expect((await attach(cloud, AbortSignal.abort()))._unsafeUnwrapErr()).toMatchObject({
      code: 'aborted',
      outcome: 'none',
    })
    expect(cloud.received).toEqual([])
  })

  test('an answer that is too long has an unknown outcome', async () => {
    const transport = createHttpTransport({ proxy: 'none', maxResponseBytes: 10 })
    await using cloud = await startCloud('ecs', { body }, { transport })
    expect((await attach(cloud))._unsafeUnwrapErr()).toMatchObject({
      code: 'invalid-response',
      outcome: 'unknown',
      transient: true,
    })
    await transport.close()
  })

  test('a driver closes its own transport', async () => {
    await using cloud = await startCloud('ecs', { body })
    expect((await attach(cloud)).isOk()).toBe(true)
    await cloud.driver.close()
    expect((await attach(cloud))._unsafeUnwrapErr()).toMatchObject({ code: 'network', outcome: 'none' })
  })
})
