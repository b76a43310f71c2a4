import { createHash, createHmac } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { startVolcengineSimulator, type VolcengineSimulator } from '../src/index.js'
import { action, at, raw, textAt, vendorClient, virtualClock, type RawOptions } from './clients.js'

const now = Date.parse('2024-06-19T07:13:06Z')
const clock = virtualClock()
const list = action('DescribeKeyPairs')
let simulator: VolcengineSimulator

beforeEach(async () => {
  simulator = await startVolcengineSimulator({
    clock,
    wallClock: () => now,
    accounts: [
      { accessKeyId: 'plain', secretAccessKey: 'plain-secret' },
      { accessKeyId: 'temporary', secretAccessKey: 's', sessionToken: 'session', sessionExpiresAt: clock.now() + 1000 },
    ],
  })
})
afterEach(() => simulator.close())

async function refusal(options: RawOptions, params: Record<string, string> = list): Promise<unknown> {
  const response = await raw(simulator, params, { date: new Date(now), ...options })
  const body: unknown = JSON.parse(await response.text())
  const error = at(body, 'ResponseMetadata', 'Error')
  return error === undefined ? response.status : [response.status, at(error, 'Code'), at(error, 'CodeN')]
}

/** Signs these headers by hand, as volcengine.com/docs/6369/67270 describes, and sends X-Date besides. */
async function signedByHand(headers: Readonly<Record<string, string>>): Promise<number> {
  const date = '20240619T071306Z'
  const scope = '20240619/cn-beijing/ecs/request'
  const hash = (text: string): string => createHash('sha256').update(text).digest('hex')
  const hmac = (key: string | Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest()
  const names = Object.keys(headers).sort()
  const lines = names.map((name) => `${name}:${headers[name]}\n`).join('')
  const query = 'Action=DescribeKeyPairs&Version=2020-04-01'
  const canonical = ['GET', '/', query, lines, names.join(';'), hash('')].join('\n')
  const key = scope.split('/').reduce<string | Buffer>(hmac, 'plain-secret')
  const signature = hmac(key, ['HMAC-SHA256', date, scope, hash(canonical)].join('\n')).toString('hex')
  const credential = `Credential=plain/${scope}, SignedHeaders=${names.join(';')}, Signature=${signature}`
  const sent = { 'x-date': date, ...headers, authorization: `HMAC-SHA256 ${credential}` }
  return (await fetch(`${simulator.url}/?${query}`, { headers: sent })).status
}

describe('the gateway', () => {
  it('accepts a signature over any headers that include X-Date', async () => {
    const type = { 'content-type': 'application/x-www-form-urlencoded' }
    expect(await signedByHand({ 'x-date': '20240619T071306Z', ...type })).toBe(200)
    expect(await signedByHand({ ...type })).toBe(401)
  })

  it.each<[string, RawOptions, unknown]>([
    ['lets a request through that is signed without Host', {}, 200],
    [
      'lets a request through that signs the hash of its body',
      { sign: { 'X-Content-Sha256': 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855' } },
      200,
    ],
    [
      'lets a request through whose session is open',
      { accessKeyId: 'temporary', secretAccessKey: 's', sessionToken: 'session' },
      200,
    ],
    ['lets a request through that is 900 seconds old', { date: new Date(now - 900_000) }, 200],
    ['refuses one that is older', { date: new Date(now - 901_000) }, [400, 'InvalidTimestamp', 100006]],
    ['refuses one from the future', { date: new Date(now + 901_000) }, [400, 'InvalidTimestamp', 100006]],
    [
      'refuses one without Authorization',
      { headers: { authorization: '' } },
      [401, 'MissingAuthenticationToken', 100003],
    ],
    ['refuses another scheme', { headers: { authorization: 'Bearer x' } }, [400, 'InvalidAuthorization', undefined]],
    [
      'refuses a credential without a scope',
      { headers: { authorization: 'HMAC-SHA256 Credential=plain, SignedHeaders=x-date, Signature=00' } },
      [400, 'InvalidCredential', 100025],
    ],
    [
      'refuses one without a signature',
      {
        headers: {
          authorization: 'HMAC-SHA256 Credential=plain/20240619/cn-beijing/ecs/request, SignedHeaders=x-date',
        },
      },
      [401, 'MissingSignature', 100005],
    ],
    ['refuses one without X-Date', { headers: { 'x-date': '' } }, [400, 'MissingRequestInfo', 100004]],
    ['refuses a changed X-Date', { headers: { 'x-date': '20240619T071307Z' } }, [401, 'SignatureDoesNotMatch', 100010]],
    ['refuses an unknown access key', { accessKeyId: 'nobody' }, [401, 'InvalidAccessKey', 100009]],
    ['refuses a wrong secret key', { secretAccessKey: 'other' }, [401, 'SignatureDoesNotMatch', 100010]],
    [
      'refuses a session that lacks its token',
      { accessKeyId: 'temporary', secretAccessKey: 's' },
      [401, 'InvalidSecretToken', undefined],
    ],
    [
      'refuses another session',
      { accessKeyId: 'temporary', secretAccessKey: 's', sessionToken: 'x' },
      [401, 'InvalidSecretToken', undefined],
    ],
    [
      'refuses a token that was not signed',
      { accessKeyId: 'temporary', secretAccessKey: 's', headers: { 'x-security-token': 'session' } },
      [401, 'InvalidSecretToken', undefined],
    ],
    ['refuses another service', { service: 'vpc' }, [404, 'ServiceNotFound', 100007]],
    ['refuses POST', { method: 'POST' }, [404, 'InvalidActionOrVersion', 100008]],
  ])('%s', async (_, options, expected) => {
    expect(await refusal({ secretAccessKey: 'plain-secret', ...options })).toEqual(expected)
  })

  it('refuses an unknown action, version and request', async () => {
    expect(await refusal({}, action('DescribeKeyPair'))).toEqual([404, 'InvalidActionOrVersion', 100008])
    expect(await refusal({}, { ...list, Version: '2020-04-02' })).toEqual([404, 'InvalidActionOrVersion', 100008])
    expect(await refusal({}, { Version: '2020-04-01' })).toEqual([400, 'MissingParameter', 100002])
  })

  it('refuses a session that expired meanwhile', async () => {
    const temporary = { accessKeyId: 'temporary', secretAccessKey: 's', sessionToken: 'session' }
    clock.advance(1000)
    expect(await refusal(temporary)).toEqual([401, 'InvalidSecretToken', undefined])
  })

  it('accepts the signature of the vendor’s example, and refuses only its service', async () => {
    // volcengine.com/docs/6369/67270: the vendor's public demo keys, signed for another service.
    const accessKeyId = ['AKLT', 'YWViMTVmZGYzM2E0NDI5Mzk2MDZjNjFmMjc2MjRjMzg'].join('')
    const secretAccessKey = 'WkRZeE1EQmxPVGhsWWpWak5HVmtNbUUxTXpZeU9UVXlOMlE1TmpZeVlqTQ=='
    const other = await startVolcengineSimulator({ wallClock: () => now, accounts: [{ accessKeyId, secretAccessKey }] })
    const signature = 'e31c4558bcfe08a286001f59cedbf0791ffd0b2362f10e55ee2627467bcdde93'
    const scope = '20240619/cn-beijing/iam/request'
    const send = async (sent: string): Promise<string> => {
      const { request } = await import('node:http')
      const headers = {
        host: 'iam.volcengineapi.com',
        'x-date': '20240619T071306Z',
        authorization: `HMAC-SHA256 Credential=${accessKeyId}/${scope}, SignedHeaders=host;x-date, Signature=${sent}`,
      }
      const body = await new Promise<string>((resolve, reject) => {
        const call = request(
          `${other.url}/?Action=ListUsers&Version=2018-01-01&Limit=10&Offset=0`,
          { headers },
          (response) => {
            response.setEncoding('utf8')
            let text = ''
            response.on('data', (part: string) => (text += part))
            response.on('end', () => resolve(text))
          },
        )
        call.on('error', reject)
        call.end()
      })
      return textAt(JSON.parse(body), 'ResponseMetadata', 'Error', 'Code')
    }
    expect(await send(signature)).toBe('ServiceNotFound')
    expect(await send(signature.replace('e3', 'e4'))).toBe('SignatureDoesNotMatch')
    await other.close()
  })

  it('gives its errors a number and no service, as the sample does', async () => {
    const response = await raw(simulator, list, {
      date: new Date(now),
      headers: { authorization: 'HMAC-SHA256 Credential=x' },
    })
    expect(JSON.parse(await response.text())).toEqual({
      ResponseMetadata: {
        RequestId: expect.stringMatching(/^20240619071306[0-9A-F]{20}$/),
        Action: 'DescribeKeyPairs',
        Version: '2020-04-01',
        Region: 'cn-beijing',
        Error: {
          CodeN: 100025,
          Code: 'InvalidCredential',
          Message: "Invalid credential in 'Authorization', Pls check your authorization header.",
        },
      },
    })
  })

  it('keeps secrets out of its records', async () => {
    await raw(simulator, list, {
      accessKeyId: 'temporary',
      secretAccessKey: 's',
      sessionToken: 'session',
      date: new Date(now),
    })
    const text = JSON.stringify(simulator.calls)
    expect(text).not.toContain('"session"')
    expect(text).not.toMatch(/Signature=[0-9a-f]/)
  })

  it('answers a URL that is too long with HTML', async () => {
    const response = await raw(simulator, { ...list, KeyPairName: 'x'.repeat(8200) }, { date: new Date(now) })
    expect([response.status, response.headers.get('content-type')]).toEqual([414, 'text/html'])
  })
})

describe('another region', () => {
  it('starts empty, and keeps its own key pairs', async () => {
    const own = await startVolcengineSimulator()
    own.world.seedKeyPair({ name: 'here' })
    const there = vendorClient(own, { region: 'cn-shanghai' })
    const listed = await there('DescribeKeyPairs')
    expect(at(listed.body, 'Result', 'KeyPairs')).toEqual([])
    expect(at(listed.body, 'ResponseMetadata', 'Region')).toBe('cn-shanghai')
    await there('CreateKeyPair', { KeyPairName: 'there' })
    expect(textAt((await there('DescribeKeyPairs')).body, 'Result', 'KeyPairs', 0, 'KeyPairName')).toBe('there')
    expect(own.world.snapshot().keyPairs.map(({ name }) => name)).toEqual(['here'])
    await own.close()
  })

  it('is refused under the variant `refused`', async () => {
    const strict = await startVolcengineSimulator({ variants: { otherRegion: 'refused' } })
    const { status, body } = await vendorClient(strict, { region: 'cn-shanghai' })('DescribeKeyPairs')
    expect([status, textAt(body, 'ResponseMetadata', 'Error', 'Code')]).toEqual([401, 'SignatureDoesNotMatch'])
    await strict.close()
  })
})
