import { systemClock } from '@cloud-keypair/core'
import type { CallFailure } from '@cloud-keypair/core/driver'
import { afterEach, describe, expect, test } from 'vitest'
import type { AwsCredentials, AwsOptions } from '../src/index.js'
import { chain, mockChain, unmockChain } from './support/mock-chain.js'
import { answer, canaries, type Cloud, refusal, startCloud } from './support/cloud.js'

const done = { body: answer('DeleteKeyPair', '<return>true</return>') }
const remove = (cloud: Cloud, signal?: AbortSignal) =>
  cloud.driver.doDeleteKeyPairs([{ name: 'k', id: 'key-1' }], cloud.context(signal && { signal }))

/** Returns the access key and the session token of each request. */
const signers = (cloud: Cloud): readonly (readonly unknown[])[] =>
  cloud.received.map(({ headers }) => [
    /Credential=([^/]+)\//.exec(headers.authorization ?? '')?.[1],
    headers['x-amz-security-token'],
  ])

async function outcomeOf(options: AwsOptions): Promise<{ signer?: unknown; failure?: CallFailure }> {
  await using cloud = await startCloud(done, { credentials: undefined, ...options })
  const answered = await remove(cloud)
  if (answered.isOk()) return { signer: signers(cloud)[0] }
  expect(cloud.received).toEqual([])
  expect(answered.error).toMatchObject({ code: 'unauthenticated', outcome: 'none', transient: false, scope: 'call' })
  expect(canaries.filter((canary) => JSON.stringify(answered.error).includes(canary))).toEqual([])
  return { failure: answered.error }
}

const environment = (variables: Record<string, string>): AwsOptions => ({ testing: { environment: variables } })
const keys = { AWS_ACCESS_KEY_ID: 'env-ak', AWS_SECRET_ACCESS_KEY: 'env-sk' }

describe('credentials of the environment', () => {
  test('sign a call, with a token if there is one', async () => {
    expect((await outcomeOf(environment(keys))).signer).toEqual(['env-ak', undefined])
    const session = environment({ ...keys, AWS_SESSION_TOKEN: 'env-token' })
    expect((await outcomeOf(session)).signer).toEqual(['env-ak', 'env-token'])
    expect((await outcomeOf(environment({ ...keys, AWS_SESSION_TOKEN: '' }))).signer).toEqual(['env-ak', undefined])
  })

  test('with one half are refused with the other half named', async () => {
    const { failure } = await outcomeOf(environment({ AWS_ACCESS_KEY_ID: 'canary-access-key-id' }))
    expect(failure?.message).toContain('secretAccessKey')
    const other = await outcomeOf(environment({ AWS_SECRET_ACCESS_KEY: 'canary/secret+access=key' }))
    expect(other.failure?.message).toContain('accessKeyId')
  })

  test('that are missing are refused with every place named', async () => {
    const { failure } = await outcomeOf(environment({}))
    expect(failure?.hint).toContain('AWS_ACCESS_KEY_ID')
    expect(failure?.hint).toContain('@aws-sdk/credential-provider-node (not installed)')
  })
})

