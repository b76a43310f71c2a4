import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { sign } from '../src/signer.js'
import { loadSigning } from '../src/vendor.js'
import { accessKeyId, envelope, now, secretAccessKey, sessionToken, startCloud } from './support/cloud.js'
import { signatureOf } from './support/signature.js'

const vendor = (await loadSigning())._unsafeUnwrap()

// The worked example of volcengine.com/docs/6369/67270; the key is the page's demonstration key.
const example = {
  date: '20240619T071306Z',
  region: 'cn-beijing',
  service: 'iam',
  secretAccessKey: 'WkRZeE1EQmxPVGhsWWpWak5HVmtNbUUxTXpZeU9UVXlOMlE1TmpZeVlqTQ==',
  query: 'Action=ListUsers&Limit=10&Offset=0&Version=2018-01-01',
  headers: { host: 'iam.volcengineapi.com', 'x-date': '20240619T071306Z' },
}
const exampleSignature = 'e31c4558bcfe08a286001f59cedbf0791ffd0b2362f10e55ee2627467bcdde93'

describe("the vendor's signing code", () => {
  test("computes the signature of the vendor's worked example", () => {
    const { Signer } = vendor
    const headers: Record<string, string> = { Host: example.headers.host }
    const params = { Action: 'ListUsers', Version: '2018-01-01', Limit: '10', Offset: '0' }
    const signer = new Signer({ method: 'GET', pathname: '/', region: 'cn-beijing', params, headers }, 'iam')
    signer.addAuthorization(
      { accessKeyId: 'any', secretKey: example.secretAccessKey },
      new Date('2024-06-19T07:13:06Z'),
    )
    expect(signer.query).toBe(example.query)
    expect(headers['Authorization']).toBe(
      `HMAC-SHA256 Credential=any/20240619/cn-beijing/iam/request, SignedHeaders=host;x-date, Signature=${exampleSignature}`,
    )
  })

  test('agrees with the written rules', () => {
    expect(signatureOf(example)).toBe(exampleSignature)
  })
})

test('every request is signed over its host, its date, its token and the very query that is sent', async () => {
  await using cloud = await startCloud({ body: envelope('ImportKeyPair', { KeyPairName: 'k' }) })
  const description = "a b*c'(d)!~é密钥\n+&=/?%"
  const tags = { 'k y': '', z: 'ü', a: '1' }
  await cloud.driver.doImportKeyPair(
    { name: 'k', publicKey: 'ssh-rsa AAAA+/==', description, tags, group: undefined },
    cloud.context(),
  )
  const [received] = cloud.received
  if (received === undefined) throw new Error('nothing arrived')
  const { url, headers, query, method } = received
  expect(method).toBe('GET')
  expect(query).toEqual({
    Action: 'ImportKeyPair',
    Version: '2020-04-01',
    ClientToken: 'token-1',
    KeyPairName: 'k',
    PublicKey: 'ssh-rsa AAAA+/==',
    Description: description,
    'Tags.1.Key': 'k y',
    'Tags.1.Value': '',
    'Tags.2.Key': 'z',
    'Tags.2.Value': 'ü',
    'Tags.3.Key': 'a',
    'Tags.3.Value': '1',
  })
  expect(headers.host).toBe(cloud.host)
  expect(headers['x-date']).toBe('20261122T123456Z')
  const signature = signatureOf({
    date: '20261122T123456Z',
    region: 'cn-beijing',
    service: 'ecs',
    secretAccessKey,
    query: url.slice('/?'.length),
    headers: { host: cloud.host, 'x-date': '20261122T123456Z', 'x-security-token': sessionToken },
  })
  expect(headers.authorization).toBe(
    `HMAC-SHA256 Credential=${accessKeyId}/20261122/cn-beijing/ecs/request, ` +
      `SignedHeaders=host;x-date;x-security-token, Signature=${signature}`,
  )
})

test('any text in a parameter arrives unchanged, and is signed as it is sent', () => {
  const endpoint = { origin: 'https://h', host: 'h', region: 'r' }
  fc.assert(
    fc.property(fc.array(fc.string({ unit: 'binary' }), { minLength: 1 }), fc.string(), (names, value) => {
      const request = { action: 'A', mutating: false, parameters: { Names: names, Value: value, Absent: undefined } }
      const { url, headers } = sign(vendor, request, endpoint, { accessKeyId: 'ak', secretAccessKey: 'sk' }, now)
      const query = url.slice('https://h/?'.length)
      const expected: [string, string][] = [
        ['Action', 'A'],
        ['Version', '2020-04-01'],
        ['Value', value],
        ...names.map((name, index): [string, string] => [`Names.${index + 1}`, name]),
      ]
      const arrived = [...new URLSearchParams(query.replaceAll('+', '%2B'))]
      expect(arrived.toSorted()).toEqual(expected.toSorted())
      const signed = { date: '20261122T123456Z', region: 'r', service: 'ecs', secretAccessKey: 'sk', query }
      const signature = signatureOf({ ...signed, headers: { host: 'h', 'x-date': '20261122T123456Z' } })
      expect(headers['Authorization']).toMatch(new RegExp(`Signature=${signature}$`))
    }),
  )
})

test('a malformed text is sent so that the cloud can refuse it, not as an empty one', () => {
  const request = { action: 'A', mutating: false, parameters: { Name: 'a\ud800b' } }
  const { url } = sign(
    vendor,
    request,
    { origin: 'https://h', host: 'h', region: 'r' },
    { accessKeyId: 'a', secretAccessKey: 's' },
    now,
  )
  expect(new URL(url).searchParams.get('Name')).toBe('a\ufffdb')
})
