import type { HttpTransport } from '@cloud-keypair/core/http'
import { describe, expect, test } from 'vitest'
import type { WebHost } from '../../../tests/support/fake-web.js'
import { createCredentials, surroundingsOf } from '../src/credentials.js'
import { outcomeOf, sessionOf, withMachine } from './support/machine.js'

const metadata = 'http://100.100.100.200'

/** Makes the metadata service of an instance with a role. */
const instance =
  (role: string, version: 1 | 2 = 2, session: object = {}): WebHost =>
  ({ method, path, headers }) => {
    if (path === '/latest/api/token') {
      const isAsked = method === 'PUT' && headers['x-aliyun-ecs-metadata-token-ttl-seconds'] === '21600'
      return isAsked && version === 2 ? { body: 'canary-token-of-metadata' } : { status: 404, body: '' }
    }
    const token = headers['x-aliyun-ecs-metadata-token']
    if (token !== (version === 2 ? 'canary-token-of-metadata' : undefined)) return { status: 403, body: 'canary-token' }
    const [, name] = /^\/latest\/meta-data\/ram\/security-credentials\/(.*)$/.exec(path) ?? []
    if (name === undefined || name === 'gone' || (name === '' && role === ''))
      return { status: 404, body: 'canary-token' }
    if (name === '') return { body: `${role}\n` }
    return { body: JSON.stringify({ Code: 'Success', ...sessionOf(`key-of-${name}`), ...session }) }
  }

describe('the role of the instance', () => {
  test.each([1, 2] as const)('is found without any other source, by version %s of the service', async (version) => {
    const { signer, requests } = await outcomeOf({ hosts: { [metadata]: instance('deployer', version) } })
    expect(signer?.slice(0, 2)).toEqual(['key-of-deployer', 'canary-token-of-role'])
    expect(requests.map(({ method }) => method)).toEqual(['PUT', 'GET', 'GET'])
  })

  test.each([
    { environment: { ALIBABA_CLOUD_ECS_METADATA: 'named' } },
    {
      files: { '.aliyun/config.json': { profiles: [{ name: 'default', mode: 'EcsRamRole', ram_role_name: 'named' }] } },
    },
  ])('may be named', async (machine) => {
    const { signer, requests } = await outcomeOf({ ...machine, hosts: { [metadata]: instance('deployer') } })
    expect(signer?.[0]).toBe('key-of-named')
    expect(requests).toHaveLength(2)
  })

  test('may be left to the instance by a profile', async () => {
    const files = { '.aliyun/config.json': { profiles: [{ name: 'default', mode: 'EcsRamRole' }] } }
    expect((await outcomeOf({ files, hosts: { [metadata]: instance('deployer') } })).signer?.[0]).toBe(
      'key-of-deployer',
    )
    const none = await outcomeOf({ files, hosts: { [metadata]: instance('') } })
    expect(none.failure?.message).toContain('profile default of')
    expect(none.failure?.message).toContain('the instance has no role')
  })

  test('comes before the address of credentials, and after everything else', async () => {
    const hosts = { [metadata]: instance('deployer') }
    const environment = { ALIBABA_CLOUD_CREDENTIALS_URI: 'https://credentials.example.com' }
    expect((await outcomeOf({ hosts, environment })).signer?.[0]).toBe('key-of-deployer')
    const files = { '.alibabacloud/credentials': '[default]\ntype=access_key\naccess_key_id=k\naccess_key_secret=s' }
    expect(await outcomeOf({ hosts, files })).toMatchObject({ signer: ['k', undefined, 'cn-hangzhou'], requests: [] })
  })

  test('is not looked for if it is switched off', async () => {
    const hosts = { [metadata]: instance('deployer') }
    const environment = { ALIBABA_CLOUD_ECS_METADATA_DISABLED: 'True' }
    const { failure, requests } = await outcomeOf({ hosts, environment })
    expect(failure?.message).toBe('there are no credentials')
    expect(failure?.hint).toContain('switched off by ALIBABA_CLOUD_ECS_METADATA_DISABLED')
    expect(requests).toEqual([])
    const named = await outcomeOf({ hosts, environment: { ...environment, ALIBABA_CLOUD_ECS_METADATA: 'deployer' } })
    expect(named.failure?.message).toContain('switched off')
  })

  test('is not asked for without a token if that is switched off', async () => {
    const environment = { ALIBABA_CLOUD_IMDSV1_DISABLED: 'true' }
    const { failure, requests } = await outcomeOf({ hosts: { [metadata]: instance('deployer', 1) }, environment })
    expect(failure?.hint).toContain('100.100.100.200 answered with HTTP 404')
    expect(requests).toHaveLength(1)
  })

  test.each([
    [{ [metadata]: instance('') }, 'the instance has no role'],
    [
      { [metadata]: ({ path }: { path: string }) => ({ body: path.includes('token') ? 't' : '\n' }) },
      'the instance has no role',
    ],
    [{}, '100.100.100.200: '],
  ])('may be missing', async (hosts, reason) => {
    const { failure } = await outcomeOf({ hosts })
    expect(failure).toMatchObject({ code: 'unauthenticated', message: 'there are no credentials' })
    expect(failure?.hint).toContain(reason)
  })

  test('has to exist if it is named', async () => {
    const environment = { ALIBABA_CLOUD_ECS_METADATA: 'gone' }
    const gone = await outcomeOf({ environment, hosts: { [metadata]: instance('deployer') } })
    expect(gone.failure).toMatchObject({ code: 'unauthenticated', transient: false })
    expect(gone.failure?.message).toBe("the instance's role gone: 100.100.100.200 answered with HTTP 404")
    expect((await outcomeOf({ environment })).failure).toMatchObject({ code: 'network', transient: true })
  })

  test.each([{ AccessKeyId: undefined }, { AccessKeySecret: 7 }, { SecurityToken: '' }])(
    'refuses an answer without credentials',
    async (session) => {
      const { failure } = await outcomeOf({ hosts: { [metadata]: instance('deployer', 2, session) } })
      expect(failure).toMatchObject({ code: 'unauthenticated', transient: false })
      expect(failure?.message).toMatch(/^the instance's role deployer: \w+ is missing or malformed$/)
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
      expect(found._unsafeUnwrapErr().hint).toContain('100.100.100.200: there was no answer within 1 s')
    })
    expect(limits).toEqual([1000])
  })
})
