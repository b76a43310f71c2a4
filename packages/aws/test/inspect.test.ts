import { ok } from '@cloud-keypair/core'
import type { HttpRequest, HttpResponse, HttpTransport } from '@cloud-keypair/core/http'
import { expect, test } from 'vitest'
import { inspectAwsCredentials } from '../src/index.js'

const environment = { AWS_ACCESS_KEY_ID: 'AKIA1234abcd', AWS_SECRET_ACCESS_KEY: 'canary-secret-of-environment' }
const owner = `<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult>
  <Arn>arn:aws:iam::123456789012:user/me</Arn><UserId>AIDA</UserId><Account>123456789012</Account>
</GetCallerIdentityResult><ResponseMetadata><RequestId>req-1</RequestId></ResponseMetadata></GetCallerIdentityResponse>`

async function report(response: Partial<HttpResponse>, variables: Record<string, string> = environment) {
  const sent: HttpRequest[] = []
  const transport: HttpTransport = {
    send: async (request) => {
      sent.push(request)
      return ok({ status: 200, headers: {}, text: '', ...response })
    },
    close: () => Promise.reject(new Error('It is not ours to close')),
  }
  const found = await inspectAwsCredentials({ region: 'eu-central-1', transport, testing: { environment: variables } })
  expect(JSON.stringify(found)).not.toContain('canary')
  return { found, sent }
}

test('a report names the source of the credentials and their owner', async () => {
  const { found, sent } = await report({ text: owner })
  expect(found).toEqual({
    source: 'AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY',
    keyEnding: 'abcd',
    expiresAt: undefined,
    owner: { account: '123456789012', name: 'arn:aws:iam::123456789012:user/me' },
    attempts: [{ source: 'AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY', status: 'used' }],
    problem: undefined,
  })
  expect(sent).toMatchObject([
    {
      url: 'https://sts.eu-central-1.amazonaws.com/',
      body: 'Action=GetCallerIdentity&Version=2011-06-15',
      headers: { authorization: expect.stringContaining('/eu-central-1/sts/aws4_request') },
    },
  ])
})

test('a report without an owner tells why STS did not name one', async () => {
  const text = `<ErrorResponse><Error><Type>Sender</Type><Code>InvalidClientTokenId</Code>
    <Message>The key canary-secret-of-environment is invalid.</Message></Error><RequestId>r</RequestId></ErrorResponse>`
  const { found } = await report({ status: 403, text })
  expect(found).toMatchObject({
    owner: undefined,
    problem: { code: 'unauthenticated', message: /^The key \[secret\]/ },
  })
})

test('a report tells why there are no credentials', async () => {
  const { found, sent } = await report({}, {})
  expect(found).toMatchObject({ source: undefined, problem: { code: 'unauthenticated' } })
  expect(found.attempts.map(({ status }) => status)).toEqual(['absent', 'absent'])
  expect(sent).toEqual([])
})
