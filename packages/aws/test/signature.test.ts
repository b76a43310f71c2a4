import { createHash } from 'node:crypto'
import { AwsV4Signer } from 'aws4fetch'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { sign } from '../src/signer.js'
import { loadVendor } from '../src/vendor.js'
import { now } from './support/cloud.js'

const vendor = (await loadVendor())._unsafeUnwrap()
const endpoint = {
  origin: 'https://ec2.eu-central-1.amazonaws.com',
  host: 'ec2.eu-central-1.amazonaws.com',
  region: 'eu-central-1',
}
const visible = fc.stringMatching(/^[\x21-\x7e]{1,40}$/)
const keyId = fc.stringMatching(/^[A-Z0-9]{16,20}$/)

test('any request has the signature that aws4fetch computes, and any text arrives unchanged', async () => {
  await fc.assert(
    fc.asyncProperty(
      keyId,
      visible,
      fc.option(visible, { nil: undefined }),
      fc.string(),
      async (accessKeyId, secretAccessKey, sessionToken, value) => {
        const as = { accessKeyId, secretAccessKey, ...(sessionToken !== undefined && { sessionToken }) }
        const request = {
          service: 'ec2',
          action: 'A',
          mutating: false,
          parameters: { Version: '2016-11-15', Filter: [{ Name: 'n', Value: ['a b', value] }] },
        } as const
        const {
          url,
          headers,
          body = '',
        } = sign(
          vendor,
          request,
          endpoint,
          { id: accessKeyId, secret: secretAccessKey, ...(sessionToken !== undefined && { token: sessionToken }) },
          now,
        )
        expect([...new URLSearchParams(body)]).toEqual([
          ['Action', 'A'],
          ['Version', '2016-11-15'],
          ['Filter.1.Name', 'n'],
          ['Filter.1.Value.1', 'a b'],
          ['Filter.1.Value.2', value],
        ])
        const signed = await new AwsV4Signer({
          method: 'POST',
          url,
          headers: {
            'content-type': headers['content-type'] ?? '',
            'content-length': String(Buffer.byteLength(body)),
            'x-amz-content-sha256': createHash('sha256').update(body).digest('hex'),
          },
          body,
          ...as,
          service: 'ec2',
          region: 'eu-central-1',
          datetime: '20261122T123456Z',
          allHeaders: true,
        }).sign()
        const signatureOf = (authorization = ''): string => authorization.replace(/^.*Signature=/, '')
        const names = /SignedHeaders=([^,]+)/.exec(headers['authorization'] ?? '')?.[1]?.split(';')
        expect(names).toEqual(/SignedHeaders=([^,]+)/.exec(signed.headers.get('authorization') ?? '')?.[1]?.split(';'))
        expect(signatureOf(headers['authorization'])).toBe(signatureOf(signed.headers.get('authorization') ?? ''))
      },
    ),
  )
})
