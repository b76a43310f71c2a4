import { request as httpRequest } from 'node:http'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  startAlibabaEcsSimulator,
  startAlibabaEnsSimulator,
  type AlibabaEcsSimulator,
  type AlibabaEnsSimulator,
} from '../src/index.js'
import { coreCall, ecsClient, ecs, popCall, raw, thrown, type RawOptions } from './alibaba-clients.js'
import { at, virtualClock } from './clients.js'

const now = Date.parse('2023-10-26T10:22:32Z')
const clock = virtualClock()
const temporary = { accessKeyId: 'temporary', accessKeySecret: 's', securityToken: 'session' }
let simulator: AlibabaEcsSimulator

beforeEach(async () => {
  simulator = await startAlibabaEcsSimulator({
    clock,
    wallClock: () => now,
    region: 'cn-shanghai',
    accounts: [
      { accessKeyId: 'YourAccessKeyId', accessKeySecret: 'YourAccessKeySecret' },
      { ...temporary, sessionExpiresAt: clock.now() + 1000 },
    ],
  })
})
afterEach(() => simulator.close())

const region = { RegionId: 'cn-shanghai' }

async function refusal(options: RawOptions, action = 'DescribeKeyPairs'): Promise<unknown> {
  const response = await raw(simulator, action, region, { date: new Date(now), ...options })
  const body: unknown = JSON.parse(await response.text())
  return response.status === 200 ? 200 : [response.status, at(body, 'Code')]
}

/** Sends the vendor's published example of a signature as it is. */
function publishedExample(signature: string): Promise<unknown> {
  const query = 'ImageId=win2019_1809_x64_dtc_zh-cn_40G_alibase_20230811.vhd&RegionId=cn-shanghai'
  const signedHeaders = 'host;x-acs-action;x-acs-content-sha256;x-acs-date;x-acs-signature-nonce;x-acs-version'
  const headers = {
    host: 'ecs.cn-shanghai.aliyuncs.com',
    'x-acs-action': 'RunInstances',
    'x-acs-content-sha256': 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
    'x-acs-date': '2023-10-26T10:22:32Z',
    'x-acs-signature-nonce': '3156853299f313e23d1673dc12e1703d',
    'x-acs-version': '2014-05-26',
    authorization: `ACS3-HMAC-SHA256 Credential=YourAccessKeyId,SignedHeaders=${signedHeaders},Signature=${signature}`,
  }
  return new Promise((resolve, reject) => {
    const sent = httpRequest(`${simulator.url}/?${query}`, { method: 'POST', headers }, (response) => {
      let text = ''
      response.on('data', (chunk: Buffer) => (text += chunk.toString()))
      response.on('end', () => resolve([response.statusCode, at(JSON.parse(text), 'Code')]))
    })
    sent.on('error', reject)
    sent.end()
  })
}

describe('the newer signature', () => {
  it('equals the published example', async () => {
    const signature = '06563a9e1b43f5dfe96b81484da74bceab24a1d853912eee15083a6f0f3283c0'
    expect(await publishedExample(signature.replace('0', '1'))).toEqual([403, 'SignatureDoesNotMatch'])
    // RunInstances is not simulated: the signature was good.
    expect(await publishedExample(signature)).toEqual([404, 'InvalidAction.NotFound'])
  })

  it.each<[string, RawOptions, unknown]>([
    ['lets a good request through', {}, 200],
    ['lets GET through', { method: 'GET' }, 200],
    ['lets a session through', temporary, 200],
    ['lets a request through that is 15 minutes old', { date: new Date(now - 900_000) }, 200],
    ['refuses one that is older', { date: new Date(now - 901_000) }, [400, 'IllegalTimestamp']],
    ['refuses one from the future', { date: new Date(now + 901_000) }, [400, 'IllegalTimestamp']],
    ['refuses a date in another form', { headers: { 'x-acs-date': '1698315752' } }, [400, 'IllegalTimestamp']],
    ['refuses one that is not signed', { headers: { authorization: '' } }, [400, 'IncompleteSignature']],
    ['refuses another scheme', { headers: { authorization: 'Bearer x' } }, [400, 'IncompleteSignature']],
    [
      'refuses a header of the vendor that was not signed',
      { headers: { 'x-acs-credentials-provider': 'static_ak' } },
      [400, 'IncompleteSignature'],
    ],
    ['refuses an unknown access key', { accessKeyId: 'nobody' }, [400, 'InvalidAccessKeyId.NotFound']],
    ['refuses a wrong secret', { accessKeySecret: 'other' }, [403, 'SignatureDoesNotMatch']],
    ['refuses a changed header', { headers: { 'x-acs-action': 'DeleteKeyPairs' } }, [403, 'SignatureDoesNotMatch']],
    ['refuses a hash that is not that of the body', { saidHash: 'e3' }, [403, 'SignatureDoesNotMatch']],
    [
      'refuses a session without its token',
      { accessKeyId: 'temporary', accessKeySecret: 's' },
      [400, 'InvalidSecurityToken.MismatchWithAccessKey'],
    ],
    [
      'refuses another token',
      { ...temporary, securityToken: 'x' },
      [400, 'InvalidSecurityToken.MismatchWithAccessKey'],
    ],
    ['refuses another version', { version: '2014-05-27' }, [400, 'InvalidVersion']],
    ['knows no other path', { path: '/clusters' }, [404, 'InvalidAction.NotFound']],
  ])('%s', async (_, options, expected) => {
    expect(await refusal(options)).toEqual(expected)
  })

  it('refuses an unknown action', async () => {
    expect(await refusal({}, 'DescribeKeyPair')).toEqual([404, 'InvalidAction.NotFound'])
  })

  it('refuses a used nonce', async () => {
    expect(await refusal({ nonce: 'n' })).toBe(200)
    expect(await refusal({ nonce: 'n' })).toEqual([400, 'SignatureNonceUsed'])
    expect(await refusal({ nonce: 'm' })).toBe(200)
  })

  it('refuses a session that expired meanwhile', async () => {
    clock.advance(1000)
    expect(await refusal(temporary)).toEqual([400, 'InvalidSecurityToken.Expired'])
  })
})

