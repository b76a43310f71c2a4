import { ok } from '@cloud-keypair/core'
import { createHttpTransport, type HttpRequest, type HttpTransport } from '@cloud-keypair/core/http'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { createVolcengineDriver, type VolcengineOptions } from '../src/index.js'
import { envelope, startCloud, type Cloud } from './support/cloud.js'

const body = envelope('AttachKeyPair', { OperationDetails: [{ InstanceId: 'i-1', Error: null }] })
const context = { signal: new AbortController().signal, token: 't', trace: () => undefined }
const request = { keyPair: { by: 'name', name: 'k' }, instanceIds: ['i-1'] } as const

async function sentBy(options: VolcengineOptions): Promise<string | { code: string; message: string }> {
  const sent: HttpRequest[] = []
  const transport: HttpTransport = {
    send: async (one) => {
      sent.push(one)
      return ok({ status: 200, headers: {}, text: body })
    },
    close: () => Promise.reject(new Error('It is not ours to close')),
  }
  const credentials = { accessKeyId: 'ak', secretAccessKey: 'sk' }
  const driver = createVolcengineDriver({
    credentials,
    transport,
    ...options,
    testing: { environment: {}, ...options.testing },
  })
  const answered = await driver.doAttachKeyPair(request, context)
  await driver.close()
  if (answered.isErr()) {
    expect(sent).toEqual([])
    return { code: answered.error.code, message: answered.error.message }
  }
  const region = /Credential=ak\/\d+\/([^/]+)\/ecs/.exec(sent[0]?.headers['Authorization'] ?? '')?.[1]
  const where = `${region} ${new URL(sent[0]?.url ?? '').origin}`
  expect(`${driver.location.region} ${driver.location.endpoint}`, 'what a checkpoint is written for').toBe(where)
  return where
}

/** Returns the address of a call from a machine whose command has two profiles. The access keys are named after them. */
async function sentWithProfiles(options: VolcengineOptions): Promise<unknown> {
  const keys = { 'access-key': 'ak', 'secret-key': 'sk' }
  const profiles = {
    one: { ...keys, region: 'cn-one', endpoint: 'one.example.com' },
    two: { ...keys, region: 'cn-two', endpoint: 'two.example.com' },
    three: { ...keys, endpoint: 'http://three.example.com' },
    four: { ...keys, region: 'cn-four', endpoint: 'four.example.com', 'endpoint-resolver': 'standard' },
    five: { ...keys, region: 'cn-five', endpoint: 'auto-addressing' },
  }
  const homeDirectory = await mkdtemp(join(tmpdir(), 'volcengine-'))
  await mkdir(join(homeDirectory, '.volcengine'))
  await writeFile(join(homeDirectory, '.volcengine', 'config.json'), JSON.stringify({ current: 'one', profiles }))
  try {
    return await sentBy({ credentials: undefined, ...options, testing: { homeDirectory, ...options.testing } })
  } finally {
    await rm(homeDirectory, { recursive: true })
  }
}

describe('region and endpoint', () => {
  const ambient = { VOLCENGINE_REGION: 'cn-env', VOLCENGINE_ENDPOINT: 'env.example.com' }
  const keys = { VOLCENGINE_ACCESS_KEY: 'ak', VOLCENGINE_SECRET_KEY: 'sk' }

  test.each([
    ['the profile that gives the credentials', {}, 'cn-one https://one.example.com'],
    ['the environment, before that profile', { testing: { environment: ambient } }, 'cn-env https://env.example.com'],
    [
      'the profile that the option names, before the environment',
      { profile: 'two', testing: { environment: ambient } },
      'cn-two https://two.example.com',
    ],
    [
      'the options, before everything',
      { region: 'cn-own', endpoint: 'own.example.com', profile: 'two', testing: { environment: ambient } },
      'cn-own https://own.example.com',
    ],
    [
      'only the environment, if it gives the credentials',
      { testing: { environment: { ...keys, ...ambient } } },
      'cn-env https://env.example.com',
    ],
    [
      'the environment for what the named profile leaves out',
      { profile: 'three', endpoint: 'own.example.com', testing: { environment: ambient } },
      'cn-env https://own.example.com',
    ],
    ['the region, if the profile says so', { profile: 'four' }, 'cn-four https://open.volcengineapi.com'],
    [
      'the region, if the endpoint of the profile says so',
      { profile: 'five' },
      'cn-five https://open.volcengineapi.com',
    ],
    [
      'the region, if the environment says so',
      { testing: { environment: { ...keys, ...ambient, VOLCENGINE_ENDPOINT_RESOLVER: 'standard' } } },
      'cn-env https://open.volcengineapi.com',
    ],
  ] satisfies [string, VolcengineOptions, string][])('come from %s', async (_, options, expected) => {
    expect(await sentWithProfiles(options)).toBe(expected)
  })

  test('never come from a profile that gives no credentials', async () => {
    const lacking = { code: 'invalid-argument', message: 'no region is given' }
    expect(await sentWithProfiles({ testing: { environment: keys } })).toEqual(lacking)
    expect(await sentWithProfiles({ credentials: { accessKeyId: 'ak', secretAccessKey: 'sk' } })).toEqual(lacking)
  })

  test('that are wrong are refused with their source', async () => {
    expect(await sentWithProfiles({ profile: 'three', region: 'r' })).toEqual({
      code: 'invalid-argument',
      message: expect.stringMatching(/^the endpoint of profile three of .* is not an https one$/),
    })
    expect(
      await sentWithProfiles({ testing: { environment: { ...keys, ...ambient, VOLCENGINE_ENDPOINT: 'a/b' } } }),
    ).toEqual({
      code: 'invalid-argument',
      message: 'the endpoint of VOLCENGINE_ENDPOINT has more than a host and a port',
    })
  })

  test('that an unreadable profile should give are refused with its name', async () => {
    expect(await sentWithProfiles({ profile: 'gone' })).toMatchObject({ code: 'unauthenticated' })
  })
})

