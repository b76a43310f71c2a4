import { expect, test } from 'vitest'
import { createTencentDriver, type TencentOptions } from '../src/index.js'
import { call } from './support/calls.js'

const credentials = { secretId: 'id', secretKey: 'key' }
const environment = (variables: Record<string, string>): TencentOptions => ({ testing: { environment: variables } })

test.each([
  [{ region: 'ap-guangzhou' }, 'ap-guangzhou https://cvm.tencentcloudapi.com'],
  [{ region: ' eu-frankfurt\n' }, 'eu-frankfurt https://cvm.tencentcloudapi.com'],
  [environment({ TENCENTCLOUD_REGION: 'ap-beijing' }), 'ap-beijing https://cvm.tencentcloudapi.com'],
  [{ region: 'r', ...environment({ TENCENTCLOUD_REGION: 'ap-beijing' }) }, 'r https://cvm.tencentcloudapi.com'],
  [{ region: 'r', endpoint: 'cvm.intl.tencentcloudapi.com' }, 'r https://cvm.intl.tencentcloudapi.com'],
  [{ region: 'r', endpoint: 'http://localhost:1' }, 'r http://localhost:1'],
] satisfies [TencentOptions, string][])('%j is the address %s', async (options, expected) => {
  const { sent, location } = await call({ credentials, ...options })
  const [request] = sent
  expect(`${request?.headers['x-tc-region']} ${new URL(request?.url ?? '').origin}`).toBe(expected)
  expect(`${location.region} ${location.endpoint}`, 'the address in a checkpoint').toBe(expected)
})

test.each([
  {},
  { region: '' },
  { region: 'ap guangzhou' },
  { region: 'ap-guangzhou/x' },
  { region: 'r', endpoint: '' },
  { region: 'r', endpoint: 'http://cvm.tencentcloudapi.com' },
  { region: 'r', endpoint: 'https://user:canary@example.com' },
])('%j is refused by every call, and nothing is sent', async (options) => {
  const { sent, failure } = await call({ credentials, ...options })
  expect([failure?.code, sent]).toEqual(['invalid-argument', []])
  expect(JSON.stringify(failure)).not.toContain('canary')
})

test.each<[object, string]>([
  [{ region: 7 }, 'region must be a string'],
  [{ credentials: 7 }, 'credentials must be an object'],
  [{ credentials, profile: 'p' }, 'exclude each other'],
  [{ regoin: 'r' }, 'regoin'],
])('the options %j throw a TypeError', (options, message) => {
  expect(() => createTencentDriver(options)).toThrow(TypeError)
  expect(() => createTencentDriver(options)).toThrow(message)
})
