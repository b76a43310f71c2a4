import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createSigner } from '../src/signer.js'
import { loadUtil } from '../src/vendor.js'
import { accessKeyId, accessKeySecret, json, now, securityToken, startCloud } from './support/cloud.js'
import { signatureOf } from './support/signature.js'

// The worked example of www.alibabacloud.com/help/en/sdk/product-overview/v3-request-structure-and-signature.
const example = {
  host: 'ecs.cn-shanghai.aliyuncs.com',
  query: 'ImageId=win2019_1809_x64_dtc_zh-cn_40G_alibase_20230811.vhd&RegionId=cn-shanghai',
  date: '2023-10-26T10:22:32Z',
  nonce: '3156853299f313e23d1673dc12e1703d',
  hash: '7ea06492da5221eba5297e897ce16e55f964061054b7695beedaac1145b1e259',
  signature: '06563a9e1b43f5dfe96b81484da74bceab24a1d853912eee15083a6f0f3283c0',
}
const vendor = (await loadUtil())._unsafeUnwrap()
const emptyHash = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'
const credentials = { accessKeyId: 'YourAccessKeyId', accessKeySecret: 'YourAccessKeySecret' }

describe("the vendor's worked example", () => {
  test('has the signature of the page', () => {
    const sign = createSigner('2014-05-26', () => example.nonce)
    const parameters = { ImageId: 'win2019_1809_x64_dtc_zh-cn_40G_alibase_20230811.vhd', RegionId: 'cn-shanghai' }
    const endpoint = { origin: `https://${example.host}`, host: example.host }
    const request = { action: 'RunInstances', mutating: true, parameters }
    const signed = sign(vendor, request, endpoint, credentials, Date.parse(example.date))
    expect(signed.url).toBe(`https://${example.host}/?${example.query}`)
    expect(signed.headers).toEqual({
      host: example.host,
      accept: 'application/json',
      'x-acs-action': 'RunInstances',
      'x-acs-version': '2014-05-26',
      'x-acs-date': example.date,
      'x-acs-signature-nonce': example.nonce,
      'x-acs-content-sha256': emptyHash,
      authorization:
        'ACS3-HMAC-SHA256 Credential=YourAccessKeyId,SignedHeaders=host;x-acs-action;x-acs-content-sha256;' +
        `x-acs-date;x-acs-signature-nonce;x-acs-version,Signature=${example.signature}`,
    })
  })

  test('agrees with the written rules', () => {
    const headers = {
      host: example.host,
      'x-acs-action': 'RunInstances',
      'x-acs-version': '2014-05-26',
      'x-acs-date': example.date,
      'x-acs-signature-nonce': example.nonce,
      'x-acs-content-sha256': emptyHash,
    }
    const { hash, signature } = signatureOf({ accessKeySecret: 'YourAccessKeySecret', query: example.query, headers })
    expect(hash).toBe(example.hash)
    expect(signature).toBe(example.signature)
  })
})

test.each(['ecs', 'ens'] as const)(
  'every request to %s is signed over its headers and the query that is sent',
  async (product) => {
    await using cloud = await startCloud(product, { body: json({ KeyPairName: 'k' }) })
    const tags = product === 'ecs' ? { 'k y': '', z: 'ü', "a'(b)!*~+%&=": '1' } : {}
    const metadata = { description: undefined, tags, group: undefined }
    await cloud.driver.doImportKeyPair(
      { name: "密钥 a*'()!~", publicKey: 'ssh-rsa AAAA+/==', ...metadata },
      cloud.context(),
    )
    await cloud.driver.doImportKeyPair({ name: 'k', publicKey: 'ssh-rsa AAAA+/==', ...metadata }, cloud.context())
    const [first] = cloud.received
    expect(first?.method).toBe('POST')
    expect(first?.query).toMatchObject({ KeyPairName: "密钥 a*'()!~", PublicKeyBody: 'ssh-rsa AAAA+/==' })
    expect(first?.headers).toMatchObject({
      accept: 'application/json',
      'content-length': '0',
      'x-acs-date': '2026-11-22T12:34:56Z',
      'x-acs-accesskey-id': accessKeyId,
      'x-acs-security-token': securityToken,
    })
    for (const { url, headers } of cloud.received) {
      const texts = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]))
      const { signed, signature } = signatureOf({ accessKeySecret, query: url.slice('/?'.length), headers: texts })
      expect(headers.authorization).toBe(
        `ACS3-HMAC-SHA256 Credential=${accessKeyId},SignedHeaders=${signed},Signature=${signature}`,
      )
    }
    expect(cloud.received.map(({ headers }) => headers['x-acs-signature-nonce'])).toEqual(['nonce-1', 'nonce-2'])
  },
)

test('any text in a parameter arrives unchanged, and is signed as it is sent', () => {
  const sign = createSigner('v', () => 'nonce')
  fc.assert(
    fc.property(fc.array(fc.string({ unit: 'binary' }), { minLength: 1 }), fc.string(), (names, value) => {
      const request = { action: 'A', mutating: false, parameters: { Names: names, Value: value, Absent: undefined } }
      const { url, headers } = sign(vendor, request, { origin: 'https://h', host: 'h' }, credentials, now)
      const query = url.slice('https://h/?'.length)
      const expected = [['Value', value], ...names.map((name, index) => [`Names.${index + 1}`, name])]
      expect([...new URLSearchParams(query)].toSorted()).toEqual(expected.toSorted())
      const { signature } = signatureOf({ accessKeySecret: 'YourAccessKeySecret', query, headers })
      expect(headers['authorization']).toMatch(new RegExp(`Signature=${signature}$`))
    }),
  )
})

test('a malformed text is sent so that the cloud can refuse it', () => {
  const sign = createSigner('v', () => 'nonce')
  const request = { action: 'A', mutating: false, parameters: { Name: 'a\ud800b' } }
  const { url } = sign(vendor, request, { origin: 'https://h', host: 'h' }, credentials, now)
  expect(new URL(url).searchParams.get('Name')).toBe('a\ufffdb')
})