describe('credentials of the option', () => {
  test('come before the environment, and are trimmed', async () => {
    const credentials = { accessKeyId: ' ak\n', secretAccessKey: '\tsk ', sessionToken: ' \n' }
    expect((await outcomeOf({ credentials, ...environment(keys) })).signer).toEqual(['ak', undefined])
  })

  test.each([
    { accessKeyId: '', secretAccessKey: 'canary/secret+access=key' },
    { accessKeyId: 'canary-access-key-id', secretAccessKey: 'a\nb' },
    { accessKeyId: 'canary-access-key-id', secretAccessKey: 'sk', sessionToken: 'canary/session+token==\r\nX: y' },
  ])('that cannot be a key are refused', async (credentials) => {
    expect((await outcomeOf({ credentials })).failure?.message).toContain('missing or malformed')
  })

  test('of a function are asked for once, and again before their end', async () => {
    let clock = Date.UTC(2026, 10, 22)
    let asked = 0
    const credentials = async (): Promise<AwsCredentials> => {
      asked += 1
      return { accessKeyId: `ak-${asked}`, secretAccessKey: 'sk', expiresAt: clock + 3_600_000 }
    }
    await using cloud = await startCloud(done, {
      credentials,
      testing: { clock: { ...systemClock, now: () => clock } },
    })
    expect(asked).toBe(0)
    await Promise.all([remove(cloud), remove(cloud)])
    clock += 59 * 60_000
    await remove(cloud)
    expect(signers(cloud).map(([key]) => key)).toEqual(['ak-1', 'ak-1', 'ak-2'])
  })

  test.each(['ExpiredToken', 'RequestExpired'])('of a function are asked for again after %s', async (code) => {
    let asked = 0
    const credentials = async (): Promise<AwsCredentials> => {
      asked += 1
      return { accessKeyId: `ak-${asked}`, secretAccessKey: 'sk' }
    }
    await using cloud = await startCloud([{ status: 400, body: refusal(code) }, done], { credentials })
    expect((await remove(cloud)).isOk()).toBe(true)
    expect(signers(cloud).map(([key]) => key)).toEqual(['ak-1', 'ak-2'])
  })

  test('that stay the same are not sent twice', async () => {
    await using cloud = await startCloud({ status: 400, body: refusal('ExpiredToken') })
    expect((await remove(cloud))._unsafeUnwrapErr().code).toBe('unauthenticated')
    expect(cloud.received).toHaveLength(1)
  })

  test('of a function that rejects are unauthenticated, without its message', async () => {
    const { failure } = await outcomeOf({ credentials: () => Promise.reject(new Error('canary/secret+access=key')) })
    expect(failure?.message).toContain('the function credentials failed')
  })

  test('that do not come end by an abort, and nothing is sent', async () => {
    await using cloud = await startCloud(done, { credentials: () => new Promise(() => undefined) })
    const controller = new AbortController()
    const answered = remove(cloud, controller.signal)
    controller.abort()
    expect((await answered)._unsafeUnwrapErr()).toMatchObject({ code: 'aborted', outcome: 'none' })
    expect(cloud.received).toEqual([])
  })
})

describe('credentials of @aws-sdk/credential-provider-node', () => {
  const session = {
    accessKeyId: 'chain-ak',
    secretAccessKey: 'chain-sk',
    sessionToken: 'chain-token',
    expiration: new Date(Date.UTC(2040, 0, 1)),
  }
  afterEach(unmockChain)

  test('are taken if the environment has none', async () => {
    const given: unknown[] = []
    mockChain(() => ({
      defaultProvider: (options: unknown) => {
        given.push(options)
        return async () => session
      },
    }))
    expect((await outcomeOf(environment({}))).signer).toEqual(['chain-ak', 'chain-token'])
    expect((await outcomeOf(environment(keys))).signer).toEqual(['env-ak', undefined])
    expect((await outcomeOf({ profile: 'deploy', ...environment(keys) })).signer).toEqual(['chain-ak', 'chain-token'])
    expect(given).toEqual([{}, { profile: 'deploy' }])
  })

  test('that cannot be found are refused, without its message', async () => {
    mockChain(() => ({
      defaultProvider: () => () => Promise.reject(new Error('canary/secret+access=key')),
    }))
    const { failure } = await outcomeOf(environment({}))
    expect(failure?.message).toBe(`${chain} found no credentials (Error)`)
  })

  test('of a package of another form are refused', async () => {
    mockChain(() => ({ defaultProvider: () => 'canary/secret+access=key' }))
    expect((await outcomeOf({ profile: 'deploy' })).failure?.message).toContain('found no credentials')
  })

  test('are refused for a profile if the package is not installed', async () => {
    const { failure } = await outcomeOf({ profile: 'deploy', ...environment(keys) })
    expect(failure).toMatchObject({ message: `the profile deploy needs ${chain}, which is not installed` })
  })
})