describe('both signatures, on both products', () => {
  let ens: AlibabaEnsSimulator
  let ecsNow: AlibabaEcsSimulator
  beforeEach(async () => {
    const accounts = [{ accessKeyId: 'ak', accessKeySecret: 'sk' }, temporary]
    ens = await startAlibabaEnsSimulator({ accounts })
    ecsNow = await startAlibabaEcsSimulator({ accounts })
  })
  afterEach(() => Promise.all([ens.close(), ecsNow.close()]))

  it.each(['ecs', 'ens'])('lets every client of the vendor in: %s', async (product) => {
    const target = product === 'ecs' ? ecsNow : ens
    const parameters = product === 'ecs' ? { RegionId: ecsNow.region } : {}
    target.world.seedKeyPair({ name: 'odd_name:1' })
    for (const credentials of [{}, temporary]) {
      const calls = [
        coreCall(target, credentials),
        coreCall(target, credentials, true),
        popCall(target, 'GET', credentials),
        popCall(target, 'POST', credentials),
      ]
      for (const call of calls) {
        const { status, body } = await call('DescribeKeyPairs', { ...parameters, KeyPairName: 'odd_name:1' })
        expect([status, at(body, 'KeyPairs', 'KeyPair', 0, 'KeyPairName')]).toEqual([200, 'odd_name:1'])
      }
    }
  })

  it.each<[string, Record<string, string>, string]>([
    ['a wrong secret', { accessKeySecret: 'x' }, 'SignatureDoesNotMatch'],
    ['an unknown access key', { accessKeyId: 'x' }, 'InvalidAccessKeyId.NotFound'],
    ['a token that does not belong', { securityToken: 'x' }, 'InvalidSecurityToken.MismatchWithAccessKey'],
  ])('refuses %s in the older signature too', async (_, credentials, code) => {
    for (const method of ['GET', 'POST'] as const) {
      const { body } = await popCall(ens, method, credentials)('DescribeKeyPairs')
      expect(at(body, 'Code')).toBe(code)
    }
  })

  it('agrees with every client about any text', async () => {
    const calls = [coreCall(ens), coreCall(ens, {}, true), popCall(ens), popCall(ens, 'POST')]
    // A lone half of a surrogate pair is no text that can be sent.
    const texts = fc.string({ unit: 'binary', maxLength: 20 }).filter((text) => text.isWellFormed())
    await fc.assert(
      fc.asyncProperty(texts, fc.constantFrom(...calls), async (KeyPairName, call) => {
        expect(await call('DescribeKeyPairs', { KeyPairName })).toMatchObject({ status: 200 })
        expect(ens.calls.at(-1)?.query['KeyPairName'] ?? '').toBe(KeyPairName)
      }),
    )
  })

  it('refuses the older signature of another algorithm', async () => {
    const query = 'Action=DescribeKeyPairs&Version=2017-11-10&AccessKeyId=ak&Signature=x&SignatureNonce=n'
    const response = await fetch(`${ens.url}/?${query}&SignatureMethod=HMAC-MD5&SignatureVersion=1.0`)
    expect(at(JSON.parse(await response.text()), 'Code')).toBe('IncompleteSignature')
  })

  it('keeps no secret in its records', async () => {
    await popCall(ens, 'GET', temporary)('DescribeKeyPairs')
    await popCall(ens, 'POST', temporary)('DescribeKeyPairs')
    await coreCall(ens, temporary)('CreateKeyPair', { KeyPairName: 'kk' })
    expect(ens.calls.map(({ action }) => action)).toEqual(['DescribeKeyPairs', 'DescribeKeyPairs', 'CreateKeyPair'])
    const text = JSON.stringify(ens.calls)
    expect(text).not.toMatch(/session|PRIVATE KEY|Signature=(?!\*)|"Signature"/)
  })
})

describe("the vendor's typed client", () => {
  it('throws the error of its class, with code and status', async () => {
    const fresh = await startAlibabaEcsSimulator()
    const client = ecsClient(fresh)
    const list = (): Promise<unknown> =>
      thrown(client.describeKeyPairs(new ecs.DescribeKeyPairsRequest({ regionId: 'x' })))
    expect(await list()).toEqual(['ClientError', 'InvalidRegionId.NotFound', 404])
    fresh.fault({ kind: 'refuse', status: 500, code: 'InternalError' })
    expect(await list()).toEqual(['ServerError', 'InternalError', 500])
    for (const status of [400, 403, 429]) {
      fresh.fault({ kind: 'throttle', status, code: 'Throttling.User', retryAfterMs: 1500 })
      expect(await list()).toEqual(['ThrottlingError', 'Throttling.User', status])
    }
    await fresh.close()
  })
})