describe('the address of requests', () => {
  test.each([
    [{ region: 'cn-beijing' }, 'cn-beijing https://open.volcengineapi.com'],
    [{ region: ' cn-beijing\n' }, 'cn-beijing https://open.volcengineapi.com'],
    [{ region: 'ap-southeast-3' }, 'ap-southeast-3 https://ecs.ap-southeast-3.volcengineapi.com'],
    [
      { testing: { environment: { VOLCENGINE_REGION: 'cn-shanghai', VOLCSTACK_REGION: 'x' } } },
      'cn-shanghai https://open.volcengineapi.com',
    ],
    [
      { testing: { environment: { VOLCENGINE_REGION: '', VOLCSTACK_REGION: 'cn-guangzhou' } } },
      'cn-guangzhou https://open.volcengineapi.com',
    ],
    [
      { region: 'ap-southeast-1', endpoint: 'open.ap-southeast-1.byteplusapi.com' },
      'ap-southeast-1 https://open.ap-southeast-1.byteplusapi.com',
    ],
    [{ region: 'r', endpoint: 'https://example.com:8443/' }, 'r https://example.com:8443'],
    [{ region: 'r', endpoint: 'http://localhost:1' }, 'r http://localhost:1'],
    [{ region: 'r', endpoint: 'http://[::1]:1' }, 'r http://[::1]:1'],
  ] satisfies [VolcengineOptions, string][])('%j', async (options, expected) => {
    expect(await sentBy(options)).toBe(expected)
  })

  test.each([
    {},
    { region: '' },
    { region: 'cn beijing' },
    { region: 'cn-beijing/ecs' },
    { region: 'CN-BEIJING' },
    { region: 'x.example.com#' },
    { region: 'r', endpoint: '' },
    { region: 'r', endpoint: 'https://' },
    { region: 'r', endpoint: 'a b' },
    { region: 'r', endpoint: 'http://open.volcengineapi.com' },
    { region: 'r', endpoint: 'http://127.0.0.1.example.com' },
    { region: 'r', endpoint: 'ftp://127.0.0.1' },
    { region: 'r', endpoint: 'https://example.com/path' },
    { region: 'r', endpoint: 'https://example.com/?query' },
    { region: 'r', endpoint: 'https://user:canary@example.com' },
  ])('%j is refused by every call, and nothing is sent', async (options) => {
    const refused = await sentBy(options)
    expect(refused).toMatchObject({ code: 'invalid-argument' })
    expect(JSON.stringify(refused)).not.toContain('canary')
  })

  test.each([{ region: 7 }, { endpoint: 7 }, { testing: { homeDirectory: 7 } }, { credentials: 7 }])(
    'the options %j of the wrong type throw',
    (options) => {
      expect(() => Reflect.apply(createVolcengineDriver, undefined, [options])).toThrow(TypeError)
    },
  )
})

describe('the transport', () => {
  const attach = (cloud: Cloud, signal?: AbortSignal) =>
    cloud.driver.doAttachKeyPair(request, cloud.context(signal === undefined ? {} : { signal }))

  test('a request that is cut off without an answer has an unknown outcome', async () => {
    await using cloud = await startCloud((response) => response.destroy())
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
    await using cloud = await startCloud((response) => {
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
    const cloud = await startCloud({ body })
    const { origin } = cloud
    await cloud[Symbol.asyncDispose]()
    await using other = await startCloud({ body }, { endpoint: origin })
    expect((await attach(other))._unsafeUnwrapErr()).toMatchObject({
      code: 'network',
      outcome: 'none',
      transient: true,
    })
  })

  test('an abort ends an open request, with an unknown outcome', async () => {
    const controller = new AbortController()
    await using cloud = await startCloud(() => controller.abort())
    expect((await attach(cloud, controller.signal))._unsafeUnwrapErr()).toMatchObject({
      code: 'aborted',
      outcome: 'unknown',
      transient: false,
    })
  })

  test('an abort before the send has outcome none, and nothing is sent', async () => {
    await using cloud = await startCloud({ body })
    expect((await attach(cloud, AbortSignal.abort()))._unsafeUnwrapErr()).toMatchObject({
      code: 'aborted',
      outcome: 'none',
    })
    expect(cloud.received).toEqual([])
  })

  test('an answer that is too long has an unknown outcome', async () => {
    const transport = createHttpTransport({ proxy: 'none', maxResponseBytes: 10 })
    await using cloud = await startCloud({ body }, { transport })
    expect((await attach(cloud))._unsafeUnwrapErr()).toMatchObject({
      code: 'invalid-response',
      outcome: 'unknown',
      transient: true,
    })
    await transport.close()
  })

  test('a driver closes its own transport', async () => {
    await using cloud = await startCloud({ body })
    expect((await attach(cloud)).isOk()).toBe(true)
    await cloud.driver.close()
    expect((await attach(cloud))._unsafeUnwrapErr()).toMatchObject({ code: 'network', outcome: 'none' })
  })
})
