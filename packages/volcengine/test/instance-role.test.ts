import type { HttpTransport } from '@cloud-keypair/core/http'
import { describe, expect, test } from 'vitest'
import type { WebHost } from '../../../tests/support/fake-web.js'
import { createCredentials, surroundingsOf } from '../src/credentials.js'
import { now, outcomeOf, withMachine } from './support/machine.js'

const metadata = 'http://100.96.0.96'

/** The metadata service of an instance with roles. */
const instance =
  (roles: string, session: object = {}): WebHost =>
  ({ method, path, headers, query }) => {
    if (path === '/latest/api/token') {
      const isAsked = method === 'PUT' && headers['x-volc-ecs-metadata-token-ttl-seconds'] === '21600'
      return isAsked ? { body: 'canary-token-of-metadata' } : { status: 400, body: '' }
    }
    if (headers['x-volc-ecs-metadata-token'] !== 'canary-token-of-metadata')
      return { status: 401, body: 'canary-token' }
    if (path === '/volcstack/latest/iam/security_credentials') {
      return query['type'] === 'user' && query['format'] === 'json' ? { body: roles } : { status: 404, body: '' }
    }
    const role = decodeURIComponent(path.split('/').at(-1) ?? '')
    if (role === 'gone') return { status: 404, body: 'canary-token' }
    const keys = {
      AccessKeyId: `key-of-${role.replace('/', '+')}`,
      SecretAccessKey: 'canary-secret-of-role',
      SessionToken: 'canary-token-of-role',
    }
    return { body: JSON.stringify({ ...keys, ExpiredTime: new Date(now + 3_600_000).toISOString(), ...session }) }
  }

describe('the role of the instance', () => {
  test.each(['["deployer"]', 'deployer\n', '["deployer","other"]'])(
    'is found without any other source',
    async (roles) => {
      const { signer, requests } = await outcomeOf({ hosts: { [metadata]: instance(roles) } })
      expect(signer?.slice(0, 2)).toEqual(['key-of-deployer', 'canary-token-of-role'])
      expect(requests.map(({ method }) => method)).toEqual(['PUT', 'GET', 'GET'])
    },
  )

  test.each([
    { environment: { VOLCENGINE_ECS_METADATA: 'a/b' } },
    { files: { '.volcengine/config.json': { profiles: { default: { mode: 'EcsRole', 'role-name': 'a/b' } } } } },
  ])('may be named', async (machine) => {
    const { signer, requests } = await outcomeOf({ ...machine, hosts: { [metadata]: instance('["deployer"]') } })
    expect(signer?.[0]).toBe('key-of-a+b')
    expect(requests).toHaveLength(2)
  })

  test('comes after every other source', async () => {
    const hosts = { [metadata]: instance('["deployer"]') }
    const files = { '.volc/config': { VOLC_ACCESSKEY: 'file-key', VOLC_SECRETKEY: 'canary-secret' } }
    expect(await outcomeOf({ hosts, files })).toMatchObject({
      signer: ['file-key', undefined, 'cn-beijing'],
      requests: [],
    })
  })

  test('is not looked for if it is switched off', async () => {
    const hosts = { [metadata]: instance('["deployer"]') }
    const environment = { VOLCENGINE_ECS_METADATA_DISABLED: 'True' }
    const { failure, requests } = await outcomeOf({ hosts, environment })
    expect(failure?.message).toBe('there are no credentials')
    expect(failure?.hint).toContain('switched off by VOLCENGINE_ECS_METADATA_DISABLED')
    expect(requests).toEqual([])
    const named = await outcomeOf({ hosts, environment: { ...environment, VOLCENGINE_ECS_METADATA: 'deployer' } })
    expect(named.failure?.message).toContain('switched off')
  })

  test.each([
    [{ [metadata]: instance('[]') }, 'the instance has no role'],
    [{ [metadata]: instance('\n') }, 'the instance has no role'],
    [
      { [metadata]: (): { status: number; body: string } => ({ status: 404, body: '' }) },
      '100.96.0.96 answered with HTTP 404',
    ],
    [{}, '100.96.0.96: '],
  ])('may be missing', async (hosts, reason) => {
    const { failure } = await outcomeOf({ hosts })
    expect(failure).toMatchObject({ code: 'unauthenticated', message: 'there are no credentials' })
    expect(failure?.hint).toContain(reason)
  })

  test('has to exist if it is named', async () => {
    const environment = { VOLCENGINE_ECS_METADATA: 'gone' }
    const gone = await outcomeOf({ environment, hosts: { [metadata]: instance('[]') } })
    expect(gone.failure).toMatchObject({ code: 'unauthenticated', transient: false })
    expect(gone.failure?.message).toBe("the instance's role gone: 100.96.0.96 answered with HTTP 404")
    const away = await outcomeOf({ environment })
    expect(away.failure).toMatchObject({ code: 'network', transient: true })
  })

  test.each([{ AccessKeyId: undefined }, { SecretAccessKey: 7 }, { AccessKeyId: '' }])(
    'refuses an answer without credentials',
    async (session) => {
      const { failure } = await outcomeOf({ hosts: { [metadata]: instance('["deployer"]', session) } })
      expect(failure).toMatchObject({ code: 'unauthenticated', transient: false })
      expect(failure?.message).toContain("the instance's role deployer")
    },
  )

  test('is transient if the metadata service fails after an answer', async () => {
    const hosts = {
      [metadata]: ({ method }: { method: string }) => (method === 'PUT' ? { body: 't' } : { status: 500, body: '' }),
    }
    expect((await outcomeOf({ hosts })).failure).toMatchObject({ code: 'unavailable', transient: true })
  })

  test('is given up if nobody answers within the limit', async () => {
    const limits: number[] = []
    await withMachine({ hosts: { [metadata]: () => undefined } }, async ({ options, strictTransport }) => {
      const over = new AbortController()
      const transport: HttpTransport = {
        ...strictTransport,
        send: (request, signal) => {
          const answer = strictTransport.send(request, signal)
          over.abort()
          return answer
        },
      }
      const surroundings = surroundingsOf({ ...options, transport })
      const limit = (ms: number): AbortSignal => {
        limits.push(ms)
        return over.signal
      }
      const found = await createCredentials(options, { ...surroundings, limit }).get()
      expect(found._unsafeUnwrapErr().hint).toContain('100.96.0.96: there was no answer within 1 s')
    })
    expect(limits).toEqual([1000])
  })
})
