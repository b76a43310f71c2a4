import { ok } from '@cloud-keypair/core'
import type { HttpRequest, HttpTransport } from '@cloud-keypair/core/http'
import { expect, test } from 'vitest'
import { type AwsOptions, createAwsDriver } from '../src/index.js'
import { answer } from './support/cloud.js'

const text = answer('DeleteKeyPair', '<return>true</return>')

async function sentBy(options: AwsOptions): Promise<string | { code: string; message: string }> {
  const sent: HttpRequest[] = []
  const transport: HttpTransport = {
    send: async (one) => {
      sent.push(one)
      return ok({ status: 200, headers: {}, text })
    },
    close: () => Promise.reject(new Error('It is not ours to close')),
  }
  const credentials = { accessKeyId: 'ak', secretAccessKey: 'sk' }
  const driver = createAwsDriver({
    credentials,
    transport,
    ...options,
    testing: { environment: {}, ...options.testing },
  })
  const context = { signal: new AbortController().signal, token: 't', trace: () => undefined }
  const answered = await driver.doDeleteKeyPairs([{ name: 'k', id: 'key-1' }], context)
  await driver.close()
  if (answered.isErr()) {
    expect(sent).toEqual([])
    return { code: answered.error.code, message: answered.error.message }
  }
  const region = /Credential=ak\/\d+\/([^/]+)\/ec2/.exec(sent[0]?.headers['authorization'] ?? '')?.[1]
  const address = `${region} ${new URL(sent[0]?.url ?? '').origin}`
  expect(`${driver.location.region} ${driver.location.endpoint}`, 'the address in a checkpoint').toBe(address)
  return address
}

const environment = (variables: Record<string, string>): AwsOptions => ({ testing: { environment: variables } })

test.each([
  [{ region: 'eu-central-1' }, 'eu-central-1 https://ec2.eu-central-1.amazonaws.com'],
  [{ region: ' us-east-1\n' }, 'us-east-1 https://ec2.us-east-1.amazonaws.com'],
  [{ region: 'cn-north-1' }, 'cn-north-1 https://ec2.cn-north-1.amazonaws.com.cn'],
  [environment({ AWS_REGION: 'us-west-2', AWS_DEFAULT_REGION: 'x' }), 'us-west-2 https://ec2.us-west-2.amazonaws.com'],
  [environment({ AWS_REGION: '', AWS_DEFAULT_REGION: 'eu-west-1' }), 'eu-west-1 https://ec2.eu-west-1.amazonaws.com'],
  [
    { region: 'us-east-1', ...environment({ AWS_REGION: 'us-west-2' }) },
    'us-east-1 https://ec2.us-east-1.amazonaws.com',
  ],
  [{ region: 'r', endpoint: 'https://example.com:8443/' }, 'r https://example.com:8443'],
  [{ region: 'r', endpoint: 'http://localhost:1' }, 'r http://localhost:1'],
] satisfies [AwsOptions, string][])('%j is the address %s', async (options, expected) => {
  expect(await sentBy(options)).toBe(expected)
})

test.each([
  {},
  { region: '' },
  { region: 'eu central' },
  { region: 'eu-central-1/ec2' },
  { region: 'x.example.com#' },
  { region: 'r', endpoint: '' },
  { region: 'r', endpoint: 'http://ec2.amazonaws.com' },
  { region: 'r', endpoint: 'http://127.0.0.1.example.com' },
  { region: 'r', endpoint: 'https://example.com/path' },
  { region: 'r', endpoint: 'https://user:canary@example.com' },
])('%j is refused by every call, and nothing is sent', async (options) => {
  const refused = await sentBy(options)
  expect(refused).toMatchObject({ code: 'invalid-argument' })
  expect(JSON.stringify(refused)).not.toContain('canary')
})

test.each<[object, string]>([
  [{ region: 7 }, 'region must be a string'],
  [{ credentials: 7 }, 'credentials must be an object'],
  [{ credentials: { accessKeyId: 'a', secretAccessKey: 's' }, profile: 'p' }, 'exclude each other'],
  [{ regoin: 'r' }, 'regoin'],
])('the options %j throw a TypeError', (options, message) => {
  expect(() => createAwsDriver(options)).toThrow(TypeError)
  expect(() => createAwsDriver(options)).toThrow(message)
})
