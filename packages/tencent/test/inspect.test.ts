import { ok } from '@cloud-keypair/core'
import type { HttpRequest, HttpTransport } from '@cloud-keypair/core/http'
import { expect, test } from 'vitest'
import { inspectTencentCredentials } from '../src/index.js'

const source = 'TENCENTCLOUD_SECRET_ID and TENCENTCLOUD_SECRET_KEY'
const environment = { TENCENTCLOUD_SECRET_ID: 'AKID1234abcd', TENCENTCLOUD_SECRET_KEY: 'canary-secret-of-environment' }

async function report(answer: object, variables: Record<string, string> = environment) {
  const sent: HttpRequest[] = []
  const transport: HttpTransport = {
    send: async (request) => {
      sent.push(request)
      return ok({ status: 200, headers: {}, text: JSON.stringify({ Response: { ...answer, RequestId: 'req-1' } }) })
    },
    close: () => Promise.reject(new Error('It is not ours to close')),
  }
  const testing = { environment: variables, homeDirectory: '/nonexistent' }
  const found = await inspectTencentCredentials({ region: 'ap-guangzhou', transport, testing })
  expect(JSON.stringify(found)).not.toContain('canary')
  return { found, sent }
}

test('a report names the source of the credentials and their owner', async () => {
  const { found, sent } = await report({
    AccountId: '100000000001',
    Arn: 'qcs::cam::uin/100000000001:uin/100000000002',
  })
  expect(found).toEqual({
    source,
    keyEnding: 'abcd',
    expiresAt: undefined,
    owner: { account: '100000000001', name: 'qcs::cam::uin/100000000001:uin/100000000002' },
    attempts: [{ source, status: 'used' }],
    problem: undefined,
  })
  expect(sent).toMatchObject([
    {
      url: 'https://sts.tencentcloudapi.com/',
      body: '{}',
      headers: {
        'x-tc-action': 'GetCallerIdentity',
        'x-tc-version': '2018-08-13',
        authorization: expect.stringContaining('/sts/tc3_request'),
      },
    },
  ])
})

test('a report without an owner tells why STS did not name one', async () => {
  const Error = { Code: 'AuthFailure.SecretIdNotFound', Message: 'canary-secret-of-environment is not known.' }
  const { found } = await report({ Error })
  expect(found).toMatchObject({ owner: undefined, problem: { code: 'unauthenticated' } })
})

test('a report tells why there are no credentials', async () => {
  const { found, sent } = await report({}, {})
  expect(found).toMatchObject({ source: undefined, problem: { code: 'unauthenticated' } })
  expect(found.attempts.map(({ status }) => status)).toContain('absent')
  expect(sent).toEqual([])
})
